/// Threema's message, which says that there is one and from whom, not what: `{"cmd","from",
/// "messageId","voip"}`.
enum ThreemaMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        try read(MessageObject(root: text), text)
    }

    /// The same, where it stands in the clear.
    static func read(_ object: JSONValue, in text: Span<UInt8>) throws(MessageError) -> Message {
        try read(MessageObject(object), text)
    }

    private static func read(
        _ object: MessageObject, _ text: Span<UInt8>
    ) throws(MessageError) -> Message {
        guard let command = try object.string("cmd", in: text) else { throw .malformed }
        let isSingle = JSON.equals(command, "newmsg", in: text)
        guard isSingle || JSON.equals(command, "newgroupmsg", in: text) else { throw .unknownType }
        var message = Message(type: try isCall(object, text) ? .call : .message)
        message.id = try object.optional("messageId", in: text, JSON.text)
        return message
    }

    /// `voip` is a flag or, from some servers, the text of one.
    private static func isCall(
        _ object: MessageObject, _ text: Span<UInt8>
    ) throws(MessageError) -> Bool {
        guard let voip = try object.member("voip", in: text) else { return false }
        switch voip.kind {
        case .true: return true
        case .false, .null: return false
        case .string: return JSON.equals(voip, "true", in: text)
        default: throw .malformed
        }
    }
}
