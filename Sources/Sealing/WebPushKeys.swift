internal import NotificationPipeline
internal import SecretMemory

extension WebPushForm.Encoding {
    /// What of a record's size is not message: tag and delimiter, or the padding's length.
    var overheadBytes: Int {
        switch self {
        case .aes128gcm: 17
        case .aesgcm: 2
        }
    }
}

/// The key of one Web Push message and the nonce its records' nonces are made of.
struct WebPushKeys: ~Copyable {
    private var key = SecretBytes(count: 16)
    private var nonce = SecretBytes(count: 12)

    /// Derives both: P-256, then HKDF with the authentication secret, then with the salt
    /// (RFC 8291, 3.4; draft-ietf-webpush-encryption-04, 3.4).
    init(
        _ encoding: WebPushForm.Encoding, secret: borrowing SecretBytes, sender: [UInt8],
        salt: [UInt8], _ recipient: borrowing WebPushRecipient
    ) throws(SealingError) {
        let device = recipient.point
        let (first, context, name): (String, [UInt8], String)
        let points: [UInt8]
        switch encoding {
        case .aes128gcm:
            (first, context, name) = ("WebPush: info", [], "aes128gcm")
            points = device + sender
        case .aesgcm:
            (first, name, points) = ("Content-Encoding: auth", "aesgcm", [])
            context = Array("P-256".utf8) + [0, 0, 65] + device + [0, 65] + sender
        }
        do throws(OpeningError) {
            var derivation = Derivation()
            var agreed = SecretBytes(count: 32)
            try secret.withBytes { (secret) throws(OpeningError) in
                try agreed.withMutableBytes { (target) throws(OpeningError) in
                    try P256.sharedSecret(secret: secret, point: device.span, into: &target)
                }
            }
            try recipient.auth.withBytes { (auth) throws(OpeningError) in
                try derivation.extract(salt: auth, &agreed)
            }
            try derivation.expand(first, points, into: &agreed)
            try derivation.extract(salt: salt.span, &agreed)
            try derivation.expand("Content-Encoding: \(name)", context, into: &key)
            try derivation.expand("Content-Encoding: nonce", context, into: &nonce)
        } catch { throw .keyUnusable }
    }

    /// Seals the message as records, each but the last full.
    borrowing func seal(
        _ message: Span<UInt8>, _ encoding: WebPushForm.Encoding, recordBytes: Int
    ) throws(SealingError) -> [UInt8] {
        let room = recordBytes - encoding.overheadBytes
        var sealed: [UInt8] = []
        var (start, number) = (0, UInt64(0))
        var isLast = false
        while !isLast {
            let end = min(start + room, message.count)
            // In `aesgcm` only a record that is not full ends the message, be it an empty one.
            isLast = end == message.count && (encoding == .aes128gcm || end - start < room)
            let piece = record(message.extracting(start..<end), encoding, isLast: isLast)
            let nonce = nonce(of: number)
            let one = try key.withBytes { (key) throws(SealingError) in
                try piece.withBytes { (piece) throws(SealingError) in
                    try Cipher.aesGCM.seal(piece, key: key, nonce: nonce)
                }
            }
            sealed += one.ciphertext + one.tag
            (start, number) = (end, number + 1)
        }
        return sealed
    }

    /// A record's plaintext: with the delimiter behind, 2 in the last one and 1 in the others, or
    /// with the length of no padding in front.
    private borrowing func record(
        _ piece: Span<UInt8>, _ encoding: WebPushForm.Encoding, isLast: Bool
    ) -> SecretBytes {
        switch encoding {
        case .aes128gcm:
            var record = SecretBytes(count: piece.count + 1)
            record.put(piece, at: 0)
            record.put([isLast ? 2 : 1].span, at: piece.count)
            return record
        case .aesgcm:
            var record = SecretBytes(count: 2 + piece.count)
            record.put(piece, at: 2)
            return record
        }
    }

    /// The nonce of a record: its number, big endian, over the last eight bytes.
    private borrowing func nonce(of number: UInt64) -> [UInt8] {
        nonce.withBytes { base in
            base.indices.map { index in
                index < 4
                    ? base[index]
                    : base[index] ^ UInt8(truncatingIfNeeded: number >> UInt64(8 * (11 - index)))
            }
        }
    }
}

/// HKDF step by step; the pseudorandom key stays in here.
private struct Derivation: ~Copyable {
    private var hkdf = HKDFSHA256()
    private var pseudorandom = SecretBytes(count: HKDFSHA256.pseudorandomKeyBytes)

    mutating func extract(
        salt: Span<UInt8>, _ secret: inout SecretBytes
    ) throws(OpeningError) {
        try secret.withBytes { (secret) throws(OpeningError) in
            try pseudorandom.withMutableBytes { (target) throws(OpeningError) in
                try hkdf.extract(salt: salt, secret: secret, into: &target)
            }
        }
    }

    /// Fills `output`; the info is a text, a zero and what follows.
    mutating func expand(
        _ text: String, _ rest: [UInt8], into output: inout SecretBytes
    ) throws(OpeningError) {
        let info = Array(text.utf8) + [0] + rest
        try pseudorandom.withBytes { (key) throws(OpeningError) in
            try output.withMutableBytes { (target) throws(OpeningError) in
                try hkdf.expand(key: key, info: info.span, into: &target)
            }
        }
    }
}
