public import NotificationPipeline

extension Seal {
    /// Home Assistant: nonce, tag and ciphertext in one piece.
    public static func homeAssistant(
        _ message: Span<UInt8>, to record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let sealed = try record.withKey { (key) throws(SealingError) in
            try Cipher.secretBox.seal(message, key: key, &randomness)
        }
        let aps = alert(title: "Encrypted notification", body: "Open Home Assistant to read it")
        return try SealedPush(
            #"{"aps":\#(aps),"encrypted":true,"#
                + #""encrypted_data":"\#(Spelling.base64(sealed.tagFirst))"}"#)
    }
}
