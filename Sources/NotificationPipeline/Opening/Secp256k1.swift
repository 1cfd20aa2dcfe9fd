// SAFETY: `secp256k1_context_static` is a constant the C header does not declare Sendable.
@unsafe @preconcurrency internal import CSecp256k1

/// A point on secp256k1, checked when it was read (SEC 1, 2.3.4).
///
/// Kept in libsecp256k1's own 64-byte form, so that opening does not parse it again.
public struct Secp256k1Point: Sendable {
    fileprivate let parsed: secp256k1_pubkey

    /// Reads a compressed point: 33 bytes, 02 or 03 in front, on the curve. Nil for anything else.
    /// The corresponding C function is `secp256k1_ec_pubkey_parse`.
    public init?(compressed bytes: Span<UInt8>) {
        guard bytes.count == 33, bytes[0] == 2 || bytes[0] == 3 else { return nil }
        self.init(parsing: bytes)
    }

    /// Reads an uncompressed point: 65 bytes, 04 in front, on the curve. Nil for anything else.
    ///
    /// No push format has one; known-answer suites do. The hybrid form (06, 07) is refused.
    public init?(uncompressed bytes: Span<UInt8>) {
        guard bytes.count == 65, bytes[0] == 4 else { return nil }
        self.init(parsing: bytes)
    }

    private init?(parsing bytes: Span<UInt8>) {
        var point = secp256k1_pubkey()
        let read = unsafe bytes.withUnsafeBufferPointer { source in
            // SAFETY: `source.count` readable bytes; `point` is ours.
            unsafe secp256k1_ec_pubkey_parse(
                secp256k1_context_static, &point, source.baseAddress!, source.count)
        }
        guard read == 1 else { return nil }
        parsed = point
    }
}

/// Key agreement and keys on secp256k1, by libsecp256k1.
public enum Secp256k1 {
    /// Whether 32 bytes are a private key: neither zero nor at or above the group order.
    /// The corresponding C function is `secp256k1_ec_seckey_verify`.
    public static func isPrivateKey(_ secret: Span<UInt8>) -> Bool {
        guard secret.count == 32 else { return false }
        return unsafe secret.withUnsafeBufferPointer { secret in
            // SAFETY: 32 readable bytes, checked above.
            unsafe secp256k1_ec_seckey_verify(secp256k1_context_static, secret.baseAddress!) == 1
        }
    }

    /// `secret` times `point`, written compressed (02 or 03, then X) into 33 bytes.
    ///
    /// Throws `keyUnusable` when `secret` is no private key. Allocates nothing.
    /// The corresponding C function is `secp256k1_ecdh` with a hash function that keeps the point.
    public static func sharedPoint(
        secret: Span<UInt8>, point: Secp256k1Point, into shared: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard secret.count == 32, shared.count == 33 else { throw .lengthInvalid }
        var parsed = point.parsed
        let agreed = unsafe shared.withUnsafeMutableBufferPointer { target in
            unsafe secret.withUnsafeBufferPointer { secret in
                // SAFETY: 33 writable and 32 readable bytes, checked above; the context is static.
                unsafe secp256k1_ecdh(
                    secp256k1_context_static, target.baseAddress!, &parsed, secret.baseAddress!,
                    compress, nil)
            }
        }
        guard agreed == 1 else { throw .keyUnusable }
    }

    /// The public key of `secret`, compressed, into 33 bytes. Makes a context, so it allocates;
    /// the pipeline never needs it. Throws `keyUnusable` when `secret` is no private key.
    /// The corresponding C function is `secp256k1_ec_pubkey_create`.
    public static func publicKey(
        of secret: Span<UInt8>, into compressed: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard isPrivateKey(secret), compressed.count == 33 else { throw .keyUnusable }
        // SAFETY: created here and destroyed here; nil only when memory ran out.
        guard let context = unsafe secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))
        else { fatalError("no memory left for a secp256k1 context") }
        defer { unsafe secp256k1_context_destroy(context) }
        var point = secp256k1_pubkey()
        let made = unsafe secret.withUnsafeBufferPointer { secret in
            // SAFETY: 32 readable bytes, checked by isPrivateKey.
            unsafe secp256k1_ec_pubkey_create(context, &point, secret.baseAddress!)
        }
        guard made == 1 else { throw .keyUnusable }
        var length = 33
        _ = unsafe compressed.withUnsafeMutableBufferPointer { target in
            // SAFETY: 33 writable bytes, checked above; `length` says so to the library.
            unsafe secp256k1_ec_pubkey_serialize(
                context, target.baseAddress!, &length, &point,
                UInt32(SECP256K1_EC_COMPRESSED))
        }
        precondition(length == 33, "a compressed point has 33 bytes")
    }
}

/// libsecp256k1's own hash functions hash; ours keeps the point, as Bitkit's derivation needs it.
private func compress(
    _ output: UnsafeMutablePointer<UInt8>?, _ x: UnsafePointer<UInt8>?,
    _ y: UnsafePointer<UInt8>?, _ data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let output = unsafe output, let x = unsafe x, let y = unsafe y else { return 0 }
    // SAFETY: the library lends 32 bytes of x and of y; the caller gave 33 of output.
    unsafe output[0] = 2 | (y[31] & 1)
    for index in 0..<32 { unsafe output[1 + index] = unsafe x[index] }
    return 1
}
