/// What an extension says to its host.
enum Message: Equatable, Sendable {
    case ready
    case stage(id: UInt64, name: String)
    case content(id: UInt64, bytes: [UInt8])
    case done(id: UInt64)

    /// The request it is about.
    var id: UInt64? {
        switch self {
        case .ready: nil
        case .stage(let id, _), .content(let id, _), .done(let id): id
        }
    }
}

/// What came over the socket is no message, or not one that may come now.
struct BrokenProtocol: Error, Equatable {}

/// Cuts an extension's stream of bytes into messages, in bounded memory, whatever comes.
struct MessageReader {
    private var buffer: [UInt8] = []
    private var head = 0

    /// Takes in what was read: `HostLimits.readBytesMax` at most, and only after `next` had
    /// nothing more.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if head > 0 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer += bytes
    }

    /// The next whole message; nil when it has not come yet.
    mutating func next() throws(BrokenProtocol) -> Message? {
        let window = buffer[head...].prefix(HostLimits.lineBytesMax)
        guard let newline = window.firstIndex(of: UInt8(ascii: "\n")) else {
            if window.count == HostLimits.lineBytesMax { throw BrokenProtocol() }
            return nil
        }
        let words = try MessageReader.words(buffer[head..<newline])
        let body = newline + 1
        switch (words[0], words.count) {
        case ("ready", 1):
            head = body
            return .ready
        case ("stage", 3):
            let id = try MessageReader.number(words[1])
            head = body
            return .stage(id: id, name: String(words[2]))
        case ("done", 2):
            let id = try MessageReader.number(words[1])
            head = body
            return .done(id: id)
        case ("content", 3):
            let id = try MessageReader.number(words[1])
            let length = try MessageReader.number(words[2])
            guard length <= HostLimits.bodyBytesMax else { throw BrokenProtocol() }
            guard buffer.count - body >= Int(length) else { return nil }
            head = body + Int(length)
            return .content(id: id, bytes: Array(buffer[body..<head]))
        default: throw BrokenProtocol()
        }
    }

    /// The words between single spaces: printable ASCII, none of them empty.
    private static func words(_ line: ArraySlice<UInt8>) throws(BrokenProtocol) -> [Substring] {
        guard line.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { throw BrokenProtocol() }
        let words = String(decoding: line, as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false)
        guard words.allSatisfy({ !$0.isEmpty }) else { throw BrokenProtocol() }
        return words
    }

    private static func number(_ word: Substring) throws(BrokenProtocol) -> UInt64 {
        guard word.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt64(word) else {
            throw BrokenProtocol()
        }
        return number
    }
}
