import Glibc

/// Our end of the socket pair: messages out, messages in, and never a wait.
struct Conversation: ~Copyable {
    let socket: Int32
    private var reader = MessageReader()
    /// What the extension has not taken yet: at most the pushes under way and their warnings.
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var space = [UInt8](repeating: 0, count: HostLimits.readBytesMax)
    /// No more comes from the other end.
    private(set) var isClosed = false

    /// Takes over one end of a socket pair and closes it at last.
    init(owning socket: Int32) {
        self.socket = socket
    }

    deinit {
        _ = close(socket)
    }

    /// Both ends of a new stream socket pair, close-on-exec; nil when there is none to be had.
    static func pair() -> (ours: Int32, theirs: Int32)? {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        // SAFETY: the call writes two numbers into the array of two.
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { return nil }
        return (ends[0], ends[1])
    }

    /// Whether something waits to be taken by the extension.
    var hasOutgoing: Bool { sent < outgoing.count }

    /// Hands over a push.
    mutating func receive(id: UInt64, _ push: [UInt8]) {
        outgoing += "receive \(id) \(push.count)\n".utf8
        outgoing += push
        send()
    }

    /// Says that a request's time is nearly over.
    mutating func willExpire(id: UInt64) {
        outgoing += "will-expire \(id)\n".utf8
        send()
    }

    /// Writes as much as the socket takes.
    mutating func send() {
        while hasOutgoing {
            let rest = outgoing[sent...]
            // SAFETY: `bytes` is readable for its length while the call runs.
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    socket, bytes.baseAddress, bytes.count,
                    Int32(Int(MSG_DONTWAIT) | Int(MSG_NOSIGNAL)))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                // A reader that is gone shows at our own reading end.
                if count < 0 && errno != EAGAIN { discardOutgoing() }
                return
            }
            sent += count
        }
        discardOutgoing()
    }

    private mutating func discardOutgoing() {
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
    }

    /// Reads once; how many bytes came: 0 when there are none for now, or never again.
    mutating func read() -> Int {
        guard !isClosed else { return 0 }
        while true {
            // SAFETY: `bytes` is writable for its length while the call runs.
            let count = unsafe space.withUnsafeMutableBytes { bytes in
                unsafe Glibc.recv(
                    socket, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
            }
            if count < 0 && errno == EINTR { continue }
            if count == 0 || (count < 0 && errno != EAGAIN) { isClosed = true }
            if count > 0 { reader.append(space[..<count]) }
            return max(count, 0)
        }
    }

    /// The next whole message of what was read.
    mutating func next() throws(BrokenProtocol) -> Message? {
        try reader.next()
    }

    /// Tells the extension that no more pushes will come.
    mutating func finish() {
        _ = shutdown(socket, Int32(SHUT_WR))
    }
}
