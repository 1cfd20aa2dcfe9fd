/// Key agreement on P-256 (SEC 1, 3.3.1; FIPS 186-5), by nettle's hogweed or by CryptoKit.
///
/// Secrets come in and go out in the caller's memory; `PlatformP256` says what happens to them in
/// between.
public enum P256 {
    /// The length in bytes of a private key and of a shared secret.
    public static let keyBytes = 32
    /// The length in bytes of an uncompressed point: 04, X, Y (SEC 1, 2.3.3).
    public static let pointBytes = 65

    /// Whether 32 bytes are a private key: neither zero nor at or above the group's order. Takes the
    /// same time for each.
    public static func isPrivateKey(_ secret: Span<UInt8>) -> Bool {
        guard secret.count == keyBytes else { return false }
        var bits: UInt8 = 0
        // What subtracting the order, byte by byte from the lowest, borrows: 1 at the end if it is
        // greater.
        var borrow: UInt16 = 0
        for index in (0..<keyBytes).reversed() {
            bits |= secret[index]
            borrow = (UInt16(secret[index]) &- UInt16(orderByte(index)) &- borrow) >> 15
        }
        return bits != 0 && borrow == 1
    }

    /// A byte of the group's order, the highest first (FIPS 186-5; SP 800-186, 3.2.1.3).
    private static func orderByte(_ index: Int) -> UInt8 {
        let words: (UInt64, UInt64, UInt64, UInt64) = (
            0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84,
            0xf3b9_cac2_fc63_2551
        )
        let word =
            switch index / 8 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return UInt8(truncatingIfNeeded: word >> UInt64(56 - index % 8 * 8))
    }

    /// The X coordinate of `secret` times `point`, into 32 bytes.
    ///
    /// `point` is uncompressed and is checked: both coordinates below p, on the curve. Throws
    /// `lengthInvalid`, or `keyUnusable` for any other point and for a secret outside 1..n-1;
    /// `shared` is untouched then.
    public static func sharedSecret(
        secret: Span<UInt8>, point: Span<UInt8>, into shared: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard secret.count == keyBytes, point.count == pointBytes, shared.count == keyBytes
        else { throw .lengthInvalid }
        guard point[0] == 4,
            PlatformP256.sharedSecret(secret: secret, point: point, into: &shared)
        else { throw .keyUnusable }
    }

    /// The public key of `secret`, uncompressed, into 65 bytes.
    ///
    /// Throws `lengthInvalid`, or `keyUnusable` for a secret outside 1..n-1.
    public static func publicKey(
        of secret: Span<UInt8>, into point: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard secret.count == keyBytes, point.count == pointBytes else { throw .lengthInvalid }
        guard PlatformP256.publicKey(of: secret, into: &point) else { throw .keyUnusable }
    }
}
