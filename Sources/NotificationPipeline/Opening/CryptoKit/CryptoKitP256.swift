#if canImport(CryptoKit)
internal import CryptoKit
internal import Foundation

/// P-256 by CryptoKit, which wipes its copies of keys. Lengths are the caller's to check.
enum CryptoKitP256 {
    /// Writes the X coordinate of `secret` (32 bytes) times `point` (04 and 64 bytes) into 32 bytes;
    /// false, and nothing written, when either is none.
    static func sharedSecret(
        secret: Span<UInt8>, point: Span<UInt8>, into shared: inout MutableSpan<UInt8>
    ) -> Bool {
        let agreed = unsafe secret.withUnsafeBytes { secret in
            unsafe point.withUnsafeBytes { point -> SharedSecret? in
                // SAFETY: CryptoKit copies what it keeps; both live through the closure.
                guard
                    let key = unsafe try? CryptoKit.P256.KeyAgreement.PrivateKey(
                        rawRepresentation: secret),
                    let other = unsafe try? CryptoKit.P256.KeyAgreement.PublicKey(
                        x963Representation: point)
                else { return nil }
                return try? key.sharedSecretFromKeyAgreement(with: other)
            }
        }
        guard let agreed else { return false }
        unsafe agreed.withUnsafeBytes { bytes in
            precondition(bytes.count == shared.count, "X has 32 bytes")
            // SAFETY: the indices are those of the target, which is as long.
            for index in shared.indices { shared[index] = unsafe bytes[index] }
        }
        return true
    }

    /// Writes the public key of `secret`, uncompressed, into 65 bytes; false, and nothing written,
    /// when it is none.
    static func publicKey(
        of secret: Span<UInt8>, into point: inout MutableSpan<UInt8>
    ) -> Bool {
        let key = unsafe secret.withUnsafeBytes { secret in
            // SAFETY: as above.
            unsafe try? CryptoKit.P256.KeyAgreement.PrivateKey(rawRepresentation: secret)
        }
        guard let key else { return false }
        let bytes = key.publicKey.x963Representation
        precondition(bytes.count == point.count, "an uncompressed point has 65 bytes")
        for index in point.indices { point[index] = bytes[bytes.startIndex + index] }
        return true
    }
}
#endif
