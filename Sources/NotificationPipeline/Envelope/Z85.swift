/// Z85 (ZeroMQ RFC 32) as Mastodon's push relay spells it: four bytes are five digits, big endian,
/// and unlike in the RFC a tail of one to three bytes is a digit more than bytes.
///
/// Whoever wrote the text, a value has one spelling here; every other one is refused.
enum Z85 {
    /// Decodes a JSON string behind what `buffer` holds; nil when it holds anything but digits, a
    /// group whose value does not fit its bytes, or a single digit at its end.
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
        var (source, target) = (0, 0)
        while source < text.count {
            let digits = min(5, text.count - source)
            guard digits > 1 else { return nil }
            // Five digits are less than 2^33.
            var group: UInt64 = 0
            for index in source..<source + digits {
                guard let digit = digit(text[index]) else { return nil }
                group = group * 85 + UInt64(digit)
            }
            let bytes = digits - 1
            guard group >> UInt64(8 * bytes) == 0 else { return nil }
            for index in 0..<bytes {
                let shift = UInt64(8 * (bytes - 1 - index))
                text[target + index] = UInt8(truncatingIfNeeded: group >> shift)
            }
            (source, target) = (source + digits, target + bytes)
        }
        return target
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A") + 36
        case UInt8(ascii: "."): 62
        case UInt8(ascii: "-"): 63
        case UInt8(ascii: ":"): 64
        case UInt8(ascii: "+"): 65
        case UInt8(ascii: "="): 66
        case UInt8(ascii: "^"): 67
        case UInt8(ascii: "!"): 68
        case UInt8(ascii: "/"): 69
        case UInt8(ascii: "*"): 70
        case UInt8(ascii: "?"): 71
        case UInt8(ascii: "&"): 72
        case UInt8(ascii: "<"): 73
        case UInt8(ascii: ">"): 74
        case UInt8(ascii: "("): 75
        case UInt8(ascii: ")"): 76
        case UInt8(ascii: "["): 77
        case UInt8(ascii: "]"): 78
        case UInt8(ascii: "{"): 79
        case UInt8(ascii: "}"): 80
        case UInt8(ascii: "@"): 81
        case UInt8(ascii: "%"): 82
        case UInt8(ascii: "$"): 83
        case UInt8(ascii: "#"): 84
        default: nil
        }
    }
}
