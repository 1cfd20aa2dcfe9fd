/// Hex as the strictest decoder reads it: pairs of digits in either case, nothing else.
enum Hex {
    /// Decodes a JSON string behind what `buffer` holds; nil when it is no string of pairs.
    static func decode(
        _ value: JSONValue, in text: Span<UInt8>, into buffer: inout ByteBuffer
    ) -> Range<Int>? {
        guard value.kind == .string else { return nil }
        let start = buffer.count
        var string = JSONString(value)
        while let first = string.next(in: text) {
            guard let high = hexDigit(first), let second = string.next(in: text),
                let low = hexDigit(second), buffer.append(high << 4 | low)
            else { return nil }
        }
        return start..<buffer.count
    }
}
