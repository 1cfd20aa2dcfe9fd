/// Blocktank's v0 message: `{"source","type","payload","createdAt"}`.
///
/// Only `type` must be there. A payload of null or none keeps the type: a notification without
/// details is worth more than none.
enum BlocktankMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        let root = try MessageObject(root: text)
        guard let typeValue = try root.member("type", in: text), typeValue.kind == .string
        else { throw .malformed }
        let type = NotificationType.blocktank { type in
            JSON.equals(typeValue, type.name, in: text)
        }
        guard let type else { throw .unknownType }
        var message = Message(type: type)
        message.createdAt = try root.optional("createdAt", in: text, JSON.text)
        _ = try root.optional("source", in: text, JSON.text)
        try root.readPayload(into: &message, in: text)
        return message
    }
}
