/// An elliptic-curve public key as X.509 writes it (RFC 5480): strict DER, a named curve, nothing
/// else. Explicit parameters, other curves, BER lengths and trailing bytes are refused.
struct SubjectPublicKeyInfo {
    enum Curve {
        case secp256k1, secp256r1

        /// The curve's object identifier, with tag and length.
        var identifier: [UInt8] {
            switch self {
            case .secp256k1: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a]
            case .secp256r1: [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
            }
        }
    }

    /// id-ecPublicKey, 1.2.840.10045.2.1, with tag and length.
    private static let ecPublicKey: [UInt8] = [
        0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    ]

    /// The point's bytes, compressed or not.
    let point: [UInt8]

    init?(_ bytes: [UInt8], _ curve: Curve) {
        var rest = bytes[...]
        guard var key = Self.take(0x30, from: &rest), rest.isEmpty,
            let algorithm = Self.take(0x30, from: &key),
            Array(algorithm) == Self.ecPublicKey + curve.identifier,
            let bits = Self.take(0x03, from: &key), key.isEmpty, bits.first == 0
        else { return nil }
        point = Array(bits.dropFirst())
    }

    /// The content of the next element if it has this tag and a length written the shortest way.
    private static func take(_ tag: UInt8, from bytes: inout ArraySlice<UInt8>) -> ArraySlice<
        UInt8
    >? {
        guard bytes.popFirst() == tag, let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first == 0x81 {
            guard let next = bytes.popFirst(), next >= 0x80 else { return nil }
            length = Int(next)
        } else if first >= 0x80 {
            // No key of these curves is longer than 255 bytes.
            return nil
        }
        guard length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
    }
}
