/// Base64 as RFC 4648 section 4 has it: standard alphabet, padded, no white space, and the unused
/// bits of the last character zero, so that every value has one spelling.
enum Base64 {
    /// Decodes a JSON string behind what `buffer` holds; nil when it is spelled any other way.
    static func decode(
        _ value: JSONValue, in text: Span<UInt8>, into buffer: inout ByteBuffer
    ) -> Range<Int>? {
        let start = buffer.count
        // The text first; its bytes, which are fewer, then take its place.
        guard JSON.unescape(value, in: text, into: &buffer) else { return nil }
        var isWellFormed = false
        buffer.rewrite(from: start) { bytes in
            guard let count = decodeInPlace(&bytes) else { return 0 }
            isWellFormed = true
            return count
        }
        return isWellFormed ? start..<buffer.count : nil
    }

    /// The number of bytes the text stands for, which are then its first ones.
    private static func decodeInPlace(_ text: inout MutableSpan<UInt8>) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        var padding = 0
        while padding < min(2, text.count), text[text.count - 1 - padding] == UInt8(ascii: "=") {
            padding += 1
        }
        var (source, target) = (0, 0)
        // An invalid digit, anywhere, sets the highest bit.
        var invalid: UInt32 = 0
        while source + 4 <= text.count - padding {
            let group =
                digit(text[source]) << 18 | digit(text[source + 1]) << 12
                | digit(text[source + 2]) << 6 | digit(text[source + 3])
            invalid |= group
            text[target] = UInt8(truncatingIfNeeded: group >> 16)
            text[target + 1] = UInt8(truncatingIfNeeded: group >> 8)
            text[target + 2] = UInt8(truncatingIfNeeded: group)
            (source, target) = (source + 4, target + 3)
        }
        guard padding > 0 else { return invalid >> 31 == 0 ? target : nil }
        var group = digit(text[source]) << 18 | digit(text[source + 1]) << 12
        if padding == 1 { group |= digit(text[source + 2]) << 6 }
        invalid |= group
        let unused = group & (padding == 1 ? 0xff : 0xffff)
        guard invalid >> 31 == 0, unused == 0 else { return nil }
        text[target] = UInt8(truncatingIfNeeded: group >> 16)
        if padding == 1 { text[target + 1] = UInt8(truncatingIfNeeded: group >> 8) }
        return target + 3 - padding
    }

    /// The value of a digit; for anything else the highest bit of every position it is shifted to.
    private static func digit(_ byte: UInt8) -> UInt32 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: ~63
        }
    }
}
