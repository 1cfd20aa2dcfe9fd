/// Why a plaintext is no message.
public enum MessageError: Error, Equatable, Sendable {
    /// Not JSON, not an object, a field missing, of the wrong kind, too long, or there twice.
    case malformed
    /// Whole and well-formed, but of a type this version has no text for.
    case unknownType
}

/// What the app may know of a push: its type and the fields that were in it. Holds no secret.
public struct Message: Equatable, Sendable {
    /// What it is about.
    public let type: NotificationType
    /// The event's or message's identifier in its own system; a wake's UUID in lower case.
    public var id: BoundedText?
    /// 64 hex digits, in the case they were sent in.
    public var paymentHash: BoundedText?
    /// The LSP's order, as it was sent, at most `Limits.fieldBytesMax` bytes of UTF-8.
    public var orderId: BoundedText?
    /// The LSP, usually a node id in hex, as it was sent; the same limit.
    public var lspId: BoundedText?
    /// Millisatoshi, the whole range of UInt64.
    public var amountMsat: UInt64?
    /// The sender's time, as text, as it was sent.
    public var createdAt: BoundedText?
    /// Unix seconds after which the push is of no use.
    public var deadline: UInt64?
    /// Whom or what on this device it is for: an account's label, a queue, a topic, a wallet.
    public var account: BoundedText?
    /// What it says itself, for formats that carry text.
    public var words: Words?

    /// A message with nothing but a type.
    public init(type: NotificationType) {
        self.type = type
    }

    /// A payment hash: a string of 64 hex digits.
    static func paymentHash(_ value: JSONValue, in text: Span<UInt8>) -> BoundedText? {
        guard let hash = JSON.text(value, in: text), hash.count == 64 else { return nil }
        let isHex = hash.withBytes { bytes in
            bytes.indices.allSatisfy { index in hexDigit(bytes[index]) != nil }
        }
        return isHex ? hash : nil
    }
}

/// An object of a message whose fields must be what they should be, or nothing at all.
struct MessageObject {
    let object: JSONValue

    /// The whole plaintext as an object.
    init(root text: Span<UInt8>) throws(MessageError) {
        do { try JSON.check(text) } catch { throw .malformed }
        object = JSON.root(of: text)
        guard object.kind == .object else { throw .malformed }
    }

    /// An object somewhere in a text that was checked.
    init(_ object: JSONValue) {
        self.object = object
    }

    /// A member; nil when it is missing. There twice is malformed.
    func member(_ name: StaticString, in text: Span<UInt8>) throws(MessageError) -> JSONValue? {
        do { return try JSON.member(name, of: object, in: text) } catch { throw .malformed }
    }

    /// A member that is a string; nil when it is missing or null, anything else is malformed.
    func string(_ name: StaticString, in text: Span<UInt8>) throws(MessageError) -> JSONValue? {
        guard let value = try member(name, in: text), value.kind != .null else { return nil }
        guard value.kind == .string else { throw .malformed }
        return value
    }

    /// A member that may be missing or null but otherwise must read as `read` reads it.
    func optional<Field>(
        _ name: StaticString, in text: Span<UInt8>,
        _ read: (JSONValue, Span<UInt8>) -> Field?
    ) throws(MessageError) -> Field? {
        guard let value = try member(name, in: text), value.kind != .null else { return nil }
        guard let field = read(value, text) else { throw .malformed }
        return field
    }

    /// Reads the `payload` member, an object, null or missing, into `message`.
    func readPayload(into message: inout Message, in text: Span<UInt8>) throws(MessageError) {
        guard let payload = try member("payload", in: text), payload.kind != .null else { return }
        guard payload.kind == .object else { throw .malformed }
        let fields = MessageObject(payload)
        message.paymentHash = try fields.optional("paymentHash", in: text, Message.paymentHash)
        message.orderId = try fields.optional("orderId", in: text, JSON.text)
        message.lspId = try fields.optional("lspId", in: text, JSON.text)
        message.amountMsat = try fields.optional("amountMsat", in: text, JSON.unsigned)
    }
}
