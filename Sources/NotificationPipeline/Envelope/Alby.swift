/// Alby Go's pushes: `body`, an object (APNs) or the same as JSON text (FCM), with `appPubkey`, which
/// says which wallet connection it is, and `content`, encrypted by NIP-44 or by NIP-04.
enum Alby {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let body = try push.member("body", in: text) else { return nil }
        switch body.kind {
        case .object: return try read(body, text, into: &scratch.decoded)
        case .string:
            guard (try? Wake.unpack(body, in: text, into: &scratch.nested)) != nil else {
                return nil
            }
            return try read(scratch.nested, into: &scratch.decoded)
        default: return nil
        }
    }

    private static func read(
        _ nested: borrowing ByteBuffer, into decoded: inout ByteBuffer
    ) throws(EnvelopeError) -> Envelope? {
        try nested.withBytes { (inner) throws(EnvelopeError) in
            try read(JSON.root(of: inner), inner, into: &decoded)
        }
    }

    private static func read(
        _ body: JSONValue, _ text: Span<UInt8>, into decoded: inout ByteBuffer
    ) throws(EnvelopeError) -> Envelope? {
        guard let keyValue = try Push.member("appPubkey", of: body, in: text),
            let contentValue = try Push.member("content", of: body, in: text)
        else { return nil }
        guard let key = JSON.text(keyValue, in: text)?.lowercasedHex,
            let slot = key.withBytes({ label in KeySlot(.alby, label: label) }),
            let box = NostrBox(contentValue, in: text, into: &decoded)
        else { throw .malformed }
        var envelope = Envelope(
            box.version == .nip44 ? .albyNIP44 : .albyNIP04, .nostr(box), slot)
        envelope.account = key
        return envelope
    }
}

/// What Nostr's two ciphers seal, taken apart.
///
/// - NIP-44, version 2: base64 of 02, nonce (32), ciphertext, MAC (32)
/// - NIP-04: base64 of the ciphertext, `?iv=`, base64 of 16 bytes; nothing authenticates it
public struct NostrBox: Sendable {
    let version: NostrVersion
    /// 32 bytes, or for NIP-04 the IV of 16.
    let nonce: Range<Int>
    let ciphertext: Range<Int>
    /// Empty for NIP-04.
    let mac: Range<Int>

    /// What NIP-44 allows a decoded payload to have.
    static let payloadBytes = 99...65603

    /// Nil for anything else, NIP-44's `#` of versions to come included.
    init?(_ value: JSONValue, in text: Span<UInt8>, into decoded: inout ByteBuffer) {
        let start = decoded.count
        guard JSON.unescape(value, in: text, into: &decoded) else { return nil }
        let mark = decoded.withBytes { bytes in
            NostrBox.vectorMark(in: bytes.extracting(start...))
        }
        if let mark {
            self.init(nip04: start, mark: mark + start, in: &decoded)
        } else {
            self.init(nip44: start, in: &decoded)
        }
    }

    private init?(nip44 start: Int, in decoded: inout ByteBuffer) {
        guard let raw = Base64.decodeTail(of: &decoded, from: start, .standard),
            NostrBox.payloadBytes.contains(raw.count),
            decoded.withBytes(in: raw, { bytes in bytes[0] == 2 })
        else { return nil }
        version = .nip44
        nonce = start + 1..<start + 33
        mac = raw.upperBound - 32..<raw.upperBound
        ciphertext = nonce.upperBound..<mac.lowerBound
    }

    private init?(nip04 start: Int, mark: Int, in decoded: inout ByteBuffer) {
        let vector = decoded.withBytes { bytes in BoundedText(bytes.extracting((mark + 4)...)) }
        decoded.keep(first: mark)
        guard let ciphertext = Base64.decodeTail(of: &decoded, from: start, .standardLoose),
            let nonce = vector?.withBytes({ text in
                Base64.decode(text, into: &decoded, .standardLoose)
            }), nonce.count == 16
        else { return nil }
        version = .nip04
        self.nonce = nonce
        self.ciphertext = ciphertext
        mac = ciphertext.upperBound..<ciphertext.upperBound
    }

    /// Where `?iv=` begins.
    private static func vectorMark(in content: Span<UInt8>) -> Int? {
        guard content.count >= 4 else { return nil }
        return (0...content.count - 4).first { start in
            equals(content.extracting(start..<start + 4), "?iv=")
        }
    }
}
