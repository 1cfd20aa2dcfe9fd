public import NotificationPipeline

extension Seal {
    /// Bisq: nonce, ciphertext and tag of AES-256-GCM in one piece.
    public static func bisq(
        _ message: Span<UInt8>, to record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let sealed = try record.withKey { (key) throws(SealingError) in
            try Cipher.aesGCM.seal(message, key: key, &randomness)
        }
        return try SealedPush(
            #"{"aps":\#(alert(title: "Bisq", body: "Open Bisq to see what is new")),"#
                + #""encrypted":"\#(Spelling.base64(sealed.tagLast))"}"#)
    }
}
