/// The wake v1 message: `{"v":1,"id","topic","urgency","deadline","payload"}`; all but the payload
/// must be there.
enum WakeMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        let root = try MessageObject(root: text)
        guard BlocktankBox.isOne(try root.member("v", in: text), in: text),
            let idValue = try root.member("id", in: text),
            let id = Wake.identifier(idValue, in: text),
            let topic = try root.member("topic", in: text), topic.kind == .string,
            let urgency = try root.member("urgency", in: text), isUrgency(urgency, in: text),
            let deadlineValue = try root.member("deadline", in: text),
            let deadline = JSON.unsigned(deadlineValue, in: text)
        else { throw .malformed }
        guard let type = Wake.type(ofTopic: topic, in: text) else { throw .unknownType }
        var message = Message(type: type)
        message.id = id
        message.deadline = deadline
        try root.readPayload(into: &message, in: text)
        return message
    }

    private static func isUrgency(_ value: JSONValue, in text: Span<UInt8>) -> Bool {
        JSON.equals(value, "background", in: text) || JSON.equals(value, "alert", in: text)
            || JSON.equals(value, "time_sensitive", in: text)
    }
}
