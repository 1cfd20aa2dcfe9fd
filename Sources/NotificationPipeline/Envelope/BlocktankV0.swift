/// Bitkit's deployed format, in each of the places it is sent in:
/// `aps.alert.payload` (APNs), `payload` at the top (seed plan 1.6), and flat (FCM).
enum BlocktankV0 {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let container = try container(of: push, text) else { return nil }
        guard container.kind == .object else { throw .malformed }
        let box = try BlocktankBox(
            .v0, container: container, in: text, &scratch.container, &scratch.points,
            into: &scratch.decoded)
        return Envelope(.blocktankV0, .blocktank(box), KeySlot(.blocktank))
    }

    private static func container(
        of push: borrowing Push, _ text: Span<UInt8>
    ) throws(EnvelopeError) -> JSONValue? {
        if let aps = try push.object("aps", in: text),
            let alert = try Push.object("alert", of: aps, in: text),
            let payload = try Push.member("payload", of: alert, in: text)
        {
            return payload
        }
        if let payload = try push.object("payload", in: text),
            try hasMark(payload, text)
        {
            return payload
        }
        if try push.member("cipher", in: text) != nil { return push.data }
        return try push.member("publicKey", in: text) != nil ? push.data : nil
    }

    /// Whether an object carries a key that no other format has.
    private static func hasMark(
        _ object: JSONValue, _ text: Span<UInt8>
    ) throws(EnvelopeError) -> Bool {
        if try Push.member("cipher", of: object, in: text) != nil { return true }
        return try Push.member("publicKey", of: object, in: text) != nil
    }
}
