// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

internal import CSodium

/// ChaCha20 alone (RFC 8439, 2.4), by libsodium: a nonce of 12 bytes, the block counter from 0.
///
/// It authenticates nothing: a format that uses it checks a tag of its own first. Allocates nothing.
public enum ChaCha20 {
    /// A key's length in bytes.
    public static let keyBytes = 32
    /// A nonce's length in bytes.
    public static let nonceBytes = 12

    /// Encrypts `source` into `target`, or decrypts it, which is the same; both are equally long.
    ///
    /// Throws `lengthInvalid` before anything is written.
    /// The corresponding C function is `crypto_stream_chacha20_ietf_xor`.
    public static func apply(
        key: Span<UInt8>, nonce: Span<UInt8>, to source: Span<UInt8>,
        into target: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == keyBytes, nonce.count == nonceBytes, target.count == source.count,
            source.count <= messageBytesMax
        else { throw .lengthInvalid }
        guard source.count > 0 else { return }
        let code = unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe source.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
                // SAFETY: key 32 and nonce 12 bytes, source and target equally long and not empty,
                // checked above.
                unsafe crypto_stream_chacha20_ietf_xor(
                    target.baseAddress!, source.baseAddress!, UInt64(source.count),
                    nonce.baseAddress!, key.baseAddress!)
            } } }
        }
        precondition(code == 0, "a stream of checked length cannot fail")
    }

    /// What a block counter of 32 bits can encrypt.
    private static let messageBytesMax = 1 << 32 * 64
}
