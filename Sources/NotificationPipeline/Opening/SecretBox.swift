// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

internal import CSodium

/// XSalsa20-Poly1305 as NaCl's `crypto_secretbox` has it, by libsodium, with the tag apart: where a
/// format puts the two together, the tag is in front. All memory is the caller's; allocates nothing.
public enum SecretBox {
    /// A key's length in bytes.
    public static let keyBytes = 32
    /// A nonce's length in bytes.
    public static let nonceBytes = 24
    /// A tag's length in bytes.
    public static let tagBytes = 16

    /// Opens `ciphertext` into `plaintext`, which is exactly as long.
    ///
    /// Throws `lengthInvalid` before anything is written, or `authenticationFailed`, and then
    /// `plaintext` is all zeros: nothing unchecked leaves.
    /// The corresponding C function is `crypto_secretbox_open_detached`, which is not called: it
    /// leaves the message's first 32 bytes, and the key that authenticates, on the stack.
    public static func open(
        key: Span<UInt8>, nonce: Span<UInt8>, ciphertext: Span<UInt8>, tag: Span<UInt8>,
        into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == keyBytes, nonce.count == nonceBytes, tag.count == tagBytes,
            plaintext.count == ciphertext.count
        else { throw .lengthInvalid }
        // HSalsa20's key (32 bytes), and the first block of its stream (64).
        let none: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var between = (none, none, none)
        let isGood = unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe ciphertext.withUnsafeBufferPointer { source in
            unsafe tag.withUnsafeBufferPointer { tag in
            unsafe plaintext.withUnsafeMutableBufferPointer { target in
            unsafe withUnsafeMutableBytes(of: &between) { between in
                let subkey = unsafe between.bindMemory(to: UInt8.self).baseAddress!
                defer { unsafe sodium_memzero(subkey, between.count) }
                // SAFETY: key 32, nonce 24 and tag 16 bytes, checked above; subkey 32 and block 64
                // bytes of `between`; target and source are equally long. An empty source may have no
                // address: `tag` stands in for it, and nothing is read.
                let block = unsafe subkey + 32
                unsafe crypto_core_hsalsa20(subkey, nonce.baseAddress!, key.baseAddress!, nil)
                let rest = unsafe nonce.baseAddress! + 16
                unsafe crypto_stream_salsa20(block, 64, rest, subkey)
                let first = unsafe source.baseAddress ?? tag.baseAddress!
                // The block's first half authenticates.
                guard unsafe crypto_onetimeauth_poly1305_verify(
                    tag.baseAddress!, first, UInt64(source.count), block) == 0
                else { return false }
                for index in 0..<min(32, source.count) {
                    unsafe target[index] = source[index] ^ block[32 + index]
                }
                if source.count > 32 {
                    unsafe crypto_stream_salsa20_xor_ic(
                        target.baseAddress! + 32, first + 32, UInt64(source.count - 32), rest, 1,
                        subkey)
                }
                return true
            } } } } }
        }
        guard isGood else {
            for index in plaintext.indices { plaintext[index] = 0 }
            throw .authenticationFailed
        }
    }

    /// Seals `plaintext` into `ciphertext`, which is exactly as long, and `tag`.
    ///
    /// A nonce must never be used twice with one key; choosing it is the caller's. Throws
    /// `lengthInvalid` before anything is written.
    /// The corresponding C function is `crypto_secretbox_detached`.
    public static func seal(
        key: Span<UInt8>, nonce: Span<UInt8>, plaintext: Span<UInt8>,
        into ciphertext: inout MutableSpan<UInt8>, tag: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == keyBytes, nonce.count == nonceBytes, tag.count == tagBytes,
            ciphertext.count == plaintext.count
        else { throw .lengthInvalid }
        let code = unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe plaintext.withUnsafeBufferPointer { source in
            unsafe ciphertext.withUnsafeMutableBufferPointer { target in
            unsafe tag.withUnsafeMutableBufferPointer { tag in
                // SAFETY: the lengths were checked above; target and source are equally long. An
                // empty target may have no address: `tag` stands in for it, and nothing is written
                // there but the tag.
                return unsafe crypto_secretbox_detached(
                    target.baseAddress ?? tag.baseAddress!, tag.baseAddress!, source.baseAddress,
                    UInt64(source.count), nonce.baseAddress!, key.baseAddress!)
            } } } }
        }
        precondition(code == 0, "sealing cannot fail")
    }

    /// The key of NaCl's `crypto_box`, 32 bytes, from the raw X25519 output: its HSalsa20 with an
    /// input of zeros. What `crypto_box_beforenm` does after the key agreement.
    ///
    /// Throws `lengthInvalid`. The corresponding C function is `crypto_core_hsalsa20`.
    public static func boxKey(
        shared: Span<UInt8>, into key: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard shared.count == keyBytes, key.count == keyBytes else { throw .lengthInvalid }
        var input = (UInt64(0), UInt64(0))
        let code = unsafe shared.withUnsafeBufferPointer { shared in
            unsafe key.withUnsafeMutableBufferPointer { target in
            unsafe withUnsafeMutableBytes(of: &input) { input in
                // SAFETY: 32 writable, 16 and 32 readable bytes; without a constant of its own the
                // function takes Salsa20's.
                unsafe crypto_core_hsalsa20(
                    target.baseAddress!, input.baseAddress!.assumingMemoryBound(to: UInt8.self),
                    shared.baseAddress!, nil)
            } }
        }
        precondition(code == 0, "HSalsa20 cannot fail")
    }
}
