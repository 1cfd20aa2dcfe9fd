import Glibc
import Threading

/// A server that answers each connection with the same bytes, whatever was asked, in its own way.
///
/// It ends with its owner; no connection outlives it.
final class WildServer: Sendable {
    enum Way: Sendable {
        /// Sends them and closes.
        case plain
        /// Sends them and then nothing, but keeps the connection.
        case hanging
        /// Sends them one byte in fifty milliseconds.
        case dripping
        /// Sends them, and then the last of them without end.
        case endless
    }

    let port: UInt16
    private let state: Shared

    /// Outlives the server, for the threads of its connections.
    private final class Shared: Sendable {
        struct State {
            /// Nil once its thread, which alone closes it, has done so.
            var listener: Int32?
            var isOver = false
            var connections: [Int32] = []
            var requests = 0
        }

        private let state: Mutex<State>

        init(listener: Int32) { state = Mutex(State(listener: listener)) }

        func withLock<Result>(_ body: (inout State) -> Result) -> Result {
            state.withLock { state in body(&state) }
        }
    }

    init(_ answer: String, _ way: Way = .plain) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        state = Shared(listener: listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard isBound else { fatalError("no port for the server") }
        port = UInt16(bigEndian: address.sin_port)
        let bytes = Array(answer.utf8)
        let isStarted = Thread.detach(stackBytes: 256 * 1024) { [weak self, state] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                guard let self, self.keep(connection) else {
                    close(connection)
                    break
                }
                self.serve(connection, bytes, way)
            }
            state.withLock { state in
                state.listener = nil
                close(listener)
            }
        }
        guard isStarted else { fatalError("no thread for the server") }
    }

    deinit { end() }

    /// Ends all connections, and takes no more.
    func end() {
        state.withLock { state in
            state.isOver = true
            for connection in state.connections { _ = shutdown(connection, Int32(SHUT_RDWR)) }
            if let listener = state.listener { _ = shutdown(listener, Int32(SHUT_RDWR)) }
        }
    }

    /// How many requests came.
    var requests: Int { state.withLock { state in state.requests } }

    /// How many connections are open.
    var connections: Int { state.withLock { state in state.connections.count } }

    var url: String { "http://127.0.0.1:\(port)" }

    private func keep(_ connection: Int32) -> Bool {
        state.withLock { state in
            if !state.isOver { state.connections.append(connection) }
            return !state.isOver
        }
    }

    private func serve(_ connection: Int32, _ bytes: [UInt8], _ way: Way) {
        let isStarted = Thread.detach(stackBytes: 256 * 1024) { [state] in
            var request = [UInt8](repeating: 0, count: 4096)
            if recv(connection, &request, request.count, 0) > 0 {
                state.withLock { state in state.requests += 1 }
                WildServer.answer(connection, bytes, way)
                if way == .hanging { while recv(connection, &request, request.count, 0) > 0 {} }
            }
            // Under the lock, so that `end` never meets a number that means something else by now.
            state.withLock { state in
                state.connections.removeAll { one in one == connection }
                close(connection)
            }
        }
        guard isStarted else { fatalError("no thread for the connection") }
    }

    private static func answer(_ connection: Int32, _ bytes: [UInt8], _ way: Way) {
        func sends(_ part: [UInt8]) -> Bool {
            send(connection, part, part.count, Int32(MSG_NOSIGNAL)) == part.count
        }
        switch way {
        case .plain, .hanging: _ = sends(bytes)
        case .dripping:
            for byte in bytes {
                guard sends([byte]) else { return }
                usleep(50_000)
            }
        case .endless:
            guard sends(bytes) else { return }
            let more = [UInt8](repeating: bytes.last ?? 0x20, count: 65536)
            while sends(more) {}
        }
    }
}
