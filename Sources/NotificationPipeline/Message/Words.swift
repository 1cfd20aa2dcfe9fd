/// Text out of a message, cleaned and cut: shown as it is, and never interpreted.
public struct Words: Equatable, Sendable {
    /// At most `Limits.fieldBytesMax` bytes; empty when the catalog's title is to be shown.
    public var title = BoundedText()
    /// The same; empty when there is none.
    public var subtitle = BoundedText()
    /// Empty when the catalog's body is to be shown.
    public var body = DisplayText()

    init() {}

    /// A line out of a string of a message; empty when there is none.
    static func line(
        _ value: JSONValue?, in text: Span<UInt8>, decodesEntities: Bool = false
    ) -> BoundedText {
        guard let value, value.kind == .string else { return BoundedText() }
        var string = JSONString(value)
        return line(decodesEntities: decodesEntities) { string.next(in: text) }
    }

    /// A line out of bytes that come one by one.
    static func line(decodesEntities: Bool = false, _ next: () -> UInt8?) -> BoundedText {
        let shown = DisplayText(
            cleaning: next, bytesMax: Limits.fieldBytesMax, decodesEntities: decodesEntities)
        return shown.withBytes { bytes in BoundedText(bytes) ?? BoundedText() }
    }

    /// A body out of a string of a message; empty when there is none.
    static func body(
        _ value: JSONValue?, in text: Span<UInt8>, decodesEntities: Bool = false
    ) -> DisplayText {
        guard let value, value.kind == .string else { return DisplayText() }
        var string = JSONString(value)
        return DisplayText(
            cleaning: { string.next(in: text) }, bytesMax: Limits.textBytesMax,
            decodesEntities: decodesEntities)
    }

    /// A body out of text as it lies there.
    static func body(_ text: Span<UInt8>) -> DisplayText {
        var position = 0
        return DisplayText(
            cleaning: {
                guard position < text.count else { return nil }
                defer { position += 1 }
                return text[position]
            }, bytesMax: Limits.textBytesMax, decodesEntities: false)
    }
}

extension Message {
    /// Reads what was sealed in an envelope. What the envelope says outside of that stays, and a
    /// message may hold an envelope of its own, which is left in `inner`.
    static func read(
        _ text: Span<UInt8>, of envelope: Envelope, _ scratch: inout Scratch,
        inner: inout Envelope?
    ) throws(MessageError) -> Message {
        var message: Message
        switch envelope.format {
        case .blocktankV0: return try BlocktankMessage.read(text)
        case .wakeV1: return try WakeMessage.read(text)
        case .webPushAES128GCM, .webPushAESGCM: message = try WebPushMessage.read(text)
        case .simplex where envelope.type == .verification:
            // The code is the app's; that it came is all there is to say.
            message = Message(type: .verification)
        case .simplex:
            return try SimpleXMessage.read(text, into: &scratch.decoded, inner: &inner)
        case .zulip: message = try ZulipMessage.read(text)
        case .threema: message = try ThreemaMessage.read(text)
        case .session: message = try SessionMessage.read(text)
        case .homeAssistant: message = try HomeAssistantMessage.read(text)
        case .reown: message = try ReownMessage.read(text, type: envelope.type)
        case .albyNIP44, .albyNIP04: message = try AlbyMessage.read(text)
        case .bark: message = try BarkMessage.read(text)
        case .bisq: message = try BisqMessage.read(text)
        case .wakeFallback, .incomingHtlcWake, .phoenix, .breez:
            preconditionFailure("nothing is sealed in a format that is in the clear")
        }
        message.account = envelope.account
        return message
    }
}
