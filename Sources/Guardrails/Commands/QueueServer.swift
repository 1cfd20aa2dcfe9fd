internal import Glibc
internal import ProcessCoordination
internal import SecureFiles

/// A server of messages beside the device, as SimpleX has one: GET gives the oldest message until it is
/// acknowledged. Its messages are files in `server/` of the device's directory, one a message, so that
/// a client killed anywhere leaves it whole.
final class QueueServer: MessageSource {
    /// How long a client of the server is waited for.
    private static let lockWait = Duration.seconds(10)
    private let path: String

    init(directory: String) { path = "\(directory)/server" }

    /// Puts messages into a queue.
    func send(_ numbers: ClosedRange<Int>, to queue: UInt8) throws(Refused) {
        do throws(FileError) {
            let directory = try SecureDirectory(path: path, creating: true)
            for number in numbers {
                // The name says it all; nobody has to wait for the disk.
                _ = try directory.openShared(QueueServer.name(number, of: queue), size: 1)
            }
        } catch { throw Refused("\(error)") }
    }

    /// What a message says.
    static func body(of number: Int) -> [UInt8] {
        (0..<(100 + number % 1_000)).map { index in UInt8(truncatingIfNeeded: index &* number) }
    }

    static func id(of number: Int) -> MessageID {
        let bytes = [UInt8](repeating: UInt8(ascii: "m"), count: MessageID.byteCount - 8)
        let number = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        guard let id = MessageID((bytes + number).span) else {
            preconditionFailure("an id has 24 bytes")
        }
        return id
    }

    static func queue(_ number: UInt8) -> QueueID {
        let bytes = [UInt8](repeating: number, count: QueueID.byteCount)
        guard let queue = QueueID(bytes.span) else {
            preconditionFailure("a queue has 24 bytes")
        }
        return queue
    }

    func get(
        _ queue: QueueID, into body: inout MutableSpan<UInt8>, within wait: Duration
    ) throws(MessageSourceError) -> MessageHead? {
        let first = try locked { (directory) throws(FileError) in
            try QueueServer.first(of: queue, in: directory)
        }
        return QueueServer.give(first, &body)
    }

    func acknowledge(
        _ queue: QueueID, _ id: MessageID, deliverNext: Bool,
        into body: inout MutableSpan<UInt8>, within wait: Duration
    ) throws(MessageSourceError) -> MessageHead? {
        let (isKnown, next) = try locked { (directory) throws(FileError) -> (Bool, Int?) in
            guard let first = try QueueServer.first(of: queue, in: directory),
                QueueServer.id(of: first) == id
            else { return (false, nil) }
            try directory.unlink(QueueServer.name(first, of: QueueServer.number(queue)))
            return (true, try QueueServer.first(of: queue, in: directory))
        }
        guard isKnown else { throw .noMessage }
        return deliverNext ? QueueServer.give(next, &body) : nil
    }

    /// How many messages are left in a queue.
    func left(in queue: UInt8) throws(Refused) -> Int {
        var left = 0
        do throws(FileError) {
            let directory = try SecureDirectory(path: path, creating: true)
            _ = try directory.forEachName(max: 100_000) { name in
                if QueueServer.read(name)?.queue == queue { left += 1 }
                return true
            }
        } catch { throw Refused("\(error)") }
        return left
    }

    private func locked<Result>(
        _ body: (borrowing SecureDirectory) throws(FileError) -> Result
    ) throws(MessageSourceError) -> Result {
        do throws(FileError) {
            let directory = try SecureDirectory(path: path, creating: true)
            guard let lock = try directory.lock("lock", within: QueueServer.lockWait) else {
                throw .io(errno: EBUSY)
            }
            defer { withExtendedLifetime(lock) {} }
            return try body(directory)
        } catch { throw .unreachable }
    }

    private static func give(_ number: Int?, _ body: inout MutableSpan<UInt8>) -> MessageHead? {
        guard let number else { return nil }
        let bytes = QueueServer.body(of: number)
        for index in 0..<min(bytes.count, body.count) { body[index] = bytes[index] }
        return MessageHead(
            id: id(of: number), timestamp: Int64(number), hasNotification: true,
            bodyBytes: bytes.count)
    }

    private static func first(
        of queue: QueueID, in directory: borrowing SecureDirectory
    ) throws(FileError) -> Int? {
        var first: Int?
        _ = try directory.forEachName(max: 100_000) { name in
            if let read = read(name), self.queue(read.queue) == queue {
                first = min(first ?? read.number, read.number)
            }
            return true
        }
        return first
    }

    private static func number(_ queue: QueueID) -> UInt8 {
        (0...UInt8.max).first { number in self.queue(number) == queue } ?? 0
    }

    /// `QUEUE-NUMBER`.
    private static func name(_ number: Int, of queue: UInt8) -> FileName {
        guard let name = FileName(Array("\(queue)-\(number)".utf8).span) else {
            preconditionFailure("digits and a dash are a name")
        }
        return name
    }

    private static func read(_ name: FileName) -> (queue: UInt8, number: Int)? {
        let text = name.withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        let words = text.split(separator: "-")
        guard words.count == 2, let queue = UInt8(words[0]), let number = Int(words[1]) else {
            return nil
        }
        return (queue, number)
    }
}
