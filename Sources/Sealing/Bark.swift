public import NotificationPipeline

extension Seal {
    /// Bark in the mode that goes with the key. Each push has an IV of its own, of characters, since
    /// Bark takes an IV's characters for its bytes: the key's own would be the same for all.
    public static func bark(
        _ message: Span<UInt8>, to record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let iv: String
        let sealed: [UInt8]
        switch record.word(.mode) {
        case "gcm":
            let text = Spelling.characters(randomness.bytes(12))
            let box = try record.withBarkKey { (key) throws(SealingError) in
                try Cipher.aesGCM.seal(message, key: key, nonce: Array(text.utf8))
            }
            (iv, sealed) = (text, box.ciphertext + box.tag)
        case "cbc":
            let text = Spelling.characters(randomness.bytes(16))
            sealed = try record.withBarkKey { (key) throws(SealingError) in
                try blocks(message, key: key, iv: Array(text.utf8))
            }
            iv = text
        case "ecb":
            sealed = try record.withBarkKey { (key) throws(SealingError) in
                try blocks(message, key: key, iv: nil)
            }
            iv = ""
        default: throw .keyUnusable
        }
        let ivMember = iv.isEmpty ? "" : #","iv":"\#(iv)""#
        return try SealedPush(
            #"{"aps":\#(alert(title: "New notification")),"#
                + #""ciphertext":"\#(Spelling.base64(sealed))"\#(ivMember)}"#)
    }

    /// Padded AES: CBC, or ECB without an IV.
    static func blocks(
        _ message: Span<UInt8>, key: Span<UInt8>, iv: [UInt8]?
    ) throws(SealingError) -> [UInt8] {
        var blocks = AESBlocks()
        var sealed = [UInt8](repeating: 0, count: AESBlocks.sealedBytes(message.count))
        do throws(OpeningError) {
            var target = sealed.mutableSpan
            if let iv {
                try blocks.sealCBC(key: key, iv: iv.span, plaintext: message, into: &target)
            } else {
                try blocks.sealECB(key: key, plaintext: message, into: &target)
            }
        } catch { throw .keyUnusable }
        return sealed
    }
}

extension KeyRecord {
    /// Lends a key of one of AES's three lengths.
    fileprivate borrowing func withBarkKey<Result>(
        _ body: (Span<UInt8>) throws(SealingError) -> Result
    ) throws(SealingError) -> Result {
        let count = withField(.secret) { key in key.count } ?? 0
        guard count == 16 || count == 24 || count == 32 else { throw .keyUnusable }
        return try withKey(.secret, count: count, body)
    }
}
