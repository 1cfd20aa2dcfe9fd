// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

internal import CSodium

/// The two AEADs of ChaCha20 and Poly1305, by libsodium. All memory is the caller's; allocates
/// nothing. The construction is named, never guessed from a nonce's length.
public enum ChaChaPoly: Sendable {
    /// ChaCha20-Poly1305 with a nonce of 12 bytes (RFC 8439, 2.8).
    case chacha20
    /// XChaCha20-Poly1305 with a nonce of 24 bytes (draft-irtf-cfrg-xchacha-03, 2.3).
    case xchacha20

    /// A key's length in bytes.
    public static let keyBytes = 32
    /// A tag's length in bytes.
    public static let tagBytes = 16

    /// A nonce's length in bytes.
    public var nonceBytes: Int {
        switch self {
        case .chacha20: 12
        case .xchacha20: 24
        }
    }

    /// Opens `ciphertext` into `plaintext`, which is exactly as long.
    ///
    /// Throws `lengthInvalid` before anything is written, or `authenticationFailed`, and then
    /// `plaintext` is all zeros: nothing unchecked leaves. The corresponding C functions are
    /// `crypto_aead_chacha20poly1305_ietf_decrypt_detached` and its `xchacha20` namesake.
    public func open(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == Self.keyBytes, nonce.count == nonceBytes, tag.count == Self.tagBytes,
            plaintext.count == ciphertext.count, ciphertext.count <= Self.messageBytesMax
        else { throw .lengthInvalid }
        let code = unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { data in
            unsafe ciphertext.withUnsafeBufferPointer { source in
            unsafe tag.withUnsafeBufferPointer { tag in
            unsafe plaintext.withUnsafeMutableBufferPointer { target in
                let decrypt = switch self {
                case .chacha20: unsafe crypto_aead_chacha20poly1305_ietf_decrypt_detached
                case .xchacha20: unsafe crypto_aead_xchacha20poly1305_ietf_decrypt_detached
                }
                // SAFETY: key 32, nonce 12 or 24 and tag 16 bytes, checked above; target and
                // source are equally long; the other pointers go with their own counts. An empty
                // source may have no address: `tag` stands in for it, and nothing is read.
                return unsafe decrypt(
                    target.baseAddress, nil, source.baseAddress ?? tag.baseAddress!,
                    UInt64(source.count), tag.baseAddress!, data.baseAddress,
                    UInt64(data.count), nonce.baseAddress!, key.baseAddress!)
            } } } } }
        }
        guard code == 0 else {
            for index in plaintext.indices { plaintext[index] = 0 }
            throw .authenticationFailed
        }
    }

    /// Seals `plaintext` into `ciphertext`, which is exactly as long, and `tag`.
    ///
    /// A nonce must never be used twice with one key; choosing it is the caller's. Throws
    /// `lengthInvalid` before anything is written. The corresponding C functions are
    /// `crypto_aead_chacha20poly1305_ietf_encrypt_detached` and its `xchacha20` namesake.
    public func seal(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>, plaintext: Span<UInt8>,
        into ciphertext: inout MutableSpan<UInt8>, tag: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == Self.keyBytes, nonce.count == nonceBytes, tag.count == Self.tagBytes,
            ciphertext.count == plaintext.count, plaintext.count <= Self.messageBytesMax
        else { throw .lengthInvalid }
        var tagLength: UInt64 = 0
        let code = unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { data in
            unsafe plaintext.withUnsafeBufferPointer { source in
            unsafe ciphertext.withUnsafeMutableBufferPointer { target in
            unsafe tag.withUnsafeMutableBufferPointer { tag in
                let encrypt = switch self {
                case .chacha20: unsafe crypto_aead_chacha20poly1305_ietf_encrypt_detached
                case .xchacha20: unsafe crypto_aead_xchacha20poly1305_ietf_encrypt_detached
                }
                // SAFETY: key 32, nonce 12 or 24 and tag 16 bytes, checked above; target and
                // source are equally long; the other pointers go with their own counts. An empty
                // target may have no address: `tag` stands in for it, and nothing is written there
                // but the tag.
                return unsafe encrypt(
                    target.baseAddress ?? tag.baseAddress!, tag.baseAddress!, &tagLength,
                    source.baseAddress, UInt64(source.count), data.baseAddress,
                    UInt64(data.count), nil, nonce.baseAddress!, key.baseAddress!)
            } } } } }
        }
        precondition(code == 0 && tagLength == UInt64(Self.tagBytes), "sealing cannot fail")
    }

    /// What a block counter of 32 bits can encrypt, less its first block (RFC 8439, 2.8).
    private static let messageBytesMax = (1 << 32 - 1) * 64 - 64
}
