/// HKDF over SHA-256 (RFC 5869), by nettle or by CryptoKit.
///
/// nettle's state is in locked memory, made once, and deriving allocates nothing; CryptoKit allocates
/// and wipes its own.
public struct HKDFSHA256: ~Copyable {
    /// A pseudorandom key's length in bytes.
    public static let pseudorandomKeyBytes = 32
    /// The most that one expansion gives (RFC 5869, 2.3).
    public static let outputBytesMax = 255 * 32

    private var platform = PlatformHKDF()

    /// Takes the state's memory, about 400 bytes.
    public init() {}

    /// The pseudorandom key of `secret` (RFC 5869, 2.2), 32 bytes. An empty salt means zeros.
    ///
    /// Throws `lengthInvalid` when `key` has another length.
    public mutating func extract(
        salt: Span<UInt8>, secret: Span<UInt8>, into key: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == Self.pseudorandomKeyBytes else { throw .lengthInvalid }
        platform.extract(salt: salt, secret: secret, into: &key)
    }

    /// Fills `output` from a pseudorandom key of at least 32 bytes (RFC 5869, 2.3).
    ///
    /// Throws `lengthInvalid` for a shorter key and for more than `outputBytesMax` bytes of output;
    /// nothing is written then.
    public mutating func expand(
        key: Span<UInt8>, info: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count >= Self.pseudorandomKeyBytes, output.count <= Self.outputBytesMax
        else { throw .lengthInvalid }
        guard output.count > 0 else { return }
        platform.expand(key: key, info: info, into: &output)
    }
}
