/// A value's place in a JSON text that was checked: what it is, and the bytes it takes up.
public struct JSONValue: Equatable, Sendable {
    /// The seven kinds of value, `true` and `false` apart.
    public enum Kind: Sendable { case object, array, string, number, `true`, `false`, null }

    /// What it is.
    public let kind: Kind
    /// The first byte: a bracket, a quote, or the first character.
    public let start: Int
    /// One past the last byte.
    public let end: Int
}

/// A key stood twice in an object where it matters which one is meant.
public struct DuplicateKey: Error, Equatable, Sendable {}

/// Reads JSON texts in place: no tree, no copy, no recursion, no allocation.
///
/// Every function but `check` trusts that its text passed `check`; on other bytes results are
/// meaningless but memory stays safe.
public enum JSON {
    /// Refuses everything that is not exactly one JSON text (RFC 8259).
    public static func check(_ text: Span<UInt8>) throws(PayloadError) {
        var automaton = JSONAutomaton()
        var position = 0
        while position < text.count {
            guard automaton.take(text[position]) else { throw .malformedJSON }
            position += 1
            if automaton.takesPlainText { position = PlainText.end(from: position, in: text) }
        }
        guard automaton.mayEnd else { throw .malformedJSON }
    }

    /// The one value of the text.
    public static func root(of text: Span<UInt8>) -> JSONValue {
        value(at: skipSpace(from: 0, in: text), in: text)
    }

    /// The value of `name` in `object`; nil when it is not there, or when `object` is no object.
    ///
    /// Names are compared after unescaping. Throws `DuplicateKey` when the name stands there twice.
    public static func member(
        _ name: StaticString, of object: JSONValue, in text: Span<UInt8>
    ) throws(DuplicateKey) -> JSONValue? {
        guard object.kind == .object else { return nil }
        var members = JSONMembers(of: object)
        var found: JSONValue?
        while let (key, value) = members.next(in: text) {
            guard equals(key, name, in: text) else { continue }
            guard found == nil else { throw DuplicateKey() }
            found = value
        }
        return found
    }

    /// Whether `value` is a string that reads `other` after unescaping.
    public static func equals(_ value: JSONValue, _ other: StaticString, in text: Span<UInt8>)
        -> Bool
    {
        guard value.kind == .string else { return false }
        // Escapes only ever make a string longer.
        guard value.end - value.start - 2 >= other.utf8CodeUnitCount else { return false }
        return other.withUTF8Buffer { expected in
            var string = JSONString(value)
            // SAFETY: the index stays below `expected.count`.
            for index in 0..<expected.count {
                guard unsafe string.next(in: text) == expected[index] else { return false }
            }
            return string.next(in: text) == nil
        }
    }

    /// The number as an unsigned integer, if it is spelled as one and fits: no sign, no fraction,
    /// no exponent. Never passes through floating point.
    public static func unsigned(_ value: JSONValue, in text: Span<UInt8>) -> UInt64? {
        guard value.kind == .number else { return nil }
        return decimal(text.extracting(value.start..<value.end))
    }

    /// A number spelled in digits alone; nil for anything else, and above `UInt64.max`.
    static func decimal(_ digits: Span<UInt8>) -> UInt64? {
        guard digits.count > 0 else { return nil }
        var total: UInt64 = 0
        for index in digits.indices {
            guard digits[index] >= UInt8(ascii: "0"), digits[index] <= UInt8(ascii: "9") else {
                return nil
            }
            let (product, overflow) = total.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(
                UInt64(digits[index] - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            total = sum
        }
        return total
    }

    /// The string, unescaped, behind what `buffer` holds already; false when it does not fit.
    public static func unescape(
        _ value: JSONValue, in text: Span<UInt8>, into buffer: inout ByteBuffer
    ) -> Bool {
        guard value.kind == .string else { return false }
        var string = JSONString(value)
        while true {
            let run = string.nextRun(in: text)
            guard buffer.append(text.extracting(run)) else { return false }
            guard let byte = string.next(in: text) else { return true }
            guard buffer.append(byte) else { return false }
        }
    }

    /// An identifier, which senders spell as a string or as a whole number; nil for anything else
    /// and for more than `Limits.fieldBytesMax` bytes.
    static func identifier(_ value: JSONValue, in text: Span<UInt8>) -> BoundedText? {
        guard value.kind == .number else { return self.text(value, in: text) }
        let digits = text.extracting(value.start..<value.end)
        let isWhole = digits.indices.allSatisfy { index in
            let byte = digits[index]
            let isSign = index == 0 && byte == UInt8(ascii: "-")
            return isSign || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        }
        return isWhole ? BoundedText(digits) : nil
    }

    /// The string, unescaped, if it is one and has at most `Limits.fieldBytesMax` bytes.
    public static func text(_ value: JSONValue, in text: Span<UInt8>) -> BoundedText? {
        guard value.kind == .string else { return nil }
        var result = BoundedText()
        var string = JSONString(value)
        while true {
            guard result.append(text.extracting(string.nextRun(in: text))) else { return nil }
            guard let byte = string.next(in: text) else { return result }
            guard result.count < Limits.fieldBytesMax else { return nil }
            result.append(byte)
        }
    }
}

extension JSON {
    static func skipSpace(from start: Int, in text: Span<UInt8>) -> Int {
        var position = start
        while position < text.count,
            text[position] == 0x20 || text[position] == 0x0a
                || text[position] == 0x0d || text[position] == 0x09
        {
            position += 1
        }
        return position
    }

    /// The value that begins at `start`. Brackets are counted, not followed.
    static func value(at start: Int, in text: Span<UInt8>) -> JSONValue {
        switch text[start] {
        case UInt8(ascii: "{"):
            JSONValue(kind: .object, start: start, end: skipBrackets(start, text))
        case UInt8(ascii: "["):
            JSONValue(kind: .array, start: start, end: skipBrackets(start, text))
        case UInt8(ascii: "\""):
            JSONValue(kind: .string, start: start, end: skipString(start, text))
        case UInt8(ascii: "t"): JSONValue(kind: .true, start: start, end: start + 4)
        case UInt8(ascii: "f"): JSONValue(kind: .false, start: start, end: start + 5)
        case UInt8(ascii: "n"): JSONValue(kind: .null, start: start, end: start + 4)
        default: JSONValue(kind: .number, start: start, end: skipNumber(start, text))
        }
    }

    private static func skipString(_ start: Int, _ text: Span<UInt8>) -> Int {
        var position = PlainText.end(from: start + 1, in: text)
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
            position = PlainText.end(from: position, in: text)
        }
        return position + 1
    }

    private static func skipBrackets(_ start: Int, _ text: Span<UInt8>) -> Int {
        var depth = 0
        var position = start
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position = skipString(position, text)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { break }
        }
        return position
    }

    private static func skipNumber(_ start: Int, _ text: Span<UInt8>) -> Int {
        var position = start
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
            default: return position
            }
        }
        return position
    }
}
