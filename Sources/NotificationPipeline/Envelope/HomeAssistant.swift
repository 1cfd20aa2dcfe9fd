/// Home Assistant's `mobile_app` envelope: `encrypted` is true and `encrypted_data` a NaCl
/// secretbox with its nonce in front.
enum HomeAssistant {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard try push.member("encrypted", in: text)?.kind == .true,
            let data = try push.member("encrypted_data", in: text)
        else { return nil }
        guard let sealed = Base64.decode(data, in: text, into: &scratch.decoded, .standardLoose),
            let box = SymmetricBox(.secretBox, nonceAndTagFirst: sealed)
        else { throw .malformed }
        return Envelope(.homeAssistant, .symmetric(box), KeySlot(.homeassistant))
    }
}
