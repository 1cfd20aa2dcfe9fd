/// Web Push: `aes128gcm` (RFC 8291) and the older `aesgcm` (draft-ietf-webpush-encryption-04), in
/// the forms in which relays hand a request's body and headers on to APNs.
///
/// - `webpush`: an object with `content-encoding`, `body` (base64url) and, for `aesgcm`, the texts
///   of the headers `crypto-key` and `encryption`; perhaps a `label`
/// - `m`, `k`, `s`: IceCubes' relay, base64url; `i` is the label
/// - `p`, `k`, `s`, or `p` alone: Mastodon's relay, Z85; `x` is the label
enum WebPush {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        if let request = try push.member("webpush", in: text) {
            guard request.kind == .object else { throw .malformed }
            scratch.container.select(request, in: text)
            return try readRequest(text, &scratch)
        }
        if let body = try push.string("m", in: text), let key = try push.string("k", in: text),
            let salt = try push.string("s", in: text)
        {
            let place = Base64.decode(body, in: text, into: &scratch.decoded, .url)
            let sender = Base64.decode(key, in: text, into: &scratch.decoded, .url)
            let saltPlace = Base64.decode(salt, in: text, into: &scratch.decoded, .url)
            let box = WebPushBox(
                aesgcm: place, sender: sender, salt: saltPlace,
                recordBytes: WebPushBox.recordBytesDefault, scratch.decoded)
            return try envelope(.webPushAESGCM, box, label: try push.member("i", in: text), text)
        }
        return try readRelay(push, text, &scratch)
    }

    /// Mastodon's relay. `p` alone is also Telegram's, in base64url: a character only one of the
    /// two alphabets has decides, and where there is none, whether a header is there.
    private static func readRelay(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let body = try push.string("p", in: text) else { return nil }
        let label = try push.member("x", in: text)
        if let key = try push.string("k", in: text), let salt = try push.string("s", in: text) {
            let place = Z85.decode(body, in: text, into: &scratch.decoded)
            let sender = Z85.decode(key, in: text, into: &scratch.decoded)
            let saltPlace = Z85.decode(salt, in: text, into: &scratch.decoded)
            let box = WebPushBox(
                aesgcm: place, sender: sender, salt: saltPlace,
                recordBytes: WebPushBox.recordBytesDefault, scratch.decoded)
            return try envelope(.webPushAESGCM, box, label: label, text)
        }
        let place = Z85.decode(body, in: text, into: &scratch.decoded)
        let box = WebPushBox(aes128gcm: place, scratch.decoded)
        if box == nil, couldBeBase64(body, in: text) { return nil }
        return try envelope(.webPushAES128GCM, box, label: label, text)
    }

    private static func readRequest(
        _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope {
        let fields: Fields
        do { fields = try Fields(scratch.container, in: text) } catch { throw .malformed }
        guard let coding = fields.coding, let body = fields.body else { throw .malformed }
        let place = Base64.decode(body, in: text, into: &scratch.decoded, .url)
        if JSON.equals(coding, "aes128gcm", in: text) {
            let box = WebPushBox(aes128gcm: place, scratch.decoded)
            return try envelope(.webPushAES128GCM, box, label: fields.label, text)
        }
        guard JSON.equals(coding, "aesgcm", in: text), let cryptoKey = fields.cryptoKey,
            let encryption = fields.encryption,
            let headers = WebPushHeaders(
                cryptoKey: cryptoKey, encryption: encryption, in: text, &scratch)
        else { throw .malformed }
        let box = WebPushBox(
            aesgcm: place, sender: headers.sender, salt: headers.salt,
            recordBytes: headers.recordBytes, scratch.decoded)
        return try envelope(.webPushAESGCM, box, label: fields.label, text)
    }

    /// The envelope of a box that is one; the label, where there is one, names the account.
    private static func envelope(
        _ format: EnvelopeFormat, _ box: WebPushBox?, label: JSONValue?, _ text: Span<UInt8>
    ) throws(EnvelopeError) -> Envelope {
        guard let box else { throw .malformed }
        var slot = KeySlot(.webpush)
        var account: BoundedText?
        if let label, label.kind != .null {
            guard let name = JSON.text(label, in: text) else { throw .malformed }
            account = name
            slot = name.withBytes { bytes in KeySlot(.webpush, label: bytes) } ?? slot
        }
        var envelope = Envelope(format, .webPush(box), slot)
        envelope.account = account
        return envelope
    }

    /// Whether every character is one that base64url has too.
    private static func couldBeBase64(_ value: JSONValue, in text: Span<UInt8>) -> Bool {
        var string = JSONString(value)
        while let byte = string.next(in: text) {
            guard Base64.isURLCharacter(byte) else { return false }
        }
        return true
    }

    /// The fields as they lie there, before they are decoded.
    private struct Fields {
        let coding: JSONValue?
        let body: JSONValue?
        let cryptoKey: JSONValue?
        let encryption: JSONValue?
        let label: JSONValue?

        init(_ table: borrowing JSONTable, in text: Span<UInt8>) throws(DuplicateKey) {
            coding = try table.member("content-encoding", in: text)
            body = try table.member("body", in: text)
            cryptoKey = try table.member("crypto-key", in: text)
            encryption = try table.member("encryption", in: text)
            label = try table.member("label", in: text)
        }
    }
}

/// The body of a Web Push request, taken apart as far as that needs no key.
public struct WebPushBox: Sendable {
    /// Which content coding; they differ in labels, padding and the last record.
    enum Coding: Sendable { case aes128gcm, aesgcm }

    let coding: Coding
    /// The sender's P-256 point, uncompressed; whether it is on the curve is seen when it is used.
    let sender: Range<Int>
    let salt: Range<Int>
    /// The length of every record but the last, with its tag.
    let recordBytes: Int
    let records: Range<Int>

    static let tagBytes = 16
    static let saltBytes = 16
    /// What a record holds when no header says otherwise (draft-ietf-httpbis-encryption-encoding-03).
    static let recordBytesDefault = 4096

    /// Reads the header of RFC 8188, 2.1: salt (16), record size (4), length of the key id (1), and
    /// the key id, which is the sender's point (RFC 8291, 4). Nil when anything is not as it should.
    init?(aes128gcm body: Range<Int>?, _ decoded: borrowing ByteBuffer) {
        guard let body, body.count >= 21 + P256.pointBytes else { return nil }
        let start = body.lowerBound
        let (size, idBytes, form) = decoded.withBytes { bytes in
            (
                Int(bytes[start + 16]) << 24 | Int(bytes[start + 17]) << 16
                    | Int(bytes[start + 18]) << 8 | Int(bytes[start + 19]),
                Int(bytes[start + 20]), bytes[start + 21]
            )
        }
        // A tag, a delimiter, and no less.
        guard idBytes == P256.pointBytes, form == 4, size >= 18 else { return nil }
        coding = .aes128gcm
        salt = start..<start + 16
        sender = start + 21..<start + 21 + P256.pointBytes
        recordBytes = size
        records = sender.upperBound..<body.upperBound
        let last = records.count % size
        guard records.count > 0, last == 0 || last > WebPushBox.tagBytes else { return nil }
    }

    /// Checks the parts of an `aesgcm` request. `recordBytes` is what a record holds, its two bytes
    /// of padding length included and its tag not.
    init?(
        aesgcm body: Range<Int>?, sender: Range<Int>?, salt: Range<Int>?, recordBytes: Int,
        _ decoded: borrowing ByteBuffer
    ) {
        guard let body, let sender, let salt, sender.count == P256.pointBytes,
            salt.count == WebPushBox.saltBytes, recordBytes >= 3,
            decoded.withBytes(in: sender, { point in point[0] == 4 })
        else { return nil }
        coding = .aesgcm
        self.sender = sender
        self.salt = salt
        self.recordBytes = recordBytes + WebPushBox.tagBytes
        records = body
        // A last record that is full says that one is missing behind it.
        guard records.count % self.recordBytes > WebPushBox.tagBytes else { return nil }
    }
}
