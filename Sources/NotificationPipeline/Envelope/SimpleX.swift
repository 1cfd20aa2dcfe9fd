/// SimpleX Chat's pushes: `notificationData` with `nonce` and `message` or `verification`, a NaCl
/// box to the token's key, or with `checkMessages` and nothing sealed.
///
/// The push is longer than APNs says it may be (4.3 KiB); what counts here is the caller's limit.
enum SimpleX {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let data = try push.object("notificationData", in: text) else { return nil }
        let message = try Push.member("message", of: data, in: text)
        let verification = try Push.member("verification", of: data, in: text)
        let check = try Push.member("checkMessages", of: data, in: text)
        switch (message, verification, check) {
        case (nil, nil, let check?):
            guard check.kind == .true else { throw .malformed }
            return Envelope(.simplex, Message(type: .check))
        case (let sealed?, nil, nil):
            return try envelope(.message, sealed, data, text, &scratch)
        case (nil, let sealed?, nil):
            return try envelope(.verification, sealed, data, text, &scratch)
        default: throw .malformed
        }
    }

    private static func envelope(
        _ type: NotificationType, _ sealed: JSONValue, _ data: JSONValue, _ text: Span<UInt8>,
        _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope {
        guard let nonceValue = try Push.member("nonce", of: data, in: text),
            let nonce = Base64.decode(nonceValue, in: text, into: &scratch.decoded, .url),
            let bytes = Base64.decode(sealed, in: text, into: &scratch.decoded, .url),
            let box = SymmetricBox(.cryptoBox, nonce: nonce, tagFirst: bytes, .lengthPrefixed)
        else { throw .malformed }
        var envelope = Envelope(.simplex, .symmetric(box), KeySlot(.simplex))
        envelope.type = type
        return envelope
    }
}
