/// Finds the plain text of JSON strings eight bytes at a time: most of a push is base64.
enum PlainText {
    private static let eachLowBit: UInt64 = 0x0101_0101_0101_0101
    private static let eachHighBit: UInt64 = 0x8080_8080_8080_8080

    /// Where the first byte at or behind `start` is that is no plain ASCII of a string: a quote, a
    /// backslash, a control character, or a part of a longer character. The end when there is none.
    static func end(from start: Int, in text: Span<UInt8>) -> Int {
        var position = start
        // Most strings are short and keys; the long ones take two words at once.
        while position + 16 <= text.count {
            let first = marks(word(position, in: text))
            if first != 0 { return position + first.trailingZeroBitCount / 8 }
            let second = marks(word(position + 8, in: text))
            if second != 0 { return position + 8 + second.trailingZeroBitCount / 8 }
            position += 16
        }
        while position < text.count, isPlain(text[position]) { position += 1 }
        return position
    }

    /// Eight bytes of the text, the first one lowest.
    @inline(__always) private static func word(_ start: Int, in text: Span<UInt8>) -> UInt64 {
        // SAFETY: eight bytes from `start` lie inside the text; the span checks that as well.
        unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian
    }

    /// The highest bit of the first byte that is not plain, and of some behind it.
    @inline(__always) private static func marks(_ bytes: UInt64) -> UInt64 {
        let quotes = bytes ^ (eachLowBit &* 0x22)
        let slashes = bytes ^ (eachLowBit &* 0x5c)
        // Each difference borrows from the byte above only where it has set its own bit.
        return
            (bytes | (bytes &- eachLowBit &* 0x20) | (quotes &- eachLowBit)
            | (slashes &- eachLowBit)) & eachHighBit
    }

    /// Whether a byte is printable ASCII other than quote and backslash, or 0x7f.
    @inline(__always) static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5c
    }
}
