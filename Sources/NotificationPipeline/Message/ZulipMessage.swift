/// Zulip's message by `type`: a `message` with its sender, place and content, a `remove` for
/// messages that were read elsewhere, a `test`.
enum ZulipMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        let root = try MessageObject(root: text)
        guard let type = try root.string("type", in: text) else { throw .malformed }
        if JSON.equals(type, "message", in: text) { return try readMessage(root, text) }
        if JSON.equals(type, "remove", in: text) {
            guard try root.member("message_ids", in: text)?.kind == .array else { throw .malformed }
            return Message(type: .removed)
        }
        guard JSON.equals(type, "test", in: text) else { throw .unknownType }
        return Message(type: .test)
    }

    /// In a channel the place comes first, as Zulip's own app shows it; else the sender.
    private static func readMessage(
        _ root: MessageObject, _ text: Span<UInt8>
    ) throws(MessageError) -> Message {
        guard let id = try root.member("message_id", in: text),
            let number = JSON.identifier(id, in: text),
            let sender = try root.string("sender_full_name", in: text),
            let content = try root.string("content", in: text),
            let recipient = try root.string("recipient_type", in: text)
        else { throw .malformed }
        var words = Words()
        if JSON.equals(recipient, "channel", in: text) {
            guard let channel = try root.string("channel_name", in: text),
                let topic = try root.string("topic", in: text)
            else { throw .malformed }
            words.title = place(channel, topic, in: text)
            words.subtitle = introduction(sender, in: text)
        } else if JSON.equals(recipient, "direct", in: text) {
            words.title = Words.line(sender, in: text)
        } else {
            throw .malformed
        }
        words.body = Words.body(content, in: text)
        var message = Message(type: .message)
        message.id = number
        message.words = words
        return message
    }

    /// `#channel > topic`.
    private static func place(
        _ channel: JSONValue, _ topic: JSONValue, in text: Span<UInt8>
    ) -> BoundedText {
        var (sign, arrow) = (Literal("#"), Literal(" > "))
        var (first, second) = (JSONString(channel), JSONString(topic))
        return Words.line {
            sign.next() ?? first.next(in: text) ?? arrow.next() ?? second.next(in: text)
        }
    }

    /// `Sender:`.
    private static func introduction(_ sender: JSONValue, in text: Span<UInt8>) -> BoundedText {
        var (name, colon) = (JSONString(sender), Literal(":"))
        return Words.line { name.next(in: text) ?? colon.next() }
    }
}

/// The bytes of a literal, one by one.
private struct Literal {
    private let text: StaticString
    private var position = 0

    init(_ text: StaticString) {
        self.text = text
    }

    mutating func next() -> UInt8? {
        guard position < text.utf8CodeUnitCount else { return nil }
        defer { position += 1 }
        // SAFETY: the position is inside the literal, which lives as long as the process.
        return unsafe text.utf8Start[position]
    }
}
