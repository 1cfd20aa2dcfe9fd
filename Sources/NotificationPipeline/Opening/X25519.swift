internal import CSodium

/// Key agreement on Curve25519 (RFC 7748, 5 and 6.1), by libsodium.
public enum X25519 {
    /// The length in bytes of a private key, a public key and a shared secret.
    public static let keyBytes = 32

    /// The shared secret of a private and a public key, into 32 bytes.
    ///
    /// Throws `lengthInvalid`, or `keyUnusable` for a public key of low order, whose shared secret
    /// is all zeros whatever the private key (RFC 7748, 6.1); `shared` is then all zeros. The top
    /// bit of a public key is ignored, and a private key clamped, as the RFC demands.
    /// Allocates nothing. The corresponding C function is `crypto_scalarmult`.
    public static func sharedSecret(
        secret: Span<UInt8>, publicKey: Span<UInt8>, into shared: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard secret.count == keyBytes, publicKey.count == keyBytes, shared.count == keyBytes
        else { throw .lengthInvalid }
        let code = unsafe shared.withUnsafeMutableBufferPointer { target in
            unsafe secret.withUnsafeBufferPointer { secret in
                unsafe publicKey.withUnsafeBufferPointer { point in
                    // SAFETY: 32 writable and twice 32 readable bytes, checked above.
                    unsafe crypto_scalarmult_curve25519(
                        target.baseAddress!, secret.baseAddress!, point.baseAddress!)
                }
            }
        }
        guard code == 0 else {
            for index in shared.indices { shared[index] = 0 }
            throw .keyUnusable
        }
    }

    /// The public key of a private key, into 32 bytes. Throws `lengthInvalid`. Allocates nothing.
    /// The corresponding C function is `crypto_scalarmult_base`.
    public static func publicKey(
        of secret: Span<UInt8>, into publicKey: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard secret.count == keyBytes, publicKey.count == keyBytes else { throw .lengthInvalid }
        let code = unsafe publicKey.withUnsafeMutableBufferPointer { target in
            unsafe secret.withUnsafeBufferPointer { secret in
                // SAFETY: 32 writable and 32 readable bytes, checked above.
                unsafe crypto_scalarmult_curve25519_base(
                    target.baseAddress!, secret.baseAddress!)
            }
        }
        precondition(code == 0, "every 32 bytes have a public key")
    }
}
