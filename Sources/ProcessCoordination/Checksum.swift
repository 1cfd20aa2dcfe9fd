internal import CSodium

/// Tells a record that was written whole from anything else: no protection against whoever means ill,
/// who would have to be this user.
public enum Checksum {
    /// SipHash-2-4 of `bytes` under a key that says what they are. Allocates nothing.
    /// The corresponding C function is `crypto_shorthash`.
    public static func of(_ bytes: Span<UInt8>, kind: UInt8) -> UInt64 {
        let key = InlineArray<16, UInt8>(repeating: kind)
        var sum: UInt64 = 0
        precondition(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8)
        // SAFETY: 16 bytes of key and 8 of sum, as checked; `bytes` is lent with its length.
        unsafe withUnsafeMutableBytes(of: &sum) { sum in
            unsafe bytes.withUnsafeBufferPointer { input in
                unsafe key.span.withUnsafeBufferPointer { key in
                    _ = unsafe crypto_shorthash(
                        sum.bindMemory(to: UInt8.self).baseAddress!, input.baseAddress,
                        UInt64(input.count), key.baseAddress!)
                }
            }
        }
        return UInt64(littleEndian: sum)
    }
}
