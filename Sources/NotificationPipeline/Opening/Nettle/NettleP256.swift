#if !canImport(CryptoKit) || NTF_NETTLE
internal import CNettle

/// P-256 by nettle's hogweed. Lengths are the caller's to check.
///
/// hogweed and GMP allocate: numbers and scratch, all of it wiped when given back, because this
/// type sets GMP's memory functions for the process on first use. What cannot be wiped is what the
/// compiler left in registers and on the stack of the C functions.
enum NettleP256 {
    /// Writes the X coordinate of `secret` (32 bytes) times `point` (04 and 64 bytes) into 32 bytes;
    /// false, and nothing written, when either is none.
    /// The corresponding C function is `ecc_point_mul`.
    static func sharedSecret(
        secret: Span<UInt8>, point: Span<UInt8>, into shared: inout MutableSpan<UInt8>
    ) -> Bool {
        WipedNumbers.start()
        return unsafe secret.withUnsafeBufferPointer { secret in
            unsafe point.withUnsafeBufferPointer { point in
                unsafe shared.withUnsafeMutableBufferPointer { target in
                    // SAFETY: 32 readable bytes of secret, 65 of point (X from 1, Y from 33) and
                    // 32 writable ones, checked by the caller; C is told to leave Y out.
                    let x = unsafe point.baseAddress! + 1
                    let y = unsafe point.baseAddress! + 33
                    return unsafe ntf_p256_multiply(
                        secret.baseAddress!, x, y, target.baseAddress!, nil) == 1
                }
            }
        }
    }

    /// Writes the public key of `secret`, uncompressed, into 65 bytes; false, and nothing written,
    /// when it is none. The corresponding C function is `ecc_point_mul_g`.
    static func publicKey(
        of secret: Span<UInt8>, into point: inout MutableSpan<UInt8>
    ) -> Bool {
        WipedNumbers.start()
        let isMade = unsafe secret.withUnsafeBufferPointer { secret in
            unsafe point.withUnsafeMutableBufferPointer { target in
                // SAFETY: 32 readable bytes, and 65 writable ones (X from 1, Y from 33), checked by
                // the caller; without a point C takes the generator.
                let x = unsafe target.baseAddress! + 1
                let y = unsafe target.baseAddress! + 33
                return unsafe ntf_p256_multiply(secret.baseAddress!, nil, nil, x, y) == 1
            }
        }
        if isMade { point[0] = 4 }
        return isMade
    }
}

/// Makes GMP wipe what it frees, once for the process. Memory taken before is freed correctly too:
/// both before and after it is malloc's.
private enum WipedNumbers {
    private static let started: Bool = {
        ntf_gmp_wipe_on_free()
        return true
    }()

    static func start() {
        precondition(started, "GMP's memory functions are set once")
    }
}
#endif
