/// Bisq's pushes: `encrypted`, base64 of nonce, ciphertext and tag (AES-256-GCM).
enum Bisq {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        // "true" is another application's flag.
        guard let value = try push.string("encrypted", in: text),
            !JSON.equals(value, "true", in: text)
        else { return nil }
        guard let sealed = Base64.decode(value, in: text, into: &scratch.decoded, .standardLoose),
            let box = SymmetricBox(.aes256GCM, nonceFirst: sealed)
        else { throw .malformed }
        return Envelope(.bisq, .symmetric(box), KeySlot(.bisq))
    }
}
