public import NotificationPipeline

extension Seal {
    /// Threema: a box, tag first, and its nonce beside it.
    public static func threema(
        _ message: Span<UInt8>, to record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let sealed = try record.withKey { (key) throws(SealingError) in
            try Cipher.secretBox.seal(message, key: key, &randomness)
        }
        return try SealedPush(
            #"{"aps":\#(alert(title: "Threema", body: "New message")),"threema":{"#
                + #""box":"\#(Spelling.base64(sealed.tag + sealed.ciphertext))","#
                + #""nonce":"\#(Spelling.base64(sealed.nonce))"}}"#)
    }
}
