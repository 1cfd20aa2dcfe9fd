/// Reown's message, JSON-RPC: what it asks stands there, but only the wallet can judge it, so that
/// the `id` is all that is taken.
enum ReownMessage {
    static func read(
        _ text: Span<UInt8>, type: NotificationType?
    ) throws(MessageError) -> Message {
        let root = try MessageObject(root: text)
        guard let type else { throw .unknownType }
        var message = Message(type: type)
        message.id = try root.optional("id", in: text, JSON.identifier)
        return message
    }
}
