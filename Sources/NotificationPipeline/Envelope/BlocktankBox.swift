/// The sealed part of both Bitkit formats: who sealed it, and where its decoded bytes lie.
///
/// `cipher` is standard base64, `iv` (12 or 16 bytes), `tag` (16) and `publicKey` (33, a compressed
/// point on the curve) are hex. The rules are those of bitkit-core's decoder, the
/// strictest there is.
public struct BlocktankBox: Sendable {
    /// What is hashed behind the shared point, and so keeps the two formats apart.
    public enum Label: Sendable {
        case v0
        case wakeV1

        /// The bytes themselves, ASCII.
        var text: StaticString {
            switch self {
            case .v0: "bitkit-notifications"
            case .wakeV1: "wake-v1"
            }
        }
    }

    let label: Label
    let sender: Secp256k1Point
    /// The sender's point as it was sent, 33 bytes.
    let senderBytes: Range<Int>
    let nonce: Range<Int>
    let tag: Range<Int>
    /// May be empty; it is the part the fallback identity of a record is made of.
    let ciphertext: Range<Int>

    /// Reads the four fields of `container` and its version: missing for v0, exactly 1 for wake.
    init(
        _ label: Label, container: JSONValue, in text: Span<UInt8>, _ table: inout JSONTable,
        _ points: inout PointCache, into decoded: inout ByteBuffer
    ) throws(EnvelopeError) {
        table.select(container, in: text)
        let fields: Fields
        do { fields = try Fields(table, in: text) } catch { throw .malformed }
        switch label {
        case .v0: guard fields.version == nil else { throw .malformed }
        case .wakeV1: guard BlocktankBox.isOne(fields.version, in: text) else { throw .malformed }
        }
        guard let cipher = fields.cipher, let iv = fields.iv, let tag = fields.tag,
            let publicKey = fields.publicKey,
            let nonceBytes = Hex.decode(iv, in: text, into: &decoded),
            let tagBytes = Hex.decode(tag, in: text, into: &decoded),
            let pointBytes = Hex.decode(publicKey, in: text, into: &decoded),
            let cipherBytes = Base64.decode(cipher, in: text, into: &decoded),
            nonceBytes.count == 12 || nonceBytes.count == 16, tagBytes.count == 16,
            let point = decoded.withBytes(in: pointBytes, { points.point(compressed: $0) })
        else { throw .malformed }
        self.label = label
        sender = point
        senderBytes = pointBytes
        nonce = nonceBytes
        self.tag = tagBytes
        ciphertext = cipherBytes
    }

    /// The fields as they lie there, before they are decoded.
    private struct Fields {
        let version: JSONValue?
        let cipher: JSONValue?
        let iv: JSONValue?
        let tag: JSONValue?
        let publicKey: JSONValue?

        init(_ table: borrowing JSONTable, in text: Span<UInt8>) throws(DuplicateKey) {
            version = try table.member("v", in: text)
            cipher = try table.member("cipher", in: text)
            iv = try table.member("iv", in: text)
            tag = try table.member("tag", in: text)
            publicKey = try table.member("publicKey", in: text)
        }
    }

    /// Whether a version is there and spelled `1`: not `"1"`, `1.0`, `true` or 2.
    static func isOne(_ version: JSONValue?, in text: Span<UInt8>) -> Bool {
        guard let version else { return false }
        return JSON.unsigned(version, in: text) == 1
    }
}
