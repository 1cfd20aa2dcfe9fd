public import NotificationPipeline
internal import SecretMemory

extension Seal {
    /// Alby Go: NIP-44 or NIP-04, by the version that goes with the key, and the app's public key,
    /// which tells the wallet which connection it is.
    public static func alby(
        _ message: Span<UInt8>, to record: borrowing KeyRecord, appPublicKey: String,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        let content: String
        switch record.word(.version) {
        case "1.0": content = try nip44(message, record, &randomness)
        case "0.0": content = try nip04(message, record, &randomness)
        default: throw .keyUnusable
        }
        let aps = alert(title: "Alby Go", body: "Open your wallet to see what is new")
        return try SealedPush(
            #"{"aps":\#(aps),"body":{"appPubkey":\#(Spelling.quoted(appPublicKey)),"#
                + #""content":"\#(content)"}}"#)
    }

    /// NIP-44, version 2: three keys by HKDF from the conversation's and a nonce of 32 bytes,
    /// ChaCha20 over the padded message, HMAC over nonce and ciphertext.
    private static func nip44(
        _ message: Span<UInt8>, _ record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> String {
        try check(message, bytesMax: SealingLimits.nip44MessageBytesMax)
        let nonce = randomness.bytes(32)
        let padded = SecretBytes(
            lengthPrefixed: message, count: 2 + nip44PaddedBytes(message.count), fill: 0)
        var ciphertext = [UInt8](repeating: 0, count: padded.count)
        var tag = [UInt8](repeating: 0, count: HMACSHA256.tagBytes)
        // ChaCha20's key (32) and nonce (12), HMAC's key (32).
        var keys = SecretBytes(count: 76)
        do throws(OpeningError) {
            var hkdf = HKDFSHA256()
            let found: Void? = try record.withField(.secret) { (key) throws(OpeningError) in
                try keys.withMutableBytes { (target) throws(OpeningError) in
                    try hkdf.expand(key: key, info: nonce.span, into: &target)
                }
            }
            guard found != nil else { throw .keyUnusable }
            var target = ciphertext.mutableSpan
            try keys.withBytes { (keys) throws(OpeningError) in
                try padded.withBytes { (padded) throws(OpeningError) in
                    try ChaCha20.apply(
                        key: keys.extracting(..<32), nonce: keys.extracting(32..<44), to: padded,
                        into: &target)
                }
            }
            var hmac = HMACSHA256()
            keys.withBytes { keys in hmac.start(key: keys.extracting(44...)) }
            hmac.update(nonce.span)
            hmac.update(ciphertext.span)
            var tagTarget = tag.mutableSpan
            try hmac.finish(into: &tagTarget)
        } catch { throw .keyUnusable }
        return Spelling.base64([2] + nonce + ciphertext + tag)
    }

    /// What a message is padded to: 32 bytes, then a multiple of an eighth of the next power of two,
    /// at least of 32.
    static func nip44PaddedBytes(_ count: Int) -> Int {
        guard count > 32 else { return 32 }
        let power = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
        let piece = power <= 256 ? 32 : power / 8
        return (count - 1) / piece * piece + piece
    }

    /// NIP-04: AES-256-CBC, and the IV behind `?iv=`.
    private static func nip04(
        _ message: Span<UInt8>, _ record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> String {
        try check(message)
        let iv = randomness.bytes(AESBlocks.blockBytes)
        let sealed = try record.withKey { (key) throws(SealingError) in
            try blocks(message, key: key, iv: iv)
        }
        return "\(Spelling.base64(sealed))?iv=\(Spelling.base64(iv))"
    }
}
