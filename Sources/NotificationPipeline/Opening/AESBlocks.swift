/// AES in the two modes that authenticate nothing, CBC and ECB (NIST SP 800-38A), padded as PKCS#7
/// says (RFC 5652, 6.3), by nettle or by CommonCrypto. The key has 16, 24 or 32 bytes.
///
/// A wrong key, or a changed text, mostly shows as wrong padding and once in about 256 times not at
/// all: what opens is unauthenticated. nettle's context is in locked memory, made once, and opening
/// allocates nothing; CommonCrypto keeps its own.
public struct AESBlocks: ~Copyable {
    /// The length in bytes of a block and of an initialisation vector.
    public static let blockBytes = 16

    private var platform = PlatformBlocks()

    /// Takes the context's memory, 256 bytes.
    public init() {}

    /// Opens CBC into `plaintext`, which is as long as `ciphertext`, and returns how many of its
    /// bytes are the message; the padding lies behind them.
    ///
    /// Throws `lengthInvalid` before anything is written: the ciphertext is whole blocks, at least
    /// one, and `iv` has 16 bytes. Throws `authenticationFailed` when the padding is wrong, which
    /// is looked at in constant time, and then `plaintext` is all zeros.
    public mutating func openCBC(
        key: Span<UInt8>, iv: Span<UInt8>, ciphertext: Span<UInt8>,
        into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) -> Int {
        guard iv.count == Self.blockBytes else { throw .lengthInvalid }
        return try open(key: key, iv: iv, ciphertext: ciphertext, into: &plaintext)
    }

    /// The same for ECB.
    public mutating func openECB(
        key: Span<UInt8>, ciphertext: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) -> Int {
        try open(key: key, iv: Span(), ciphertext: ciphertext, into: &plaintext)
    }

    /// Seals CBC into `ciphertext`, which has `sealedBytes(plaintext.count)` bytes.
    ///
    /// An `iv` is random and new for each message; choosing it is the caller's. Throws
    /// `lengthInvalid` before anything is written.
    public mutating func sealCBC(
        key: Span<UInt8>, iv: Span<UInt8>, plaintext: Span<UInt8>,
        into ciphertext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard iv.count == Self.blockBytes else { throw .lengthInvalid }
        try seal(key: key, iv: iv, plaintext: plaintext, into: &ciphertext)
    }

    /// The same for ECB, which shows which blocks of a message are equal.
    public mutating func sealECB(
        key: Span<UInt8>, plaintext: Span<UInt8>, into ciphertext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        try seal(key: key, iv: Span(), plaintext: plaintext, into: &ciphertext)
    }

    /// The length of the ciphertext of `count` bytes: the next multiple of 16 above it.
    public static func sealedBytes(_ count: Int) -> Int {
        count / blockBytes * blockBytes + blockBytes
    }

    /// Whether a ciphertext may have so many bytes: whole blocks, and one at least.
    static func isSealedLength(_ count: Int) -> Bool { count > 0 && count % blockBytes == 0 }

    private mutating func open(
        key: Span<UInt8>, iv: Span<UInt8>, ciphertext: Span<UInt8>,
        into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) -> Int {
        guard Self.isUsable(key), Self.isSealedLength(ciphertext.count),
            plaintext.count == ciphertext.count
        else { throw .lengthInvalid }
        unsafe plaintext.withUnsafeMutableBufferPointer { target in
            unsafe ciphertext.withUnsafeBufferPointer { source in
                // SAFETY: both have `source.count` bytes, whole blocks.
                unsafe platform.crypt(
                    sealing: false, key: key, iv: iv, count: source.count,
                    from: source.baseAddress!, to: target.baseAddress!)
            }
        }
        guard let padding = Self.padding(of: plaintext.span) else {
            for index in plaintext.indices { plaintext[index] = 0 }
            throw .authenticationFailed
        }
        return plaintext.count - padding
    }

    private mutating func seal(
        key: Span<UInt8>, iv: Span<UInt8>, plaintext: Span<UInt8>,
        into ciphertext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard Self.isUsable(key), ciphertext.count == Self.sealedBytes(plaintext.count)
        else { throw .lengthInvalid }
        let padding = UInt8(ciphertext.count - plaintext.count)
        for index in plaintext.indices { ciphertext[index] = plaintext[index] }
        for index in plaintext.count..<ciphertext.count { ciphertext[index] = padding }
        unsafe ciphertext.withUnsafeMutableBufferPointer { target in
            // SAFETY: whole blocks, encrypted in place, which both libraries allow.
            unsafe platform.crypt(
                sealing: true, key: key, iv: iv, count: target.count,
                from: target.baseAddress!, to: target.baseAddress!)
        }
    }

    private static func isUsable(_ key: Span<UInt8>) -> Bool {
        key.count == 16 || key.count == 24 || key.count == 32
    }

    /// How many bytes of padding, 1 to 16, the last block ends with; nil when it is none. The time
    /// depends on neither the bytes nor their number.
    private static func padding(of text: borrowing Span<UInt8>) -> Int? {
        let last = UInt16(text[text.count - 1])
        // Zero and everything above 16 has a bit above the fourth when one less.
        var wrong = (last &- 1) & 0xfff0
        for distance in 0..<blockBytes {
            let byte = UInt16(text[text.count - 1 - distance])
            // All ones where the byte is one of the padding: a borrow, spread.
            let mask = 0 &- ((UInt16(distance) &- last) >> 15)
            wrong |= mask & (byte ^ last)
        }
        return wrong == 0 ? Int(last) : nil
    }
}
