/// Hex as the strictest decoder reads it: pairs of digits in either case, nothing else.
enum Hex {
    /// Decodes a JSON string behind what `buffer` holds; nil when it is no string of pairs.
    static func decode(
        _ value: JSONValue, in text: Span<UInt8>, into buffer: inout ByteBuffer
    ) -> Range<Int>? {
        let start = buffer.count
        // The text first; its bytes, which are fewer, then take its place.
        guard JSON.unescape(value, in: text, into: &buffer) else { return nil }
        var isWellFormed = false
        buffer.rewrite(from: start) { bytes in
            guard bytes.count % 2 == 0 else { return 0 }
            for index in 0..<bytes.count / 2 {
                guard let high = hexDigit(bytes[2 * index]),
                    let low = hexDigit(bytes[2 * index + 1])
                else { return 0 }
                bytes[index] = high << 4 | low
            }
            isWellFormed = true
            return bytes.count / 2
        }
        return isWellFormed ? start..<buffer.count : nil
    }
}
