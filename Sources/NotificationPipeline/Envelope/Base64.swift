/// Base64 as RFC 4648 section 4 has it: standard alphabet, padded, no white space, and the unused
/// bits of the last character zero, so that every value has one spelling.
enum Base64 {
    /// Decodes a JSON string behind what `buffer` holds; nil when it is spelled any other way.
    static func decode(
        _ value: JSONValue, in text: Span<UInt8>, into buffer: inout ByteBuffer
    ) -> Range<Int>? {
        guard value.kind == .string else { return nil }
        let start = buffer.count
        var string = JSONString(value)
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        while let byte = string.next(in: text) {
            if byte == UInt8(ascii: "=") {
                padding += 1
                group <<= 6
            } else {
                guard padding == 0, let digit = digit(byte) else { return nil }
                group = group << 6 | UInt32(digit)
            }
            digits += 1
            guard digits == 4 else { continue }
            guard flush(group, padding, &buffer) else { return nil }
            (group, digits) = (0, 0)
            if padding > 0 { break }
        }
        guard digits == 0, string.next(in: text) == nil else { return nil }
        return start..<buffer.count
    }

    /// Writes a group's one to three bytes; false when padding and bits do not agree.
    private static func flush(_ group: UInt32, _ padding: Int, _ buffer: inout ByteBuffer) -> Bool {
        guard padding <= 2, group & (1 << (8 * UInt32(padding)) - 1) == 0 else { return false }
        for shift in stride(from: 16, through: 8 * padding, by: -8) {
            guard buffer.append(UInt8(truncatingIfNeeded: group >> UInt32(shift))) else {
                return false
            }
        }
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
