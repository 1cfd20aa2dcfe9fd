public import NotificationPipeline

extension Seal {
    /// Zulip: nonce, tag and ciphertext in one piece, and the number of the key.
    public static func zulip(
        _ message: Span<UInt8>, to record: borrowing KeyRecord, keyID: UInt32,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let sealed = try record.withKey { (key) throws(SealingError) in
            try Cipher.secretBox.seal(message, key: key, &randomness)
        }
        return try SealedPush(
            #"{"aps":\#(alert(title: "New notification")),"push_key_id":\#(keyID),"#
                + #""encrypted_data":"\#(Spelling.base64(sealed.tagFirst))"}"#)
    }
}
