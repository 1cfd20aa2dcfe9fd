/// Walks the members of an object in their order. Allocates nothing.
public struct JSONMembers {
    private var position: Int
    private let end: Int

    /// Starts before the first member. `object` must be an object.
    public init(of object: JSONValue) {
        precondition(object.kind == .object, "only objects have members")
        position = object.start + 1
        end = object.end - 1
    }

    /// The next key (a string value) and its value; nil after the last.
    public mutating func next(in text: Span<UInt8>) -> (key: JSONValue, value: JSONValue)? {
        position = JSON.skipSpace(from: position, in: text)
        if position < end, text[position] == UInt8(ascii: ",") {
            position = JSON.skipSpace(from: position + 1, in: text)
        }
        guard position < end else { return nil }
        let key = JSON.value(at: position, in: text)
        let colon = JSON.skipSpace(from: key.end, in: text)
        let value = JSON.value(at: JSON.skipSpace(from: colon + 1, in: text), in: text)
        position = value.end
        return (key, value)
    }
}

/// Walks the elements of an array in their order. Allocates nothing.
public struct JSONElements {
    private var position: Int
    private let end: Int

    /// Starts before the first element. `array` must be an array.
    public init(of array: JSONValue) {
        precondition(array.kind == .array, "only arrays have elements")
        position = array.start + 1
        end = array.end - 1
    }

    /// The next element; nil after the last.
    public mutating func next(in text: Span<UInt8>) -> JSONValue? {
        position = JSON.skipSpace(from: position, in: text)
        if position < end, text[position] == UInt8(ascii: ",") {
            position = JSON.skipSpace(from: position + 1, in: text)
        }
        guard position < end else { return nil }
        let value = JSON.value(at: position, in: text)
        position = value.end
        return value
    }
}

/// Reads a string's content as UTF-8, unescaped, byte by byte. Allocates nothing.
public struct JSONString {
    private var position: Int
    private let end: Int
    /// Bytes of an escaped character still to be handed out, next one in the lowest byte.
    private var pending: UInt32 = 0

    /// Starts before the first character. `value` must be a string.
    public init(_ value: JSONValue) {
        precondition(value.kind == .string, "only strings have characters")
        position = value.start + 1
        end = value.end - 1
    }

    /// The next byte; nil after the last.
    public mutating func next(in text: Span<UInt8>) -> UInt8? {
        if pending != 0 { return takePending() }
        guard position < end else { return nil }
        let byte = text[position]
        position += 1
        guard byte == UInt8(ascii: "\\") else { return byte }
        let escape = text[position]
        position += 1
        switch escape {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return takeUnicode(in: text)
        default: return escape
        }
    }

    /// The bytes up to the next escape, or to the end, which need no unescaping; empty in the middle
    /// of an escaped character.
    mutating func nextRun(in text: Span<UInt8>) -> Range<Int> {
        guard pending == 0 else { return position..<position }
        let start = position
        while position < end {
            position = min(PlainText.end(from: position, in: text), end)
            guard position < end, text[position] != UInt8(ascii: "\\") else { break }
            position += 1
        }
        return start..<position
    }

    private mutating func takePending() -> UInt8 {
        let byte = UInt8(truncatingIfNeeded: pending)
        pending >>= 8
        return byte
    }

    private mutating func takeUnit(in text: Span<UInt8>) -> UInt32 {
        var unit: UInt32 = 0
        for index in position..<position + 4 {
            unit = unit << 4 | UInt32(hexDigit(text[index]) ?? 0)
        }
        position += 4
        return unit
    }

    private mutating func takeUnicode(in text: Span<UInt8>) -> UInt8 {
        var scalar = takeUnit(in: text)
        if scalar >= 0xd800 && scalar < 0xdc00 {
            position += 2  // the `\u` of the low surrogate, which the check saw
            scalar = 0x10000 + (scalar - 0xd800) << 10 + (takeUnit(in: text) & 0x3ff)
        }
        switch scalar {
        case 0..<0x80: return UInt8(scalar)
        case 0x80..<0x800:
            pending = 0x80 | scalar & 0x3f
            return UInt8(0xc0 | scalar >> 6)
        case 0x800..<0x10000:
            pending = 0x80 | scalar >> 6 & 0x3f | (0x80 | scalar & 0x3f) << 8
            return UInt8(0xe0 | scalar >> 12)
        default:
            pending =
                0x80 | scalar >> 12 & 0x3f
                | (0x80 | scalar >> 6 & 0x3f) << 8 | (0x80 | scalar & 0x3f) << 16
            return UInt8(0xf0 | scalar >> 18 & 0x07)
        }
    }
}
