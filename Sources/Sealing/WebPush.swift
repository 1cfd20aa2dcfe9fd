public import NotificationPipeline
internal import SecretMemory

/// Whom a Web Push message is sealed to: a subscription's public key and authentication secret.
public struct WebPushRecipient: ~Copyable {
    /// The P-256 point, uncompressed, 65 bytes.
    let point: [UInt8]
    let auth: SecretBytes

    /// A subscription as the browser or app registered it: `p256dh`, 65 bytes, and `auth`, 16.
    /// Throws `keyUnusable` for any other length; the curve is checked when sealing.
    public init(point: Span<UInt8>, auth: Span<UInt8>) throws(SealingError) {
        guard point.count == P256.pointBytes, point[0] == 4, auth.count == 16 else {
            throw .keyUnusable
        }
        self.point = point.indices.map { index in point[index] }
        self.auth = SecretBytes(copying: auth)
    }

    /// The subscription a device's key is for.
    public init(_ record: borrowing KeyRecord) throws(SealingError) {
        let point = try record.withKey { (secret) throws(SealingError) in
            try Seal.uncompressedPoint(of: secret)
        }
        var auth = SecretBytes(count: 16)
        try record.withKey(.auth, count: 16) { value in auth.put(value, at: 0) }
        self.point = point
        self.auth = auth
    }
}

/// How a Web Push message is encoded and carried.
public struct WebPushForm: Sendable {
    /// The content coding.
    public enum Encoding: String, CaseIterable, Sendable {
        /// RFC 8188 and RFC 8291.
        case aes128gcm
        /// draft-ietf-webpush-encryption-04, which Mastodon still sends.
        case aesgcm
    }

    /// The push it is carried in.
    public enum Shape: String, CaseIterable, Sendable {
        /// `webpush`, with the headers of the request as members.
        case generic
        /// IceCubes' relay: `m`, `k`, `s` in base64url, for `aesgcm` alone.
        case icecubes
        /// Mastodon's relay: `p`, and for `aesgcm` `k` and `s`, in Z85.
        case mastodon
    }

    /// The content coding.
    public var encoding: Encoding
    /// The push it is carried in.
    public var shape: Shape
    /// A record's size: with its tag in `aes128gcm`, without it in `aesgcm`.
    public var recordBytes: Int
    /// The account, where the device has several.
    public var label: String?

    /// What a record has where nobody chose.
    public static let recordBytesDefault = 4096

    /// A form; the record size is checked when sealing.
    public init(
        _ encoding: Encoding, _ shape: Shape, recordBytes: Int = recordBytesDefault,
        label: String? = nil
    ) {
        self.encoding = encoding
        self.shape = shape
        self.recordBytes = recordBytes
        self.label = label
    }
}

extension Seal {
    /// Web Push in either content coding and each shape. Draws the sender's key, then the salt.
    ///
    /// Throws `formUnsupported` for IceCubes without `aesgcm`, for a record size that leaves no
    /// room or does not fit its 32 bits, and for another than 4096 where the shape cannot say it.
    public static func webPush(
        _ message: Span<UInt8>, to recipient: borrowing WebPushRecipient, _ form: WebPushForm,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        try check(message)
        let isSaid = form.encoding == .aes128gcm || form.shape == .generic
        guard form.recordBytes > form.encoding.overheadBytes, form.recordBytes <= UInt32.max,
            isSaid || form.recordBytes == WebPushForm.recordBytesDefault,
            form.shape != .icecubes || form.encoding == .aesgcm
        else { throw .formUnsupported }
        let secret = try randomness.privateKey(P256.isPrivateKey)
        let salt = randomness.bytes(16)
        let sender = try secret.withBytes { (secret) throws(SealingError) in
            try uncompressedPoint(of: secret)
        }
        let keys = try WebPushKeys(
            form.encoding, secret: secret, sender: sender, salt: salt, recipient)
        let records = try keys.seal(message, form.encoding, recordBytes: form.recordBytes)
        let request = WebPushRequest(records: records, sender: sender, salt: salt)
        return try SealedPush(request.push(form))
    }

    /// The public key of a P-256 secret, 65 bytes.
    static func uncompressedPoint(of secret: Span<UInt8>) throws(SealingError) -> [UInt8] {
        var point = [UInt8](repeating: 0, count: P256.pointBytes)
        do throws(OpeningError) {
            var target = point.mutableSpan
            try P256.publicKey(of: secret, into: &target)
        } catch { throw .keyUnusable }
        return point
    }
}

/// What was sealed, and what the recipient needs besides the key.
private struct WebPushRequest {
    let records: [UInt8]
    let sender: [UInt8]
    let salt: [UInt8]

    func push(_ form: WebPushForm) -> String {
        let relayed = #""aps":{"alert":"🎺","mutable-content":1,"content-available":1}"#
        switch form.shape {
        case .generic:
            let label = member("label", form.label)
            return #"{"aps":\#(Seal.alert(title: "New Notification")),"webpush":{"#
                + #""content-encoding":"\#(form.encoding.rawValue)",\#(fields(form))\#(label)}}"#
        case .icecubes:
            return #"{\#(relayed),"m":"\#(Spelling.base64URL(records))","#
                + #""k":"\#(Spelling.base64URL(sender))","s":"\#(Spelling.base64URL(salt))""#
                + member("i", form.label) + "}"
        case .mastodon:
            let rest =
                form.encoding == .aesgcm
                ? #","k":"\#(Spelling.z85(sender))","s":"\#(Spelling.z85(salt))""# : ""
            return #"{\#(relayed),"p":"\#(Spelling.z85(body(form)))"\#(rest)"#
                + member("x", form.label) + "}"
        }
    }

    /// The body, and for `aesgcm` the headers that go with it.
    private func fields(_ form: WebPushForm) -> String {
        let text = #""body":"\#(Spelling.base64URL(body(form)))""#
        guard form.encoding == .aesgcm else { return text }
        return text + #","crypto-key":"dh=\#(Spelling.base64URL(sender))","#
            + #""encryption":"salt=\#(Spelling.base64URL(salt)); rs=\#(form.recordBytes)""#
    }

    /// `aes128gcm` has its header in front: salt, record size, the length of the key id, the key id
    /// (RFC 8188, 2.1).
    private func body(_ form: WebPushForm) -> [UInt8] {
        guard form.encoding == .aes128gcm else { return records }
        let size = (0..<4).map { index in
            UInt8(truncatingIfNeeded: form.recordBytes >> (24 - 8 * index))
        }
        return salt + size + [UInt8(sender.count)] + sender + records
    }

    private func member(_ name: String, _ text: String?) -> String {
        text.map { text in #","\#(name)":\#(Spelling.quoted(text))"# } ?? ""
    }
}
