public import NotificationPipeline
internal import SecretMemory

extension Seal {
    /// SimpleX' alert: a list of items, sealed to the token's key and padded to 3072 bytes.
    ///
    /// The push is about 4300 bytes long, more than APNs documents; SimpleX' server sends it all
    /// the same, and so it is not refused: `SealedPush.isTooLarge` tells.
    public static func simplex(
        _ items: Span<UInt8>, to token: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        let box = try paddedBox(
            items, count: SealingLimits.simplexMessageBytes, token, &randomness)
        return SealedPush(
            ofAnyLength: #"{"aps":{"mutable-content":1,"#
                + #""alert":"Encrypted message or another app event","#
                + #""category":"NTF_CAT_CHECK_MESSAGE"},\#(data(box, "message"))}"#)
    }

    /// SimpleX' silent push with the code that verifies a token; the rest is as in `simplex`.
    public static func simplexVerification(
        _ code: Span<UInt8>, to token: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        let box = try paddedBox(code, count: SealingLimits.simplexMessageBytes, token, &randomness)
        return SealedPush(
            ofAnyLength: #"{"aps":{"content-available":1},\#(data(box, "verification"))}"#)
    }

    /// One item of the list: the queue's address, `smp://KEYHASH@HOSTS/NOTIFIERID`, the time in
    /// Unix seconds, a nonce, and the message's id and time sealed to the queue's key.
    ///
    /// The id is drawn here. Throws `messageUnusable` when the address has a space, a `;` or
    /// anything that is not visible ASCII in it.
    public static func simplexItem(
        queue address: String, seconds: UInt64, to queue: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> String {
        try checkAddress(address)
        // The length of the id, the id, the time as 8 bytes, big endian.
        var details = SecretBytes(count: 1 + simplexIDBytes + 8)
        details.withMutableBytes { target in
            target[0] = UInt8(simplexIDBytes)
            var id = target._mutatingExtracting(1..<1 + simplexIDBytes)
            randomness.fill(&id)
        }
        details.withMutableBytes { target in
            for index in 0..<8 {
                target[1 + simplexIDBytes + index] = UInt8(
                    truncatingIfNeeded: seconds >> UInt64(56 - 8 * index))
            }
        }
        let box = try details.withBytes { (details) throws(SealingError) in
            try paddedBox(
                details, count: SealingLimits.simplexDetailsBytes, queue, &randomness)
        }
        let sealed = Spelling.base64URL(box.tag + box.ciphertext, isPadded: true)
        return "\(address) \(seconds) \(Spelling.base64URL(box.nonce)) \(sealed)"
    }

    /// An item of a queue whose key is not known here: its box is random and never opens.
    public static func simplexItem(
        ofUnknownQueue address: String, seconds: UInt64,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> String {
        try checkAddress(address)
        let nonce = Spelling.base64URL(randomness.bytes(SecretBox.nonceBytes))
        let box = randomness.bytes(SealingLimits.simplexDetailsBytes + SecretBox.tagBytes)
        return "\(address) \(seconds) \(nonce) \(Spelling.base64URL(box, isPadded: true))"
    }

    /// The length of a message's id.
    private static let simplexIDBytes = 24

    private static func checkAddress(_ address: String) throws(SealingError) {
        let isPlain = address.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: ";")
        }
        guard isPlain, address.hasPrefix("smp://") else { throw .messageUnusable }
    }

    private static func data(_ box: SealedBytes, _ name: String) -> String {
        let sealed = Spelling.base64URL(box.tag + box.ciphertext, isPadded: true)
        return #""notificationData":{"nonce":"\#(Spelling.base64URL(box.nonce))","#
            + #""\#(name)":"\#(sealed)"}"#
    }

    /// NaCl's box over the message with its length in front and `#` behind.
    private static func paddedBox(
        _ message: Span<UInt8>, count: Int, _ record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedBytes {
        try check(message, bytesMax: count - 2)
        let padded = SecretBytes(
            lengthPrefixed: message, count: count, fill: UInt8(ascii: "#"))
        let key = try boxKey(record)
        return try key.withBytes { (key) throws(SealingError) in
            try padded.withBytes { (padded) throws(SealingError) in
                try Cipher.secretBox.seal(padded, key: key, &randomness)
            }
        }
    }

    /// The key of NaCl's box: from what was agreed on, or from both halves. Which side's secret and
    /// which side's public key it is does not matter.
    private static func boxKey(_ record: borrowing KeyRecord) throws(SealingError) -> SecretBytes {
        var shared = SecretBytes(count: X25519.keyBytes)
        var key = SecretBytes(count: SecretBox.keyBytes)
        if record.withField(.shared, { _ in true }) == true {
            try record.withKey(.shared) { agreed in shared.put(agreed, at: 0) }
        } else {
            try agree(record, into: &shared)
        }
        do throws(OpeningError) {
            try shared.withBytes { (shared) throws(OpeningError) in
                try key.withMutableBytes { (target) throws(OpeningError) in
                    try SecretBox.boxKey(shared: shared, into: &target)
                }
            }
        } catch { throw .keyUnusable }
        return key
    }

    private static func agree(
        _ record: borrowing KeyRecord, into shared: inout SecretBytes
    ) throws(SealingError) {
        var peer = SecretBytes(count: X25519.keyBytes)
        try record.withKey(.peer) { value in peer.put(value, at: 0) }
        let isAgreed = try record.withKey { secret in
            peer.withBytes { peer in
                shared.withMutableBytes { target in
                    let agreed: Void? = try? X25519.sharedSecret(
                        secret: secret, publicKey: peer, into: &target)
                    return agreed != nil
                }
            }
        }
        guard isAgreed else { throw .keyUnusable }
    }
}
