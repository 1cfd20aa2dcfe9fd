/// Session's message: a bencoded list of a JSON object and, where it was short enough, the sealed
/// message itself, which only the app can open.
enum SessionMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        var position = 1
        guard text.count > 2, text[0] == UInt8(ascii: "l"),
            let details = string(in: text, &position)
        else { throw .malformed }
        // The second string may be missing.
        if position < text.count, text[position] != UInt8(ascii: "e") {
            guard string(in: text, &position) != nil else { throw .malformed }
        }
        guard position == text.count - 1, text[position] == UInt8(ascii: "e") else {
            throw .malformed
        }
        let json = text.extracting(details)
        var message = Message(type: .message)
        message.id = try MessageObject(root: json).optional("#", in: json, JSON.text)
        return message
    }

    /// A string as bencode has it: its length in decimal, a colon, its bytes.
    private static func string(in text: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
        var length = 0
        let start = position
        while position < text.count, text[position] != UInt8(ascii: ":") {
            let byte = text[position]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), length <= text.count else {
                return nil
            }
            length = length * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        let begin = position + 1
        guard position > start, length <= text.count - min(begin, text.count) else { return nil }
        position = begin + length
        return begin..<position
    }
}
