#if canImport(CommonCrypto)
internal import CommonCrypto

/// AES in whole blocks by CommonCrypto: CryptoKit has no mode that authenticates nothing.
struct CommonCryptoBlocks: ~Copyable {
    /// Encrypts or decrypts `count` bytes of whole blocks, perhaps in place; an empty `iv` means ECB,
    /// any other is CBC's. Lengths are the caller's to check, and what the pointers lead to.
    /// The corresponding C function is `CCCrypt`.
    mutating func crypt(
        sealing: Bool, key: Span<UInt8>, iv: Span<UInt8>, count: Int,
        from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        unsafe key.withUnsafeBytes { key in
            unsafe iv.withUnsafeBytes { iv in
                var written = 0
                // SAFETY: `key` goes with its own count; `iv` has 16 bytes or is null; the caller
                // answers for `count` bytes of source and target.
                let status = unsafe CCCrypt(
                    CCOperation(sealing ? kCCEncrypt : kCCDecrypt), CCAlgorithm(kCCAlgorithmAES),
                    CCOptions(iv.isEmpty ? kCCOptionECBMode : 0), key.baseAddress, key.count,
                    iv.isEmpty ? nil : iv.baseAddress, source, count, target, count, &written)
                precondition(
                    status == CCCryptorStatus(kCCSuccess) && written == count,
                    "whole blocks under a key of checked length")
            }
        }
    }
}
#endif
