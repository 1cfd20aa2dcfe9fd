/// Finds lines of one language. Allocates nothing; a line that stands where it is expected, behind
/// the one found before, costs a look at itself.
struct CatalogLines {
    private let text: StaticString
    private var position = 0

    /// - Parameter text: lines `name.part = words`; anything else is no line.
    init(_ text: StaticString) {
        self.text = text
    }

    /// The words behind `name.part`; nil when there are none.
    mutating func find(_ name: String, _ part: StaticString) -> CatalogWords? {
        let (start, count) = (position, text.utf8CodeUnitCount)
        return find(name, part, in: start..<count) ?? find(name, part, in: 0..<start)
    }

    /// Looks at the lines that begin in `range`.
    private mutating func find(
        _ name: String, _ part: StaticString, in range: Range<Int>
    ) -> CatalogWords? {
        text.withUTF8Buffer { raw in
            // SAFETY: the bytes of a literal, which live as long as the process.
            let bytes = unsafe Span(_unsafeElements: raw)
            var start = range.lowerBound
            while start < range.upperBound {
                var end = PlainText.end(from: start, in: bytes)
                while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
                    end = PlainText.end(from: end + 1, in: bytes)
                }
                let key = CatalogLines.keyCount(of: bytes.extracting(start..<end), name, part)
                if let key {
                    position = min(end + 1, bytes.count)
                    return CatalogWords(text: text, range: start + key..<end)
                }
                start = end + 1
            }
            return nil
        }
    }

    /// How long the key is, the equals sign included, if the line begins with it.
    private static func keyCount(
        of line: Span<UInt8>, _ name: String, _ part: StaticString
    ) -> Int? {
        let count = name.utf8.count + 1 + part.utf8CodeUnitCount + 3
        guard line.count > count, line[name.utf8.count] == UInt8(ascii: "."),
            line[count - 2] == UInt8(ascii: "=")
        else { return nil }
        var index = 0
        for byte in name.utf8 {
            guard line[index] == byte else { return nil }
            index += 1
        }
        let isPart = part.withUTF8Buffer { bytes in
            // SAFETY: the bytes of a literal.
            let letters = unsafe Span(_unsafeElements: bytes)
            for place in letters.indices where line[index + 1 + place] != letters[place] {
                return false
            }
            return true
        }
        return isPart ? count : nil
    }
}

/// The words of a line: a piece of a literal, which lives as long as the process.
struct CatalogWords {
    let text: StaticString
    let range: Range<Int>

    /// Adds the words to `target`, with `value` in place of what is in braces.
    func append(to target: inout [UInt8], _ value: String) {
        text.withUTF8Buffer { raw in
            // SAFETY: the bytes of a literal.
            let bytes = unsafe Span(_unsafeElements: raw)
            var start = range.lowerBound
            while start < range.upperBound {
                var end = start
                while end < range.upperBound, bytes[end] != UInt8(ascii: "{") { end += 1 }
                // SAFETY: the range lies in the literal, and is copied at once.
                unsafe target.append(contentsOf: UnsafeBufferPointer(rebasing: raw[start..<end]))
                guard end < range.upperBound else { return }
                target.append(contentsOf: value.utf8)
                while end < range.upperBound, bytes[end] != UInt8(ascii: "}") { end += 1 }
                start = end + 1
            }
        }
    }

    /// What stands before the braces, and behind them.
    var aroundBraces: (before: CatalogWords, behind: CatalogWords) {
        text.withUTF8Buffer { raw in
            // SAFETY: the bytes of a literal.
            let bytes = unsafe Span(_unsafeElements: raw)
            guard let open = range.first(where: { index in bytes[index] == UInt8(ascii: "{") }),
                let close = range.first(where: { index in bytes[index] == UInt8(ascii: "}") })
            else { preconditionFailure("a line for amounts has a place for the number") }
            return (
                CatalogWords(text: text, range: range.lowerBound..<open),
                CatalogWords(text: text, range: close + 1..<range.upperBound)
            )
        }
    }
}
