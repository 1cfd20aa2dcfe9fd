/// Bark's message: a JSON object whose names are taken in any case and whose numbers are texts.
enum BarkMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        let root = try MessageObject(root: text).object
        var words = Words()
        words.title = line(try shown("title", of: root, in: text), text)
        words.subtitle = line(try shown("subtitle", of: root, in: text), text)
        words.body = body(try shown("body", of: root, in: text), text)
        var message = Message(type: .message)
        message.words = words
        if let id = try member("id", of: root, in: text), id.kind != .null {
            guard let known = JSON.identifier(id, in: text) else { throw .malformed }
            message.id = known
        }
        return message
    }

    /// A member to be shown: a text or a number; Bark leaves out what is neither.
    private static func shown(
        _ name: StaticString, of object: JSONValue, in text: Span<UInt8>
    ) throws(MessageError) -> JSONValue? {
        let value = try member(name, of: object, in: text)
        return value?.kind == .string || value?.kind == .number ? value : nil
    }

    /// A text, or a number as it is spelled.
    private static func line(_ value: JSONValue?, _ text: Span<UInt8>) -> BoundedText {
        guard let value, value.kind == .number else { return Words.line(value, in: text) }
        return BoundedText(text.extracting(value.start..<value.end)) ?? BoundedText()
    }

    private static func body(_ value: JSONValue?, _ text: Span<UInt8>) -> DisplayText {
        guard let value, value.kind == .number else { return Words.body(value, in: text) }
        return Words.body(text.extracting(value.start..<value.end))
    }

    /// The value of a name in any case; there twice is malformed.
    private static func member(
        _ name: StaticString, of object: JSONValue, in text: Span<UInt8>
    ) throws(MessageError) -> JSONValue? {
        var members = JSONMembers(of: object)
        var found: JSONValue?
        while let (key, value) = members.next(in: text) {
            guard let written = JSON.text(key, in: text), isName(written, name) else { continue }
            guard found == nil else { throw .malformed }
            found = value
        }
        return found
    }

    private static func isName(_ written: BoundedText, _ name: StaticString) -> Bool {
        written.withBytes { bytes in
            var lower = BoundedText()
            for index in bytes.indices {
                let isCapital =
                    bytes[index] >= UInt8(ascii: "A") && bytes[index] <= UInt8(ascii: "Z")
                lower.append(isCapital ? bytes[index] | 0x20 : bytes[index])
            }
            return lower.withBytes { bytes in equals(bytes, name) }
        }
    }
}
