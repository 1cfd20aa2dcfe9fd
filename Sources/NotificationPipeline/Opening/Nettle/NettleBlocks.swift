// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

#if !canImport(CryptoKit) || NTF_NETTLE
internal import CNettle
internal import SecretMemory

/// AES in whole blocks by nettle. Holds its context in locked memory, made once.
struct NettleBlocks: ~Copyable {
    private var context = SecretBytes(count: MemoryLayout<ntf_aes_blocks>.stride)

    /// Encrypts or decrypts `count` bytes of whole blocks, perhaps in place; an empty `iv` means ECB,
    /// any other is CBC's. Lengths are the caller's to check, and what the pointers lead to.
    mutating func crypt(
        sealing: Bool, key: Span<UInt8>, iv: Span<UInt8>, count: Int,
        from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        defer { context.wipe() }
        context.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe key.withUnsafeBufferPointer { key in
            unsafe iv.withUnsafeBufferPointer { iv in
                // SAFETY: a whole context, 4-byte aligned as it needs to be (256 bytes that
                // sodium_malloc ends on a page); `key` goes with its own count; `iv` has 16 bytes
                // or is null; the caller answers for `count` bytes of source and target.
                let done = unsafe ntf_aes_blocks_crypt(
                    memory.baseAddress!.assumingMemoryBound(to: ntf_aes_blocks.self),
                    sealing ? 1 : 0, key.count, key.baseAddress,
                    iv.isEmpty ? nil : iv.baseAddress, count, target, source)
                precondition(done == 1, "the key length was checked before")
            } } }
        }
    }
}
#endif
