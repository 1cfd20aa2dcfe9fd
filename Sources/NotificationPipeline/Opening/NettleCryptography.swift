internal import CNettle
internal import CSodium
internal import SecretMemory

/// `Cryptography` on nettle (AES-GCM with any nonce length) and libsodium (SHA-256).
///
/// Holds one AES-GCM context in locked memory, made once: opening allocates nothing.
public struct NettleCryptography: Cryptography, ~Copyable {
    private var context: SecretBytes

    /// Takes the context's memory, about 4.5 KiB.
    public init() {
        context = SecretBytes(count: MemoryLayout<ntf_aes_gcm>.stride)
    }

    public mutating func sha256(_ input: Span<UInt8>, into digest: inout MutableSpan<UInt8>) {
        precondition(digest.count == Int(crypto_hash_sha256_BYTES), "SHA-256 gives 32 bytes")
        unsafe digest.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                // SAFETY: 32 writable bytes, checked above; `source.count` readable ones.
                _ = unsafe crypto_hash_sha256(
                    target.baseAddress!, source.baseAddress, UInt64(source.count))
            }
        }
    }

    public mutating func openAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == 16 || key.count == 24 || key.count == 32, nonce.count >= 1, tag.count == 16,
            plaintext.count == ciphertext.count
        else { throw .lengthInvalid }
        let genuine = decrypt(
            key: key, nonce: nonce, associatedData: associatedData,
            ciphertext: ciphertext, tag: tag, into: &plaintext)
        guard genuine else {
            for index in plaintext.indices { plaintext[index] = 0 }
            throw .authenticationFailed
        }
    }

    /// Decrypts and says whether the tag fits; all lengths were checked by the caller.
    private mutating func decrypt(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) -> Bool {
        var computed = (UInt64(0), UInt64(0))
        defer { context.wipe() }
        context.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { data in
            unsafe ciphertext.withUnsafeBufferPointer { source in
            unsafe plaintext.withUnsafeMutableBufferPointer { target in
            unsafe withUnsafeMutableBytes(of: &computed) { computed in
                // SAFETY: `memory` is a whole context, 8-byte aligned (its size is a multiple of
                // 8 and sodium_malloc aligns the end to a page); every other pointer goes with
                // its own count; target and source are equally long; `computed` has 16 bytes.
                let done = unsafe ntf_aes_gcm_decrypt(
                    memory.baseAddress!.assumingMemoryBound(to: ntf_aes_gcm.self),
                    key.count, key.baseAddress, nonce.count, nonce.baseAddress,
                    data.count, data.baseAddress,
                    source.count, target.baseAddress, source.baseAddress,
                    computed.baseAddress!.assumingMemoryBound(to: UInt8.self))
                precondition(done == 1, "the key length was checked before")
            } } } } } } }
        }
        return unsafe withUnsafeBytes(of: computed) { raw in
            // SAFETY: the 16 bytes of the tuple, which lives through the comparison.
            let bytes = unsafe raw.bindMemory(to: UInt8.self)
            return constantTimeEqual(unsafe Span(_unsafeElements: bytes), tag)
        }
    }
}
