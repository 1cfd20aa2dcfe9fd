public import SecretMemory

/// Makes the encoded fields a `KeyRecord` consists of.
public enum KeyMaterial {
    /// A format whose key is one secret: tag, length, value.
    public static func single(_ secret: Span<UInt8>) -> SecretBytes {
        precondition(secret.count + 3 <= Limits.keyMaterialBytesMax, "a secret has its limit")
        var material = SecretBytes(count: secret.count + 3)
        material.withMutableBytes { target in
            target[0] = KeyField.secret.rawValue
            target[1] = UInt8(secret.count >> 8)
            target[2] = UInt8(secret.count & 0xff)
            for index in secret.indices { target[3 + index] = secret[index] }
        }
        return material
    }

    /// A new random key; nil for a format whose key the sender has to hold as well, which is made
    /// where both get it. Throws `keyUnusable` when 64 draws in a row were no key: the system's
    /// randomness is broken then.
    public static func random(for format: KeyFormat) throws(OpeningError) -> SecretBytes? {
        guard format == .blocktank else { return nil }
        for _ in 0..<Limits.keyDrawsMax {
            let secret = SecretBytes.random(count: 32)
            if secret.withBytes(Secp256k1.isPrivateKey) { return secret.withBytes(single) }
        }
        throw .keyUnusable
    }
}
