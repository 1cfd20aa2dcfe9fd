/// The visible alert the wake gateway sends when a wake was not acknowledged: `wake_fallback` with
/// `v`, `id` and `topic`, as an object or as JSON text. Nothing in it is encrypted.
enum WakeFallback {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let fallback = try push.member("wake_fallback", in: text) else {
            return nil
        }
        let message: Message
        switch fallback.kind {
        case .object: message = try read(fallback, text)
        case .string:
            try Wake.unpack(fallback, in: text, into: &scratch.nested)
            message = try scratch.nested.withBytes { (inner) throws(EnvelopeError) in
                try read(JSON.root(of: inner), inner)
            }
        default: throw .malformed
        }
        return Envelope(.wakeFallback, message)
    }

    private static func read(
        _ object: JSONValue, _ text: Span<UInt8>
    ) throws(EnvelopeError) -> Message {
        guard BlocktankBox.isOne(try Push.member("v", of: object, in: text), in: text),
            let idValue = try Push.member("id", of: object, in: text),
            let id = Wake.identifier(idValue, in: text),
            let topic = try Push.member("topic", of: object, in: text), topic.kind == .string
        else { throw .malformed }
        guard let type = Wake.type(ofTopic: topic, in: text) else { throw .unknownType }
        var message = Message(type: type)
        message.id = id
        return message
    }
}
