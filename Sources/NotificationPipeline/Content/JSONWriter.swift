/// Writes JSON into a buffer, commas and escapes included. Allocates nothing.
///
/// Also what records for the app are written with. The caller keeps the buffer and passes it along.
public struct JSONWriter {
    private var needsComma = false
    private var room: Int
    /// Whether everything fitted so far.
    public private(set) var fits = true

    /// - Parameter room: how many bytes may be written at most.
    public init(room: Int) {
        self.room = room
    }

    /// Begins an object or an array.
    public mutating func open(_ bracket: StaticString, _ line: inout ByteBuffer) {
        raw(bracket, &line)
        needsComma = false
    }

    /// Ends an object or an array.
    public mutating func close(_ bracket: StaticString, _ line: inout ByteBuffer) {
        raw(bracket, &line)
        needsComma = true
    }

    /// A member's name; the value must follow.
    public mutating func key(_ name: StaticString, _ line: inout ByteBuffer) {
        if needsComma { raw(",", &line) }
        raw("\"", &line)
        raw(name, &line)
        raw("\":", &line)
        needsComma = true
    }

    /// A member whose value is a text that needs no escapes.
    public mutating func field(_ name: StaticString, _ text: StaticString, _ line: inout ByteBuffer)
    {
        key(name, &line)
        raw("\"", &line)
        raw(text, &line)
        raw("\"", &line)
    }

    /// A member that is true or false.
    public mutating func field(_ name: StaticString, _ flag: Bool, _ line: inout ByteBuffer) {
        key(name, &line)
        raw(flag ? "true" : "false", &line)
    }

    /// Nothing at all when the value is nil.
    public mutating func field(_ name: StaticString, _ number: UInt64?, _ line: inout ByteBuffer) {
        guard let number else { return }
        key(name, &line)
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            byte(UInt8(ascii: "0") + UInt8(number / divisor % 10), &line)
            divisor /= 10
        }
    }

    /// Nothing at all when the value is nil.
    public mutating func field(_ name: StaticString, _ text: BoundedText?, _ line: inout ByteBuffer)
    {
        guard let text else { return }
        key(name, &line)
        text.withBytes { bytes in string(bytes, &line) }
    }

    /// A string value; `bytes` is valid UTF-8.
    public mutating func string(_ bytes: Span<UInt8>, _ line: inout ByteBuffer) {
        raw("\"", &line)
        var position = 0
        while position < bytes.count {
            let start = position
            while position < bytes.count, !needsEscape(bytes[position]) { position += 1 }
            append(bytes.extracting(start..<position), &line)
            guard position < bytes.count else { break }
            escaped(bytes[position], &line)
            position += 1
        }
        raw("\"", &line)
    }

    /// A string value: bytes in lower-case hex.
    mutating func hex(_ bytes: Span<UInt8>, _ line: inout ByteBuffer) {
        raw("\"", &line)
        for index in bytes.indices {
            byte(hexCharacter(bytes[index] >> 4), &line)
            byte(hexCharacter(bytes[index] & 15), &line)
        }
        raw("\"", &line)
    }

    /// A value that is JSON already, without its line breaks, which only ever stand between tokens.
    mutating func oneLine(_ text: Span<UInt8>, _ line: inout ByteBuffer) {
        for index in text.indices {
            let isBreak = text[index] == UInt8(ascii: "\n") || text[index] == UInt8(ascii: "\r")
            byte(isBreak ? UInt8(ascii: " ") : text[index], &line)
        }
    }

    private func needsEscape(_ character: UInt8) -> Bool {
        character < 0x20 || character == 0x7f || character == UInt8(ascii: "\"")
            || character == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ character: UInt8, _ line: inout ByteBuffer) {
        switch character {
        case UInt8(ascii: "\""): raw("\\\"", &line)
        case UInt8(ascii: "\\"): raw("\\\\", &line)
        case 0x08: raw("\\b", &line)
        case 0x09: raw("\\t", &line)
        case 0x0a: raw("\\n", &line)
        case 0x0c: raw("\\f", &line)
        case 0x0d: raw("\\r", &line)
        case 0..<0x20, 0x7f:
            raw("\\u00", &line)
            byte(hexCharacter(character >> 4), &line)
            byte(hexCharacter(character & 15), &line)
        default: byte(character, &line)
        }
    }

    /// Text as it is, without quotes or escapes.
    public mutating func raw(_ text: StaticString, _ line: inout ByteBuffer) {
        text.withUTF8Buffer { bytes in
            // SAFETY: the bytes of a literal.
            append(unsafe Span(_unsafeElements: bytes), &line)
        }
    }

    private mutating func append(_ bytes: Span<UInt8>, _ line: inout ByteBuffer) {
        guard room >= bytes.count, line.append(bytes) else {
            fits = false
            return
        }
        room -= bytes.count
    }

    private mutating func byte(_ byte: UInt8, _ line: inout ByteBuffer) {
        guard room > 0, line.append(byte) else {
            fits = false
            return
        }
        room -= 1
    }
}

/// A hex digit in lower case; any other byte as it is.
func lowercaseHex(_ byte: UInt8) -> UInt8 {
    hexDigit(byte).map(hexCharacter) ?? byte
}

/// The lower-case hex digit of a value below 16.
func hexCharacter(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
