// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

#if !canImport(CryptoKit) || NTF_NETTLE
internal import CNettle
#if NTF_NETTLE
// The tests build this folder once more where CryptoKit is, to compare the two.
public import NotificationPipeline
#endif
internal import SecretMemory

/// `Cryptography` on nettle: AES-GCM with any nonce length, and SHA-256, which uses the processor's
/// own instructions where it has them.
///
/// Holds a context for each in locked memory, made once: opening allocates nothing.
public struct NettleCryptography: Cryptography, ~Copyable {
    /// The shortest nonce of AES-GCM, in bytes.
    public static let nonceBytesMin = 1

    private var context: SecretBytes
    private var hash: SecretBytes

    /// Takes the contexts' memory, about 4.6 KiB.
    public init() {
        context = SecretBytes(count: MemoryLayout<ntf_aes_gcm>.stride)
        hash = SecretBytes(count: MemoryLayout<sha256_ctx>.stride)
    }

    public mutating func sha256(_ input: Span<UInt8>, into digest: inout MutableSpan<UInt8>) {
        precondition(digest.count == Int(SHA256_DIGEST_SIZE), "SHA-256 gives 32 bytes")
        hash.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe digest.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                // SAFETY: `memory` is a whole context, aligned as the other one is; 32 writable
                // bytes, checked above; `source.count` readable ones.
                let state = unsafe memory.baseAddress!.assumingMemoryBound(to: sha256_ctx.self)
                unsafe nettle_sha256_init(state)
                if source.count > 0 { unsafe nettle_sha256_update(state, source.count, source.baseAddress) }
                unsafe nettle_sha256_digest(state, target.count, target.baseAddress)
            } } }
        }
        hash.wipe()
    }

    public mutating func openAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard Self.isUsable(key: key, nonce: nonce), tag.count == Self.tagBytes,
            plaintext.count == ciphertext.count
        else { throw .lengthInvalid }
        var computed = Tag()
        crypt(
            sealing: false, key: key, nonce: nonce, associatedData: associatedData,
            source: ciphertext, target: &plaintext, tag: &computed)
        guard computed.withBytes({ bytes in constantTimeEqual(bytes, tag) }) else {
            for index in plaintext.indices { plaintext[index] = 0 }
            throw .authenticationFailed
        }
    }

    /// Seals AES-GCM (NIST SP 800-38D): the sender's side. The lengths are those of `openAESGCM`.
    ///
    /// A nonce must never be used twice with one key; choosing it is the caller's.
    public mutating func sealAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>, plaintext: Span<UInt8>,
        into ciphertext: inout MutableSpan<UInt8>, tag: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard Self.isUsable(key: key, nonce: nonce), tag.count == Self.tagBytes,
            ciphertext.count == plaintext.count
        else { throw .lengthInvalid }
        var computed = Tag()
        crypt(
            sealing: true, key: key, nonce: nonce, associatedData: associatedData,
            source: plaintext, target: &ciphertext, tag: &computed)
        computed.withBytes { bytes in
            for index in bytes.indices { tag[index] = bytes[index] }
        }
    }

    private static let tagBytes = 16

    private static func isUsable(key: Span<UInt8>, nonce: Span<UInt8>) -> Bool {
        (key.count == 16 || key.count == 24 || key.count == 32) && nonce.count >= nonceBytesMin
    }

    /// Encrypts or decrypts and computes the tag; all lengths were checked by the caller.
    private mutating func crypt(
        sealing: Bool, key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        source: Span<UInt8>, target: inout MutableSpan<UInt8>, tag: inout Tag
    ) {
        defer { context.wipe() }
        context.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { data in
            unsafe source.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
            unsafe withUnsafeMutableBytes(of: &tag.words) { tag in
                // SAFETY: `memory` is a whole context, 8-byte aligned (its size is a multiple of
                // 8 and sodium_malloc aligns the end to a page); every other pointer goes with
                // its own count; target and source are equally long; `tag` has 16 bytes.
                let done = unsafe ntf_aes_gcm_crypt(
                    memory.baseAddress!.assumingMemoryBound(to: ntf_aes_gcm.self),
                    sealing ? 1 : 0,
                    key.count, key.baseAddress, nonce.count, nonce.baseAddress,
                    data.count, data.baseAddress,
                    source.count, target.baseAddress, source.baseAddress,
                    tag.baseAddress!.assumingMemoryBound(to: UInt8.self))
                precondition(done == 1, "the key length was checked before")
            } } } } } } }
        }
    }
}

/// A computed tag of 16 bytes, held in place.
@safe private struct Tag {
    var words = (UInt64(0), UInt64(0))

    func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        unsafe withUnsafeBytes(of: words) { raw in
            // SAFETY: the 16 bytes of the words, which live through the call.
            body(unsafe Span(_unsafeElements: raw.bindMemory(to: UInt8.self)))
        }
    }
}
#endif
