public import NotificationPipeline
internal import SecretMemory

extension Seal {
    /// Session: nonce, ciphertext and tag of XChaCha20-Poly1305, padded with zeros to a multiple of
    /// 256 bytes. A message that is no bencoded list of texts already becomes the one item of one.
    public static func session(
        _ message: Span<UInt8>, to record: borrowing KeyRecord,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let list = isList(message) ? SecretBytes(copying: message) : listed(message)
        let overhead = Cipher.xchacha20.nonceBytes + 16
        let piece = SealingLimits.sessionPieceBytes
        let whole = (overhead + list.count + piece - 1) / piece * piece
        var padded = SecretBytes(count: whole - overhead)
        list.withBytes { list in padded.put(list, at: 0) }
        let sealed = try record.withKey { (key) throws(SealingError) in
            try padded.withBytes { (padded) throws(SealingError) in
                try Cipher.xchacha20.seal(padded, key: key, &randomness)
            }
        }
        let aps = alert(title: "Session", body: "You've got a new message")
        return try SealedPush(
            #"{"aps":\#(aps),"spns":1,"enc_payload":"\#(Spelling.base64(sealed.tagLast))"}"#)
    }

    /// The message as a list of one text: `l`, its length, a colon, itself, `e`.
    private static func listed(_ message: Span<UInt8>) -> SecretBytes {
        let front = Array("l\(message.count):".utf8)
        var list = SecretBytes(count: front.count + message.count + 1)
        list.put(front.span, at: 0)
        list.put(message, at: front.count)
        list.put([UInt8(ascii: "e")].span, at: front.count + message.count)
        return list
    }

    /// Whether a message is a list of texts, and nothing behind it.
    private static func isList(_ message: Span<UInt8>) -> Bool {
        guard message.count > 2, message[0] == UInt8(ascii: "l") else { return false }
        var position = 1
        while position < message.count - 1 {
            var length = 0
            let start = position
            while position < message.count, message[position] >= UInt8(ascii: "0"),
                message[position] <= UInt8(ascii: "9"), length <= message.count
            {
                length = length * 10 + Int(message[position] - UInt8(ascii: "0"))
                position += 1
            }
            guard position > start, position < message.count,
                message[position] == UInt8(ascii: ":"), length < message.count - position - 1
            else { return false }
            position += 1 + length
        }
        return position == message.count - 1 && message[position] == UInt8(ascii: "e")
    }
}
