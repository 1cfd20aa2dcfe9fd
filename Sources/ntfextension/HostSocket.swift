import CommandSupport
import Glibc
import NotificationPipeline
import Threading

/// The extension's end of the talk with the host (docs/extension-protocol.md).
final class HostSocket: Sendable {
    /// What the host says.
    enum Message {
        case receive(UInt64, [UInt8])
        case willExpire(UInt64)
    }

    fileprivate struct Output: ~Copyable {
        var buffer = ByteBuffer(capacity: Limits.lineBytesMax + HostSocket.headerBytesMax)
    }

    private static let headerBytesMax = 128
    private let descriptor: Int32
    /// Whether the host wants to know of stages.
    let wantsStages: Bool
    /// Messages of several threads go out one after another.
    private let output = Mutex(Output())

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        wantsStages = System.environment("NTFHOST_STAGES") == "1"
    }

    /// The socket the host left for us; nil when there is no host.
    static func find() throws(Failure) -> HostSocket? {
        guard let named = System.environment("NTFHOST_SOCKET") else { return nil }
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard let descriptor = Int32(named),
            // SAFETY: four bytes, and `size` says so.
            unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0
        else {
            throw Failure(
                "NTFHOST_SOCKET names no open socket",
                hint: "ntfhost run < push.json, or unset NTFHOST_SOCKET", status: .usage)
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return HostSocket(descriptor)
    }

    /// The next message; nil when the host is gone, or talks nonsense.
    func next() -> Message? {
        guard let header = readHeader() else { return nil }
        let words = header.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { word in String(decoding: word, as: UTF8.self) }
        switch words.first {
        case "receive" where words.count == 3:
            guard let number = UInt64(words[1]), let count = Int(words[2]),
                (0...Limits.payloadBytesMax).contains(count), let body = readBody(count)
            else { return nil }
            return .receive(number, body)
        case "will-expire" where words.count == 2:
            return UInt64(words[1]).map(Message.willExpire)
        default: return nil
        }
    }

    /// A line without its newline. Byte by byte: a header is short, and the body behind it is not
    /// to be read here.
    private func readHeader() -> [UInt8]? {
        var header: [UInt8] = []
        header.reserveCapacity(HostSocket.headerBytesMax)
        var byte: [UInt8] = [0]
        while header.count < HostSocket.headerBytesMax {
            var space = byte.mutableSpan
            guard System.read(descriptor, into: &space, 0..<1) == 1 else { return nil }
            if byte[0] == UInt8(ascii: "\n") { return header }
            header.append(byte[0])
        }
        return nil
    }

    private func readBody(_ count: Int) -> [UInt8]? {
        var body = [UInt8](repeating: 0, count: count)
        var space = body.mutableSpan
        var done = 0
        while done < count {
            guard let portion = System.read(descriptor, into: &space, done..<count), portion > 0
            else { return nil }
            done += portion
        }
        return body
    }

    /// Says a message without a body.
    func say(_ word: StaticString, _ number: UInt64? = nil, _ detail: StaticString? = nil) {
        output.withLock { output in
            output.buffer.removeAll()
            output.begin(word, number)
            if let detail { output.append(" ", detail) }
            output.append("\n")
            output.send(to: descriptor)
        }
    }

    /// Says the content of a request: a notification as its line of JSON.
    func sayContent(_ number: UInt64, _ line: borrowing ByteBuffer) {
        output.withLock { output in
            output.buffer.removeAll()
            output.begin("content", number)
            output.append(" ")
            output.append(UInt64(line.count))
            output.append("\n")
            line.withBytes { bytes in _ = output.buffer.append(bytes) }
            output.send(to: descriptor)
        }
    }
}

extension HostSocket.Output {
    fileprivate mutating func begin(_ word: StaticString, _ number: UInt64?) {
        append(word)
        guard let number else { return }
        append(" ")
        append(number)
    }

    fileprivate mutating func append(_ texts: StaticString...) {
        for text in texts {
            text.withUTF8Buffer { bytes in
                // SAFETY: the bytes of a literal.
                _ = buffer.append(unsafe Span(_unsafeElements: bytes))
            }
        }
    }

    fileprivate mutating func append(_ number: UInt64) {
        for digit in String(number).utf8 { _ = buffer.append(digit) }
    }

    /// A host that is gone hears nothing; the next read says so.
    fileprivate borrowing func send(to descriptor: Int32) {
        buffer.withBytes { bytes in _ = System.write(bytes, to: descriptor) }
    }
}
