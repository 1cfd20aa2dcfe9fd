/// Reown's (WalletConnect's) pushes: `topic`, `tag` and `message`. The topic says which key, the
/// tag what it is about.
///
/// Opened is type 0 of its envelopes: 00, nonce, ciphertext, tag (ChaCha20-Poly1305). Type 1
/// carries a public key and needs another kind of key, and type 2 is not encrypted: no push has
/// them, and both are malformed here.
enum Reown {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let topicValue = try push.string("topic", in: text),
            let messageValue = try push.string("message", in: text),
            let tag = try push.member("tag", in: text), tag.kind == .number
        else { return nil }
        guard let topic = JSON.text(topicValue, in: text),
            let slot = topic.withBytes({ label in KeySlot(.reown, label: label) }),
            let sealed = Base64.decode(
                messageValue, in: text, into: &scratch.decoded, .standardLoose),
            sealed.count > 0,
            scratch.decoded.withBytes(in: sealed, { bytes in bytes[0] == 0 }),
            let box = SymmetricBox(.chacha20, nonceFirst: sealed.lowerBound + 1..<sealed.upperBound)
        else { throw .malformed }
        var envelope = Envelope(.reown, .symmetric(box), slot)
        envelope.account = topic
        switch JSON.unsigned(tag, in: text) {
        case 1100: envelope.type = .sessionProposal
        case 1108: envelope.type = .sessionRequest
        case 1116: envelope.type = .sessionAuthenticate
        default: throw .unknownType
        }
        return envelope
    }
}
