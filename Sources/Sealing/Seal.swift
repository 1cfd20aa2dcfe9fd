/// The sender's side: one function for each format the pipeline opens.
///
/// A function takes the message, which is lent and not looked into where the format does not need
/// it, the recipient's key and a source of randomness, and returns the whole push as JSON, with the
/// `aps` that the format's own server sends. Everything secret is kept in memory that is wiped.
public enum Seal {}

/// Why a message could not be sealed.
public enum SealingError: Error, Equatable, Sendable {
    /// There is nothing to seal.
    case messageEmpty
    /// The message is longer than the format carries.
    case messageTooLarge
    /// The format needs something of the message that is not in it.
    case messageUnusable
    /// The key is no key of the format, or one nothing can be sealed to.
    case keyUnusable
    /// What was chosen does not go together: a record size or a shape with a content coding, say.
    case formUnsupported
    /// The push would be longer than its transport takes.
    case pushTooLarge
}

/// Every maximum of the sender's side. Sizes are bytes.
public enum SealingLimits {
    /// What APNs takes of a push.
    public static let pushBytesMax = 4096
    /// What is read of a message before it is looked at.
    public static let messageBytesMax = 64 * 1024
    /// SimpleX pads the message, and the details of an item, to these; two bytes are the length.
    public static let simplexMessageBytes = 3072
    static let simplexDetailsBytes = 128
    /// Items of one SimpleX push.
    public static let simplexItemsMax = 6
    /// Session pads what it sends to a multiple of this.
    static let sessionPieceBytes = 256
    /// The longest message of NIP-44.
    static let nip44MessageBytesMax = 65535
}

/// A push as it goes to the transport.
public struct SealedPush: Equatable, Sendable {
    /// One JSON object on one line, without newline.
    public let text: String

    /// Whether it is longer than the transport takes; SimpleX sends such ones all the same.
    public var isTooLarge: Bool { text.utf8.count > SealingLimits.pushBytesMax }

    /// A push that fits; throws `pushTooLarge`.
    init(_ text: String) throws(SealingError) {
        self.text = text
        guard !isTooLarge else { throw .pushTooLarge }
    }

    /// A push of a server that does not look at the limit.
    init(ofAnyLength text: String) {
        self.text = text
    }
}

extension Seal {
    /// Refuses an empty message, and one longer than a format carries.
    static func check(
        _ message: Span<UInt8>, bytesMax: Int = SealingLimits.messageBytesMax
    ) throws(SealingError) {
        guard message.count > 0 else { throw .messageEmpty }
        guard message.count <= bytesMax else { throw .messageTooLarge }
    }

    /// The `aps` of an alert that an extension may change.
    static func alert(title: String, body: String? = nil) -> String {
        let body = body.map { text in #","body":\#(Spelling.quoted(text))"# } ?? ""
        return #"{"alert":{"title":\#(Spelling.quoted(title))\#(body)},"mutable-content":1}"#
    }
}
