public import NotificationPipeline

extension Seal {
    /// Reown (WalletConnect), envelope type 0: its number, the nonce, ChaCha20-Poly1305. `tag` is
    /// that of the JSON-RPC method, 1108 for a request.
    public static func reown(
        _ message: Span<UInt8>, to record: borrowing KeyRecord, topic: String, tag: UInt32,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let sealed = try record.withKey { (key) throws(SealingError) in
            try Cipher.chacha20.seal(message, key: key, &randomness)
        }
        let aps = alert(title: "New request", body: "Open your wallet to answer it")
        return try SealedPush(
            #"{"aps":\#(aps),"topic":\#(Spelling.quoted(topic)),"#
                + #""message":"\#(Spelling.base64([0] + sealed.tagLast))","tag":\#(tag)}"#)
    }
}
