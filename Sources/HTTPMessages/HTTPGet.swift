/// Somebody who fetches over HTTP: the network, or a test.
public protocol HTTPGet: Sendable {
    /// Sends one GET and answers with the head of what came back, once its body is through.
    ///
    /// `onBytes` gets the body of an answer 200 or 206, and of no other, portion by portion in its
    /// order, each with the head; it answers false to stop. Redirections are not followed but
    /// answered. The body is never stored compressed. Cancelling the task ends the transfer.
    ///
    /// - Parameters:
    ///   - url: `http:` or `https:`, at most `HTTPLimits.urlBytesMax` bytes.
    ///   - resumption: where an earlier transfer ended; nil from the beginning.
    ///   - bytesMax: of this body. One that is announced longer is not begun.
    ///   - timeout: for all of it, from the call to the last byte.
    /// - Throws: the reason; what `onBytes` got before is then the beginning of the body. A call of
    ///   it that has begun may return after a time-out or a cancellation was thrown.
    func get(
        _ url: String, resuming resumption: HTTPResumption?, bytesMax: Int, timeout: Duration,
        onBytes: @escaping @Sendable (HTTPHead, Span<UInt8>) -> Bool
    ) async throws(HTTPError) -> HTTPHead
}

/// Where an earlier transfer ended, and of which state of the thing it was.
public struct HTTPResumption: Equatable, Sendable {
    /// Bytes that are there already.
    public let offset: UInt64
    /// The strong entity tag of the answer they came with, quotes included. If it changed since,
    /// the server answers 200 with everything (RFC 9110, 13.1.5).
    public let entityTag: String

    /// Both parts of it.
    public init(offset: UInt64, entityTag: String) {
        self.offset = offset
        self.entityTag = entityTag
    }
}

/// What stands in front of a body, as far as anyone here wants to know it.
public struct HTTPHead: Equatable, Sendable {
    /// 100 to 599.
    public var status: Int
    /// As it was sent; nil when missing or longer than `HTTPLimits.fieldBytesMax`.
    public var contentType: String?
    /// As it was sent, quotes and a weak one's `W/` included; nil under the same conditions.
    public var entityTag: String?
    /// Bytes of this body; nil where the server does not say.
    public var contentLength: UInt64?
    /// What an answer 206 or 416 says of the whole.
    public var contentRange: HTTPContentRange?

    /// A head of this status with these fields.
    public init(
        status: Int, contentType: String? = nil, entityTag: String? = nil,
        contentLength: UInt64? = nil, contentRange: HTTPContentRange? = nil
    ) {
        self.status = status
        self.contentType = contentType
        self.entityTag = entityTag
        self.contentLength = contentLength
        self.contentRange = contentRange
    }
}

/// Why a transfer came to no end. Names no address and no content.
public enum HTTPError: Error, Equatable, Sendable {
    /// The address is none, or none of HTTP.
    case malformedURL
    /// Nobody answers there, or the connection broke before the end.
    case notReachable
    /// Not done within the time-out.
    case timedOut
    /// The task was cancelled.
    case cancelled
    /// The body is longer than `bytesMax`.
    case tooLarge
    /// `onBytes` wanted no more.
    case stopped
    /// What came is no HTTP, another part than was asked for, or compressed though it must not be.
    case malformedAnswer
}

/// Every maximum of this target, in one place.
public enum HTTPLimits {
    /// An address.
    public static let urlBytesMax = 2048
    /// One field of a head that is kept.
    public static let fieldBytesMax = 256
    /// The longest time-out that is taken as it is; longer ones are this long.
    public static let timeoutMax = Duration.seconds(600)
}
