/// A message as it lies in its file: magic and version 8, queue 24, message 24, timestamp 8, flags 4,
/// length 4, the body as it came, a checksum 8. Numbers are little-endian.
enum MessageRecord {
    private static let magic: [UInt8] = Array("NTFmsg".utf8)
    private static let version: UInt8 = 1
    private static let headBytes = 72
    private static let checksumBytes = 8
    private static let kind = UInt8(ascii: "m")

    /// The largest there is.
    static let bytesMax = headBytes + CoordinationLimits.messageBytesMax + checksumBytes

    /// The whole file of a message. `body` has as many bytes as `head` says.
    static func bytes(
        _ head: MessageHead, of queue: QueueID, body: Span<UInt8>
    ) -> [UInt8] {
        precondition(body.count == head.bodyBytes, "a message is as long as its head says")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headBytes + body.count + checksumBytes)
        bytes += magic
        bytes += [version, 0]
        for index in 0..<24 { bytes.append(queue.bytes[index]) }
        for index in 0..<24 { bytes.append(head.id.bytes[index]) }
        append(UInt64(bitPattern: head.timestamp), 8, to: &bytes)
        append(head.hasNotification ? 1 : 0, 4, to: &bytes)
        append(UInt64(body.count), 4, to: &bytes)
        for index in body.indices { bytes.append(body[index]) }
        append(Checksum.of(bytes.span, kind: kind), 8, to: &bytes)
        return bytes
    }

    /// Reads a whole file; nil when it is not what `bytes` made.
    static func head(of bytes: Span<UInt8>) -> (queue: QueueID, head: MessageHead)? {
        guard bytes.count >= headBytes + checksumBytes, bytes.count <= bytesMax else { return nil }
        let end = bytes.count - checksumBytes
        let sum = Checksum.of(bytes.extracting(0..<end), kind: kind)
        guard number(bytes, at: end, 8) == sum, bytes[6] == version,
            magic.indices.allSatisfy({ index in bytes[index] == magic[index] }),
            number(bytes, at: 68, 4) == UInt64(end - headBytes)
        else { return nil }
        let head = MessageHead(
            id: MessageID(InlineArray { index in bytes[32 + index] }),
            timestamp: Int64(bitPattern: number(bytes, at: 56, 8)),
            hasNotification: number(bytes, at: 64, 4) & 1 != 0, bodyBytes: end - headBytes)
        return (QueueID(InlineArray { index in bytes[8 + index] }), head)
    }

    /// Where the body lies in a file of `count` bytes.
    static func body(count: Int) -> Range<Int> { headBytes..<(count - checksumBytes) }

    /// Tells a queue from others.
    static func hash(_ queue: QueueID) -> UInt64 {
        Checksum.of(queue.bytes.span, kind: UInt8(ascii: "q"))
    }

    /// Tells a message from others, those of other queues too.
    static func hash(_ id: MessageID, of queue: QueueID) -> UInt64 {
        let both = InlineArray<48, UInt8> { index in
            index < 24 ? queue.bytes[index] : id.bytes[index - 24]
        }
        return Checksum.of(both.span, kind: UInt8(ascii: "i"))
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
        }
    }

    private static func number(_ bytes: Span<UInt8>, at offset: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { number, index in
            number | UInt64(bytes[offset + index]) << UInt64(8 * index)
        }
    }
}
