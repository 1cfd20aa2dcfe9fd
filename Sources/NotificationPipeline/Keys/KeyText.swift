public import SecretMemory

/// Why a text is no key of the format it was read for.
public enum KeyTextError: Error, Equatable, Sendable {
    /// Something other than hexadecimal digits, with white space around them, is in it.
    case notHex
    /// It begins like a JSON object and is none, or a value in it is no string.
    case notAnObject
    /// A field is missing, there twice, unknown, or not one of this format's.
    case wrongFields
    /// There are too few or too many digits.
    case wrongLength
    /// A word is not one its field can be.
    case unknownWord
    /// The digits are no key: zero, say, or above the group's order.
    case notAKey
}

/// Keys as text: what `keys import` takes and what a Secret Service item holds.
///
/// A key of one field is written as hexadecimal digits, one of several as a JSON object:
/// `{"secret":"…","auth":"…"}`. Text and key are both secret and are both kept in memory that is
/// wiped.
public enum KeyText {
    /// Reads the text of a key of `format` and returns its material, as `KeyRecord` holds it.
    ///
    /// Digits may be of either case; a prefix, a sign or white space between them is refused, and
    /// so is an escape in a JSON string. ASCII white space may stand in front of and behind the
    /// whole. Costs two guarded allocations.
    public static func read(
        _ text: Span<UInt8>, for format: KeyFormat
    ) throws(KeyTextError) -> SecretBytes {
        let text = text.extracting(trimmed(text))
        var writer = KeyWriter()
        if text.count > 0, text[0] == UInt8(ascii: "{") {
            try readObject(text, into: &writer)
        } else {
            try writer.add(.secret, hex: text)
        }
        if format == .zulip { try writer.dropAlgorithm() }
        return try writer.finish(for: format)
    }

    /// Takes the members in the order of their tags, whatever their order in the text.
    private static func readObject(
        _ text: Span<UInt8>, into writer: inout KeyWriter
    ) throws(KeyTextError) {
        do { try JSON.check(text) } catch { throw .notAnObject }
        let object = JSON.root(of: text)
        var members = JSONMembers(of: object)
        while let (key, value) = members.next(in: text) {
            guard value.kind == .string else { throw .notAnObject }
            let isKnown = KeyField.every.contains { field in
                JSON.equals(key, field.name, in: text)
            }
            guard isKnown else { throw .wrongFields }
        }
        for field in KeyField.every {
            let value: JSONValue?
            do { value = try JSON.member(field.name, of: object, in: text) } catch {
                throw .wrongFields
            }
            guard let value else { continue }
            let content = text.extracting(value.start + 1..<value.end - 1)
            if field.isWord {
                try writer.add(field, word: content)
            } else {
                try writer.add(field, hex: content)
            }
        }
    }

    /// Writes the text of a key: lower-case digits, or JSON in one line; no newline. `read` gives
    /// the same key again.
    ///
    /// Throws `notAKey` when the record has nothing to write. Costs two guarded allocations.
    public static func write(_ record: borrowing KeyRecord) throws(KeyTextError) -> SecretBytes {
        var text = SecretBytes(count: Limits.keyTextBytesMax)
        var count = 0
        let isSingle = record.material.withBytes { key in
            (try? KeyFields.require([.secret], in: key)) != nil
        }
        text.withMutableBytes { target in
            for field in KeyField.every {
                _ = record.withField(field) { value in
                    if isSingle {
                        append(hex: value, to: &target, &count)
                    } else {
                        append(count == 0 ? "{\"" : ",\"", to: &target, &count)
                        append(field.name, to: &target, &count)
                        append("\":\"", to: &target, &count)
                        if field.isWord {
                            for index in value.indices {
                                target[count] = value[index]
                                count += 1
                            }
                        } else {
                            append(hex: value, to: &target, &count)
                        }
                        append("\"", to: &target, &count)
                    }
                }
            }
            if !isSingle && count > 0 { append("}", to: &target, &count) }
        }
        guard count > 0 else { throw .notAKey }
        return text.withBytes { bytes in SecretBytes(copying: bytes.extracting(..<count)) }
    }

    private static func append(
        hex value: Span<UInt8>, to target: inout MutableSpan<UInt8>, _ count: inout Int
    ) {
        for index in value.indices {
            target[count] = digit(value[index] >> 4)
            target[count + 1] = digit(value[index] & 15)
            count += 2
        }
    }

    private static func append(
        _ text: StaticString, to target: inout MutableSpan<UInt8>, _ count: inout Int
    ) {
        text.withUTF8Buffer { bytes in
            for index in bytes.indices {
                // SAFETY: the indices are those of the buffer.
                target[count] = unsafe bytes[index]
                count += 1
            }
        }
    }

    /// The digit of a value below 16, in a time that does not depend on it.
    private static func digit(_ value: UInt8) -> UInt8 {
        let isLetter = UInt8(truncatingIfNeeded: (9 &- UInt16(value)) >> 8)
        return value &+ UInt8(ascii: "0") &+ (isLetter & 39)
    }

    /// Where the text is without ASCII white space at its ends.
    private static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0d)
    }
}
