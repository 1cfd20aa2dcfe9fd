/// Session's pushes: `spns` and `enc_payload`, XChaCha20-Poly1305 with its nonce in front and
/// zeros behind the message.
enum Session {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard try push.member("spns", in: text) != nil,
            let payload = try push.member("enc_payload", in: text)
        else { return nil }
        guard let sealed = Base64.decode(payload, in: text, into: &scratch.decoded, .standardLoose),
            let box = SymmetricBox(.xchacha20, nonceFirst: sealed, .trailingZeros)
        else { throw .malformed }
        return Envelope(.session, .symmetric(box), KeySlot(.session))
    }
}
