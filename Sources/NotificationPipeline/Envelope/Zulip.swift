/// Zulip's end-to-end encrypted pushes (server 11 and later): `push_key_id`, before server 12
/// `push_account_id`, and `encrypted_data`, a NaCl secretbox with its nonce in front.
///
/// Several keys are alive at once; the id says which one it is. FCM spells it as a string.
enum Zulip {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let data = try push.member("encrypted_data", in: text) else { return nil }
        let newer = try push.member("push_key_id", in: text)
        let older = try push.member("push_account_id", in: text)
        guard let id = newer ?? older else { return nil }
        guard let number = identifier(id, in: text),
            let slot = number.withBytes({ digits in KeySlot(.zulip, label: digits) }),
            let sealed = Base64.decode(data, in: text, into: &scratch.decoded, .standardLoose),
            let box = SymmetricBox(.secretBox, nonceAndTagFirst: sealed)
        else { throw .malformed }
        var envelope = Envelope(.zulip, .symmetric(box), slot)
        envelope.account = number
        return envelope
    }

    /// The id as it is spelled; whether it is one is the slot's to say.
    private static func identifier(_ value: JSONValue, in text: Span<UInt8>) -> BoundedText? {
        value.kind == .number
            ? BoundedText(text.extracting(value.start..<value.end)) : JSON.text(value, in: text)
    }
}
