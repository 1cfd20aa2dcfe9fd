/// Collects the words of a catalog: those of a language, and English ones where it has none.
struct CatalogReader {
    /// What was read so far, the app's name put in.
    private(set) var words: [UInt8] = []
    private var wanted: CatalogLines
    private var english = CatalogLines(CatalogLanguage.english)
    private let appName: String

    /// - Parameters:
    ///   - lines: the lines of a language.
    ///   - appName: what stands for `{app}`.
    init(_ lines: StaticString, appName: String) {
        wanted = CatalogLines(lines)
        self.appName = appName
        // Keys and placeholders make more than enough room for the name in a few lines.
        words.reserveCapacity(lines.utf8CodeUnitCount)
    }

    /// The words behind `name.part`. Traps when English has none.
    mutating func required(_ name: String, _ part: StaticString) -> Range<Int> {
        let range = append(found(name, part))
        precondition(range.count <= Limits.textBytesMax, "a catalog text has its limit")
        return range
    }

    /// What stands around the number in the title for amounts. Traps when English has none.
    mutating func amount(_ name: String) -> (before: Range<Int>, behind: Range<Int>) {
        let line = found(name, "amount")
        let (before, behind) = (append(line.aroundBraces.before), append(line.aroundBraces.behind))
        precondition(
            before.count + behind.count + Limits.amountBytesMax <= Limits.fieldBytesMax,
            "a line for amounts is short")
        return (before, behind)
    }

    private mutating func found(_ name: String, _ part: StaticString) -> CatalogWords {
        guard let line = wanted.find(name, part) ?? english.find(name, part) else {
            preconditionFailure("the catalog has every name in English")
        }
        return line
    }

    private mutating func append(_ line: CatalogWords) -> Range<Int> {
        let start = words.count
        line.append(to: &words, appName)
        return start..<words.count
    }
}
