/// Base64 (RFC 4648) as strictly as each format allows: no white space, no character of another
/// alphabet, and the unused bits of the last character zero.
enum Base64 {
    /// An alphabet, and what it asks of the padding.
    enum Spelling: Sendable {
        /// RFC 4648 section 4, padded, so that every value has one spelling.
        case standard
        /// The same alphabet; the padding is exactly right or not there at all.
        case standardLoose
        /// RFC 4648 section 5, `-` and `_`; the padding is exactly right or not there at all.
        case url
    }

    /// Decodes a JSON string behind what `buffer` holds; nil when it is spelled any other way.
    static func decode(
        _ value: JSONValue, in text: Span<UInt8>, into buffer: inout ByteBuffer,
        _ spelling: Spelling = .standard
    ) -> Range<Int>? {
        let start = buffer.count
        guard JSON.unescape(value, in: text, into: &buffer) else { return nil }
        return decodeTail(of: &buffer, from: start, spelling)
    }

    /// Decodes a text of its own behind what `buffer` holds; nil when it is spelled any other way
    /// or does not fit, as a text, there.
    static func decode(
        _ text: Span<UInt8>, into buffer: inout ByteBuffer, _ spelling: Spelling = .standard
    ) -> Range<Int>? {
        let start = buffer.count
        guard buffer.append(text) else { return nil }
        return decodeTail(of: &buffer, from: start, spelling)
    }

    /// Decodes the text that `buffer` holds behind `start`: its bytes, which are fewer, take its place.
    static func decodeTail(
        of buffer: inout ByteBuffer, from start: Int, _ spelling: Spelling
    ) -> Range<Int>? {
        var isWellFormed = false
        buffer.rewrite(from: start) { bytes in
            if spelling == .url { translate(&bytes) }
            guard let count = decodeInPlace(&bytes, mayOmitPadding: spelling != .standard)
            else { return 0 }
            isWellFormed = true
            return count
        }
        return isWellFormed ? start..<buffer.count : nil
    }

    /// Puts the characters of the other alphabet in the place of those for URLs, and a character of
    /// neither in the place of theirs.
    private static func translate(_ text: inout MutableSpan<UInt8>) {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "-"): text[index] = UInt8(ascii: "+")
            case UInt8(ascii: "_"): text[index] = UInt8(ascii: "/")
            case UInt8(ascii: "+"), UInt8(ascii: "/"): text[index] = 0
            default: break
            }
        }
    }

    /// The number of bytes the text stands for, which are then its first ones.
    private static func decodeInPlace(
        _ text: inout MutableSpan<UInt8>, mayOmitPadding: Bool
    ) -> Int? {
        var padding = 0
        while padding < min(2, text.count), text[text.count - 1 - padding] == UInt8(ascii: "=") {
            padding += 1
        }
        guard text.count % 4 == 0 || mayOmitPadding && padding == 0 else { return nil }
        let digits = text.count - padding
        var (source, target) = (0, 0)
        // An invalid digit, anywhere, sets the highest bit.
        var invalid: UInt32 = 0
        while source + 4 <= digits {
            let group =
                digit(text[source]) << 18 | digit(text[source + 1]) << 12
                | digit(text[source + 2]) << 6 | digit(text[source + 3])
            invalid |= group
            text[target] = UInt8(truncatingIfNeeded: group >> 16)
            text[target + 1] = UInt8(truncatingIfNeeded: group >> 8)
            text[target + 2] = UInt8(truncatingIfNeeded: group)
            (source, target) = (source + 4, target + 3)
        }
        let rest = digits - source
        guard rest > 0 else { return invalid >> 31 == 0 ? target : nil }
        guard rest > 1 else { return nil }
        var group = digit(text[source]) << 18 | digit(text[source + 1]) << 12
        if rest == 3 { group |= digit(text[source + 2]) << 6 }
        invalid |= group
        let unused = group & (rest == 3 ? 0xff : 0xffff)
        guard invalid >> 31 == 0, unused == 0 else { return nil }
        text[target] = UInt8(truncatingIfNeeded: group >> 16)
        if rest == 3 { text[target + 1] = UInt8(truncatingIfNeeded: group >> 8) }
        return target + rest - 1
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

    /// The text of `bytes` in base64url without padding; nil when it is longer than a field may be.
    static func url(_ bytes: Span<UInt8>) -> BoundedText? {
        guard (bytes.count * 4 + 2) / 3 <= Limits.fieldBytesMax else { return nil }
        var text = BoundedText()
        var start = 0
        while start < bytes.count {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 {
                group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0)
            }
            for offset in 0...count {
                text.append(urlCharacter(UInt8(group >> (18 - 6 * UInt32(offset)) & 63)))
            }
            start += 3
        }
        return text
    }

    /// Whether a byte may stand in base64url, padding included.
    static func isURLCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "="):
            true
        default: false
        }
    }

    private static func urlCharacter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }
}
