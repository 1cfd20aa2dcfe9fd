public import SecureFiles

/// Names one queue of messages at a server: 24 bytes.
public struct QueueID: Equatable, Sendable {
    /// Its length.
    public static let byteCount = 24
    let bytes: InlineArray<24, UInt8>

    /// A copy of `bytes`; nil when they are not 24.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = InlineArray { index in bytes[index] }
    }

    init(_ bytes: InlineArray<24, UInt8>) { self.bytes = bytes }

    /// Whether both name the same queue.
    public static func == (left: QueueID, right: QueueID) -> Bool {
        left.bytes.indices.allSatisfy { index in left.bytes[index] == right.bytes[index] }
    }
}

/// Names one message of a queue: 24 bytes, given by the server.
public struct MessageID: Equatable, Sendable {
    /// Its length.
    public static let byteCount = 24
    let bytes: InlineArray<24, UInt8>

    /// A copy of `bytes`; nil when they are not 24.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = InlineArray { index in bytes[index] }
    }

    init(_ bytes: InlineArray<24, UInt8>) { self.bytes = bytes }

    /// Whether both name the same message.
    public static func == (left: MessageID, right: MessageID) -> Bool {
        left.bytes.indices.allSatisfy { index in left.bytes[index] == right.bytes[index] }
    }
}

/// What is known of a message before its body is looked at.
public struct MessageHead: Equatable, Sendable {
    /// Its name.
    public let id: MessageID
    /// When the server had it, Unix seconds.
    public let timestamp: Int64
    /// Whether its sender wants a notification shown for it.
    public let hasNotification: Bool
    /// The length of its body.
    public let bodyBytes: Int

    /// Puts a head together.
    public init(id: MessageID, timestamp: Int64, hasNotification: Bool, bodyBytes: Int) {
        self.id = id
        self.timestamp = timestamp
        self.hasNotification = hasNotification
        self.bodyBytes = bodyBytes
    }
}

/// A message that was handed to one notification and to nobody else.
public struct HandedMessage: Equatable, Sendable {
    /// The queue it came from.
    public let queue: QueueID
    /// Its flags.
    public let head: MessageHead
    /// Whether this notification was handed it before and asked the same again.
    public let isRepeated: Bool
}

/// What a server of messages can answer but a message.
public enum MessageSourceError: Error, Equatable, Sendable {
    /// There is no message of that name to be acknowledged any more (`ERR NO_MSG`).
    case noMessage
    /// Messages of the queue are being delivered elsewhere (`CMD PROHIBITED`).
    case prohibited
    /// The server could not be reached, or not in time.
    case unreachable
    /// The message has more than `CoordinationLimits.messageBytesMax` bytes.
    case tooLarge
    /// The server gives the same messages again and again, although they were acknowledged.
    case noProgress
}

/// Where messages come from: a server that keeps each until it is acknowledged, and gives the same one
/// again until then.
public protocol MessageSource: Sendable {
    /// The oldest message of the queue that was not acknowledged, its body written to the front of
    /// `body`; nil when the queue is empty.
    func get(
        _ queue: QueueID, into body: inout MutableSpan<UInt8>, within wait: Duration
    ) throws(MessageSourceError) -> MessageHead?

    /// The server may forget the message `id`; throws `noMessage` when that is not the oldest one.
    /// Answers the next one as `get` does, if `deliverNext`.
    func acknowledge(
        _ queue: QueueID, _ id: MessageID, deliverNext: Bool,
        into body: inout MutableSpan<UInt8>, within wait: Duration
    ) throws(MessageSourceError) -> MessageHead?
}

/// Why no message was handed out, lent or acknowledged.
public enum MessageError: Error, Equatable, Sendable {
    /// Another call or another process was not ready in time.
    case deadline
    /// `CoordinationLimits.messagesMax` messages wait already; further ones stay with the server.
    case full
    /// The message is not in the hands of this notification, or no longer.
    case notHeld
    /// A message asked to go on behind is none that is known.
    case previousUnknown
    /// Another version of this package keeps messages here; nothing was touched.
    case versionUnknown
    /// A message was no longer what had been stored. It is gone; told once.
    case damaged
    /// The files cannot be used.
    case file(FileError)
    /// What the server said.
    case source(MessageSourceError)
}
