internal import CommandSupport
internal import Glibc
internal import ProcessCoordination
internal import Threading

/// The peer of the wallet, as far as two processes of one device can hurt each other there: it takes
/// connections, and sees when two processes are connected at one moment.
///
/// A real socket in a thread of its own; who is at its other end is what the kernel says.
public final class Peer: Sendable {
    private struct Connection {
        let descriptor: Int32
        let pid: Int32
    }

    private struct State {
        var connections: [Connection] = []
        /// Processes that are alive as far as the device knows.
        var alive: Set<Int32> = []
        var accepted = 0
        var violation: Violation?
        var isOver = false
    }

    /// The name it listens under, in the kernel's abstract namespace.
    let address: String
    private let listener: Int32
    private let state = Monitor(State())

    init() throws(Violation) {
        address = "ntf-peer-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        listener = PeerSocket.listener(address)
        guard listener >= 0 else { throw Violation("the peer can listen") }
        let isStarted = Thread.detach(stackBytes: GuardrailsLimits.commandStackBytes) {
            [state, listener] in Peer.serve(listener, state)
        }
        guard isStarted else { throw Violation("the peer has a thread") }
    }

    deinit {
        state.withLock { state in state.isOver = true }
        // What wakes the thread, which then closes everything.
        _ = shutdown(listener, Int32(SHUT_RDWR))
    }

    /// How many connections there have been.
    public var accepted: Int { state.withLock { state in state.accepted } }

    /// The processes that are connected now.
    public var connected: [Int32] {
        state.withLock { state in
            Peer.sweep(&state)
            return state.connections.map(\.pid)
        }
    }

    /// The first moment two processes were connected, if there was one.
    public var violation: Violation? { state.withLock { state in state.violation } }

    func add(_ pid: Int32) {
        state.withLock { state in _ = state.alive.insert(pid) }
    }

    func forget(_ pid: Int32) {
        state.withLock { state in _ = state.alive.remove(pid) }
    }

    /// Lets go of connections that were closed, or whose process was killed.
    private static func sweep(_ state: inout State) {
        state.connections.removeAll { connection in
            // A process says nothing to the peer: what can be read is the end.
            var entry = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: one entry, ours for the length of the call; no wait.
            let isOver = unsafe poll(&entry, 1, 0) > 0 || !state.alive.contains(connection.pid)
            if isOver { _ = close(connection.descriptor) }
            return isOver
        }
    }

    private static func serve(_ listener: Int32, _ state: Monitor<State>) {
        while true {
            let descriptor = PeerSocket.accept(listener)
            let isOver = state.withLock { state in
                guard descriptor >= 0, !state.isOver else { return true }
                sweep(&state)
                let pid = PeerSocket.process(at: descriptor)
                guard state.alive.contains(pid),
                    state.connections.count < GuardrailsLimits.connectionsMax
                else {
                    _ = close(descriptor)
                    return false
                }
                if let other = state.connections.first, state.violation == nil {
                    state.violation = Violation(
                        "one process is connected to the peer, but \(pid) was while \(other.pid) was"
                    )
                }
                state.connections.append(Connection(descriptor: descriptor, pid: pid))
                state.accepted += 1
                // Only now does the process count itself connected.
                var byte: UInt8 = 1
                // SAFETY: one byte of ours.
                _ = unsafe send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL))
                return false
            }
            guard isOver else { continue }
            if descriptor >= 0 { _ = close(descriptor) }
            state.withLock { state in
                for connection in state.connections { _ = close(connection.descriptor) }
                state.connections = []
            }
            _ = close(listener)
            return
        }
    }
}

/// The sockets of peer and processes.
enum PeerSocket {
    private static let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    /// Listens under `name`; -1 when that fails.
    static func listener(_ name: String) -> Int32 {
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return -1 }
        let isBound = unsafe withAddress(name) { address, size in
            unsafe bind(descriptor, address, size)
        }
        guard isBound == 0, listen(descriptor, Int32(GuardrailsLimits.connectionsMax)) == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    static func accept(_ listener: Int32) -> Int32 {
        while true {
            // Nobody asks for the address.
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor >= 0 || errno != EINTR { return descriptor }
        }
    }

    /// Connects to `name` and waits until the peer has counted us; -1 when that fails.
    static func connect(_ name: String) -> Int32 {
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return -1 }
        let isConnected = unsafe withAddress(name) { address, size in
            unsafe Glibc.connect(descriptor, address, size)
        }
        var byte = [UInt8(0)]
        var space = byte.mutableSpan
        guard isConnected == 0, System.read(descriptor, into: &space, 0..<1) == 1 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    /// Ends a connection, if there is one.
    static func close(_ descriptor: Int32) {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// The process at the other end, by the kernel's word.
    static func process(at descriptor: Int32) -> Int32 {
        // pid, uid and gid of `struct ucred`, which glibc shows to few.
        var credentials: (Int32, UInt32, UInt32) = (-1, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        // SAFETY: twelve bytes, and `size` says so.
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
        return credentials.0
    }

    /// Lends the abstract address of a name while `body` runs.
    static func withAddress(
        _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path) - 1, "a name fits")
        // SAFETY: the name fits behind the zero that makes it abstract.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path[1...].copyBytes(from: bytes)
        }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + bytes.count)
        // SAFETY: the address lives through the call and begins like every sockaddr.
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe body(address, size)
            }
        }
    }
}
