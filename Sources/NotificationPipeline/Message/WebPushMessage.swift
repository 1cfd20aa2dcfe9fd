/// What Web Push senders write: Mastodon's and GoToSocial's JSON, any other JSON object with `title`
/// or `body`, or plain text.
enum WebPushMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        var message = Message(type: .message)
        if (try? JSON.check(text)) != nil, JSON.root(of: text).kind == .object {
            try read(MessageObject(JSON.root(of: text)), text, into: &message)
        } else if text.count > 0 {
            guard UTF8Check.isValid(text) else { throw .malformed }
            var words = Words()
            words.body = Words.body(text)
            message.words = words
        }
        return message
    }

    private static func read(
        _ object: MessageObject, _ text: Span<UInt8>, into message: inout Message
    ) throws(MessageError) {
        // Mastodon writes a number, GoToSocial a string. Both escape their text for HTML.
        let id = try object.member("notification_id", in: text)
        if let id, id.kind != .null {
            guard let known = JSON.identifier(id, in: text) else { throw .malformed }
            message.id = known
        }
        let isEscaped = id != nil
        var words = Words()
        words.title = Words.line(
            try object.string("title", in: text), in: text, decodesEntities: isEscaped)
        words.body = Words.body(
            try object.string("body", in: text), in: text, decodesEntities: isEscaped)
        message.words = words
    }
}
