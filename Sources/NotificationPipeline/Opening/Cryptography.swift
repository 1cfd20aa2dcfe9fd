/// Why an envelope could not be opened. Authentication has one case and no reason.
public enum OpeningError: Error, Equatable, Sendable {
    /// The tag does not fit: wrong key, or something was changed.
    case authenticationFailed
    /// The key is not one this format can use (a scalar of zero, say).
    case keyUnusable
    /// A length is not one the algorithm takes.
    case lengthInvalid
    /// The tag fits, but padding, delimiter or point are not what the format says: the sender's fault.
    case malformed
}

/// What the pipeline asks of a platform's cryptography: nettle's on Linux, CryptoKit's on Apple's.
///
/// All memory is the caller's; an implementation keeps nothing of a call. Lengths are
/// checked by the implementation before any call of a library.
public protocol Cryptography: ~Copyable, SendableMetatype {
    /// The shortest nonce of AES-GCM that is taken, in bytes; at most 12.
    static var nonceBytesMin: Int { get }

    /// SHA-256 (FIPS 180-4) of `input` into 32 bytes.
    mutating func sha256(_ input: Span<UInt8>, into digest: inout MutableSpan<UInt8>)

    /// Opens AES-GCM (NIST SP 800-38D). `key` has 16, 24 or 32 bytes, `nonce` at least
    /// `nonceBytesMin`, `tag` 16; `plaintext` is as long as `ciphertext`.
    ///
    /// Throws `authenticationFailed`, and then `plaintext` is all zeros: nothing unchecked leaves.
    mutating func openAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError)
}

#if canImport(CryptoKit)
/// What this platform has.
public typealias PlatformCryptography = CryptoKitCryptography
typealias PlatformHKDF = CryptoKitHKDF
typealias PlatformP256 = CryptoKitP256
typealias PlatformBlocks = CommonCryptoBlocks
#else
/// What this platform has.
public typealias PlatformCryptography = NettleCryptography
typealias PlatformHKDF = NettleHKDF
typealias PlatformP256 = NettleP256
typealias PlatformBlocks = NettleBlocks
#endif
