/// Finds words in the catalog's text: bytes throughout, since every notification begins here and
/// Unicode's tables cost more than all the rest.
struct CatalogSections {
    /// The lines of the wanted language, then those of English: key and words.
    private var lines: [(key: [UInt8], words: [UInt8])] = []

    /// Reads the sections of `language`, a tag as in BCP 47 or POSIX, and of English.
    init(_ texts: Span<UInt8>, language: String) {
        var wanted: [UInt8] = []
        for byte in language.utf8 {
            let lower = byte | 0x20
            guard lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "z") else { break }
            wanted.append(lower)
        }
        read(texts, section: wanted)
        read(texts, section: Array("en".utf8))
    }

    /// The words behind `name.part`, with the app's name put in.
    func words(_ name: String, _ part: String, name appName: [UInt8]) -> [UInt8] {
        let key = Array(name.utf8) + [UInt8(ascii: ".")] + Array(part.utf8)
        guard let line = lines.first(where: { line in line.key == key }) else {
            preconditionFailure("the catalog has every name in English")
        }
        let words = CatalogSections.expand(line.words, appName)
        precondition(words.count <= Limits.textBytesMax, "a catalog text has its limit")
        return words
    }

    private mutating func read(_ texts: Span<UInt8>, section: [UInt8]) {
        var isInSection = false
        var start = 0
        while start < texts.count {
            var end = start
            while end < texts.count, texts[end] != UInt8(ascii: "\n") { end += 1 }
            let line = texts.extracting(start..<end)
            start = end + 1
            if line.count > 0, line[0] == UInt8(ascii: "[") {
                isInSection = CatalogSections.copy(line, 1..<line.count - 1) == section
            } else if isInSection {
                add(line)
            }
        }
    }

    /// Takes a line `key = words`; anything else is no line of the catalog.
    private mutating func add(_ line: Span<UInt8>) {
        var equals = 0
        while equals < line.count, line[equals] != UInt8(ascii: "=") { equals += 1 }
        guard equals > 1, equals + 2 < line.count else { return }
        lines.append(
            (
                CatalogSections.copy(line, 0..<equals - 1),
                CatalogSections.copy(line, equals + 2..<line.count)
            ))
    }

    /// Puts the app's name where `{app}` stands.
    private static func expand(_ words: [UInt8], _ appName: [UInt8]) -> [UInt8] {
        let placeholder = Array("{app}".utf8)
        var result: [UInt8] = []
        var position = 0
        while position < words.count {
            guard words[position] == placeholder[0] else {
                result.append(words[position])
                position += 1
                continue
            }
            guard words[position...].starts(with: placeholder) else {
                preconditionFailure("the catalog knows no placeholder but {app}")
            }
            result += appName
            position += placeholder.count
        }
        return result
    }

    private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        range.map { index in bytes[index] }
    }
}
