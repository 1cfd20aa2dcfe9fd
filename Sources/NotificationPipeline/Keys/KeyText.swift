public import SecretMemory

/// Why a text is no key of the format it was read for.
public enum KeyTextError: Error, Equatable, Sendable {
    /// Something other than hexadecimal digits, with white space around them, is in it.
    case notHex
    /// There are too few or too many digits.
    case wrongLength
    /// The digits are no key: zero, say, or above the group's order.
    case notAKey
}

/// Keys as text: what `keys import` takes and what a Secret Service item holds.
///
/// A key of one field is written as hexadecimal digits. Text and key are both secret and are both
/// kept in memory that is wiped.
public enum KeyText {
    /// Reads the text of a key of `format` and returns its material, as `KeyRecord` holds it.
    ///
    /// Digits may be of either case and have ASCII white space in front of and behind them; a
    /// prefix, a sign or white space between them is refused. Costs one guarded allocation.
    public static func read(
        _ text: Span<UInt8>, for format: KeyFormat
    ) throws(KeyTextError) -> SecretBytes {
        let digits = text.extracting(trimmed(text))
        switch format {
        case .blocktank:
            let material = try readHex(digits, count: 32)
            let isKey = material.withBytes { bytes in
                Secp256k1.isPrivateKey(bytes.extracting(3...))
            }
            guard isKey else { throw .notAKey }
            return material
        }
    }

    /// Writes the text of a key: lower-case digits, no newline. `read` gives the same key again.
    ///
    /// Throws `notAKey` when the record has no secret to write. Costs one guarded allocation.
    public static func write(_ record: borrowing KeyRecord) throws(KeyTextError) -> SecretBytes {
        var count = 0
        _ = record.withField(.secret) { secret in count = secret.count }
        guard count > 0 else { throw .notAKey }
        var text = SecretBytes(count: 2 * count)
        text.withMutableBytes { target in
            _ = record.withField(.secret) { secret in
                for index in secret.indices {
                    target[2 * index] = digit(secret[index] >> 4)
                    target[2 * index + 1] = digit(secret[index] & 15)
                }
            }
        }
        return text
    }

    /// The material whose one field, the secret, has `count` bytes written as `digits`.
    private static func readHex(
        _ digits: Span<UInt8>, count: Int
    ) throws(KeyTextError) -> SecretBytes {
        var invalid: UInt16 = 0
        for index in digits.indices { invalid |= ~value(digits[index]).known & 0xff }
        guard invalid == 0 else { throw .notHex }
        guard digits.count == 2 * count else { throw .wrongLength }
        var material = SecretBytes(count: 3 + count)
        material.withMutableBytes { target in
            target[0] = KeyField.secret.rawValue
            target[1] = UInt8(count >> 8)
            target[2] = UInt8(count & 0xff)
            for index in 0..<count {
                let high = value(digits[2 * index]).digit
                target[3 + index] = UInt8(high << 4 | value(digits[2 * index + 1]).digit)
            }
        }
        return material
    }

    /// The value of a digit, and 0xff in `known` if it is one. Takes the same time for each byte:
    /// the comparisons are borrows shifted down, as in libsodium's `sodium_hex2bin`.
    private static func value(_ byte: UInt8) -> (digit: UInt16, known: UInt16) {
        let number = UInt16(byte) ^ 48
        let isNumber = (number &- 10) >> 8
        let letter = (UInt16(byte) & ~32) &- 55
        let isLetter = ((letter &- 10) ^ (letter &- 16)) >> 8
        return ((isNumber & number | isLetter & letter) & 15, (isNumber | isLetter) & 0xff)
    }

    /// The digit of a value below 16, in a time that does not depend on it.
    private static func digit(_ value: UInt8) -> UInt8 {
        let isLetter = UInt8(truncatingIfNeeded: (9 &- UInt16(value)) >> 8)
        return value &+ UInt8(ascii: "0") &+ (isLetter & 39)
    }

    /// Where the text is without ASCII white space at its ends.
    private static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0d)
    }
}
