// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

#if !canImport(CryptoKit) || NTF_NETTLE
internal import CNettle
internal import SecretMemory

/// HKDF over SHA-256 by nettle. Lengths are the caller's to check.
///
/// Holds its HMAC state in locked memory, made once: deriving allocates nothing.
struct NettleHKDF: ~Copyable {
    private var state = SecretBytes(count: MemoryLayout<hmac_sha256_ctx>.stride)

    /// Writes the pseudorandom key of `secret`, 32 bytes.
    /// The corresponding C function is `hkdf_extract`.
    mutating func extract(
        salt: Span<UInt8>, secret: Span<UInt8>, into key: inout MutableSpan<UInt8>
    ) {
        defer { state.wipe() }
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe salt.withUnsafeBufferPointer { salt in
            unsafe secret.withUnsafeBufferPointer { secret in
            unsafe key.withUnsafeMutableBufferPointer { key in
                // SAFETY: `memory` is a whole state, 8-byte aligned (its size is a multiple of 8
                // and sodium_malloc aligns the end to a page); salt and secret go with their own
                // counts; 32 writable bytes of key, checked by the caller.
                unsafe ntf_hkdf_sha256_extract(
                    memory.baseAddress!.assumingMemoryBound(to: hmac_sha256_ctx.self),
                    salt.count, salt.baseAddress, secret.count, secret.baseAddress,
                    key.baseAddress)
            } } } }
        }
    }

    /// Fills `output` from a pseudorandom key. The corresponding C function is `hkdf_expand`.
    mutating func expand(
        key: Span<UInt8>, info: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) {
        defer { state.wipe() }
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe key.withUnsafeBufferPointer { key in
            unsafe info.withUnsafeBufferPointer { info in
            unsafe output.withUnsafeMutableBufferPointer { output in
                // SAFETY: a whole state, aligned as above; every pointer goes with its own count.
                unsafe ntf_hkdf_sha256_expand(
                    memory.baseAddress!.assumingMemoryBound(to: hmac_sha256_ctx.self),
                    key.count, key.baseAddress, info.count, info.baseAddress,
                    output.count, output.baseAddress)
            } } } }
        }
    }
}
#endif
