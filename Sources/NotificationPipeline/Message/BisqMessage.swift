/// Bisq's message: `{"id","title","message","category","tradeId"}`.
enum BisqMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        let root = try MessageObject(root: text)
        guard let body = try root.string("message", in: text) else { throw .malformed }
        var words = Words()
        words.title = Words.line(try root.string("title", in: text), in: text)
        words.body = Words.body(body, in: text)
        var message = Message(type: .message)
        message.words = words
        message.id = try root.optional("id", in: text, JSON.identifier)
        message.orderId = try root.optional("tradeId", in: text, JSON.text)
        return message
    }
}
