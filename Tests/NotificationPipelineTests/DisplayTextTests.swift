import Testing

@testable import NotificationPipeline

@Suite struct DisplayTextTests {
    private static let ordinary: [String] = [
        "Hello", "1 < 2 & 3 > 2", "<b>bold</b>", "Grüße aus Köln", "日本語のテキスト", "한국어",
        "👨‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽 1️⃣ ❤️ 🏳️‍🌈", "क्ष र्‍य क्‌ष", "می‌خواهم", "لا إله", "ශ්‍රී ලංකා", "שלום",
        "e\u{301}", "…", "%d %@ \\u202e",
    ]

    private static let deceptions: [(String, String)] = [
        // White space.
        ("  a \t\r\n b\u{a0}\u{202f}c\u{2028}d\u{2029}e\u{85}f\u{3000}", "a b c d e f"),
        (" \n ", ""), ("", ""), ("a \u{200b} b", "a b"),
        // Control characters.
        ("a\u{0}b\u{7}c\u{1b}[31md\u{7f}e\u{9b}f", "abc[31mdef"),
        // Direction: names of files and lines of code that read otherwise than they are.
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("if (a\u{202e} \u{2066}// ok\u{2069} \u{2066}) {", "if (a // ok ) {"),
        ("\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}a", "a"),
        // What nobody sees.
        (
            "pay\u{200b}pal\u{2060}\u{2061}\u{2064}\u{feff}\u{ad}\u{180e}\u{34f}\u{3164}\u{115f}",
            "paypal"
        ),
        ("\u{fff9}a\u{fffa}b\u{fffb}", "ab"), ("\u{206a}\u{206f}\u{1d173}\u{fff0}x", "x"),
        ("hi\u{e0001}\u{e0068}\u{e0069}\u{e007f}", "hi"),
        ("\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}!", "\u{1f3f4}!"),
        // Nobody's characters.
        ("\u{e000}\u{f8ff}\u{f0000}\u{10fffd}a\u{378}", "a"),
        // Joiners.
        ("a\u{200d}b\u{200c}c", "abc"), ("é\u{200d}a", "éa"), ("a\u{200d}é", "aé"),
        ("\u{200d}é\u{200c}\u{200d}é\u{200d}", "é\u{200c}é"), ("é\u{200d} \u{200d}é", "é é"),
        ("é\u{200d}\u{202e}é", "é\u{200d}é"),
        // Variation selectors.
        ("\u{fe0f}a\u{fe0f}\u{fe0f}\u{e0100}b \u{fe0f}c", "a\u{fe0f}b c"),
        ("é\u{200d}\u{fe0f}é", "é\u{200d}é"),
        // Marks.
        ("\u{301}a \u{301}b", "a b"),
        (
            "a" + String(repeating: "\u{301}", count: 20) + "b\u{302}",
            "a" + String(repeating: "\u{301}", count: 8) + "b\u{302}"
        ),
    ]

    private static let entities: [(String, String)] = [
        ("Ben &amp; Jerry", "Ben & Jerry"),
        ("&lt;b&gt; &quot;q&quot; &apos;a&#39; &#x27;&#X27;", "<b> \"q\" 'a' ''"),
        ("a&nbsp;&nbsp;b", "a b"), ("&#8364; &#x20AC; &#x1F600; &#0000065;", "€ € 😀 A"),
        // Once, never twice.
        ("&amp;lt;b&amp;gt; &amp;amp; &#38;lt; &#x26;#60;", "&lt;b&gt; &amp; &lt; &#60;"),
        // Unknown ones and pieces stay.
        (
            "&copy; &AMP; &; &# &#; &#x; &#xg; &#12a; &amp &lt",
            "&copy; &AMP; &; &# &#; &#x; &#xg; &#12a; &amp &lt"
        ),
        ("&&amp;&amp&lt;&", "&&&amp<&"), ("&#00000000000065;", "&#00000000000065;"),
        // What is forbidden is forbidden, however it is spelled.
        ("a&#x202e;b&#8203;c&#0;d&#10;e&#xe0041;f&#128;", "abcd ef"),
        ("&#xd800;&#x110000;&#999999999999;", "\u{fffd}\u{fffd}\u{fffd}"),
    ]

    private func clean(
        _ bytes: [UInt8], max: Int = Limits.displayTextBytesMax, entities: Bool = false
    ) -> DisplayText {
        var position = 0
        return DisplayText(
            cleaning: {
                guard position < bytes.count else { return nil }
                position += 1
                return bytes[position - 1]
            }, bytesMax: max, decodesEntities: entities)
    }

    private func clean(
        _ text: String, max: Int = Limits.displayTextBytesMax, entities: Bool = false
    ) -> String {
        String(clean(Array(text.utf8), max: max, entities: entities))
    }

    @Test(arguments: ordinary)
    func ordinaryTextStaysAsItIs(text: String) {
        #expect(Array(clean(text).utf8) == Array(text.utf8))
    }

    @Test(arguments: deceptions)
    func whatDeceivesOrIsNotSeenGoes(text: String, shown: String) {
        #expect(
            Array(clean(text).utf8) == Array(shown.utf8),
            "\(clean(text).unicodeScalars.map(\.value))")
    }

    @Test(arguments: entities)
    func entitiesAreDecodedOnce(text: String, shown: String) {
        #expect(clean(text, entities: true) == shown)
        #expect(clean("é&amp;é") == "é&amp;é")
    }

    @Test func invalidBytesAreReplacedAsSwiftDoesIt() {
        var numbers = SplitMix64(seed: 41)
        let few: [UInt8] = [
            0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef,
            0xf0, 0xf4, 0xf5, 0xff, 0x00,
        ]
        for _ in 0..<50_000 {
            let bytes = (0..<6).map { _ in few[Int(numbers.next() % UInt64(few.count))] }
            var reader = ScalarReader(decodesEntities: false)
            var rest = bytes[...]
            var scalars: [Unicode.Scalar] = []
            while let scalar = reader.next({ rest.popFirst() }) { scalars.append(scalar) }
            let expected = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
            #expect(scalars == expected, "\(bytes)")
        }
    }

    @Test func noncharactersGo() {
        for value: UInt32 in [0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1fffe, 0x10ffff] {
            let text = String(Unicode.Scalar(value).map(Character.init)!)
            #expect(clean("a" + text + "b") == "ab", "\(value)")
        }
    }

    @Test func aCutIsBetweenCharactersAndIsSeen() {
        let family = "👨‍👩‍👧‍👦"
        let text = "ab " + family + "🇩🇪🇫🇷" + "क्ष"
        for max in 0...text.utf8.count {
            let shown = clean(text, max: max)
            #expect(shown.utf8.count <= max)
            guard max < text.utf8.count else {
                #expect(shown == text)
                continue
            }
            guard !shown.isEmpty else {
                #expect(max < 4)
                continue
            }
            #expect(shown.hasSuffix("…"))
            #expect(text.hasPrefix(shown.dropLast()), "\(shown)")
        }
        #expect(clean(text, max: 27) == "ab…")
        #expect(clean(text, max: 31) == "ab " + family + "…")
        // Not even one character fits.
        #expect(clean(family, max: 24) == "")
        #expect(clean(family, max: 25) == family)
        #expect(clean("abc", max: -1) == "")
    }

    @Test func whiteSpaceAndWhatGoesDoesNotCount() {
        #expect(clean("abcd \u{200b}\n ", max: 4) == "abcd")
        #expect(clean("abcd \u{200b}\n e", max: 4) == "a…")
        #expect(clean("abcdefgh " + "ijk", max: 12) == "abcdefgh ijk")
        #expect(clean("abcdefgh " + "ijkl", max: 12) == "abcdefgh…")
    }

    @Test func noMoreIsReadThanNeeded() {
        var taken = 0
        let endless = DisplayText(
            cleaning: {
                taken += 1
                return UInt8(ascii: "x")
            }, bytesMax: 40, decodesEntities: true)
        #expect(String(endless) == String(repeating: "x", count: 37) + "…")
        #expect(taken == 41)
        // Marks without end: the one letter may not be whole, so nothing is.
        let marks = Array("ab".utf8) + (0..<10_000).flatMap { _ in [0xcc, 0x81] as [UInt8] }
        var position = 0
        let shown = DisplayText(
            cleaning: {
                position += 1
                return marks[position - 1]
            }, bytesMax: 512, decodesEntities: false)
        #expect(String(shown) == "a…")
        #expect(position == Limits.displaySourceBytesMax)
        let hidden = [UInt8](repeating: 0, count: Limits.displaySourceBytesMax * 2)
        #expect(clean(hidden).isEmpty)
    }

    @Test func theEndIsAskedForOnce() {
        var calls = 0
        let nothing = DisplayText(
            cleaning: {
                calls += 1
                return nil
            }, bytesMax: 512, decodesEntities: true)
        #expect(nothing.isEmpty && nothing == DisplayText() && calls == 1)
        var bytes = Array("a&am".utf8)[...]
        let piece = DisplayText(
            cleaning: {
                #expect(calls < 100)
                calls += bytes.isEmpty ? 100 : 0
                return bytes.popFirst()
            }, bytesMax: 512, decodesEntities: true)
        #expect(String(piece) == "a&am")
    }

    /// By its own words, not by the code's: what must never be shown.
    private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028...0x202e,
            0x2060...0x206f, 0xfeff, 0xfff9...0xfffb, 0xe000...0xf8ff, 0xfdd0...0xfdef,
            0xe0000...0xe00ff, 0xf0000...0x10ffff:
            true
        default:
            scalar.value & 0xfffe == 0xfffe || scalar.properties.generalCategory == .unassigned
        }
    }

    @Test func whateverComesTheResultIsFitToBeShown() {
        var numbers = SplitMix64(seed: 4)
        let pieces: [String] = [
            "a", "é", " ", "\n", "\u{200d}", "\u{200c}", "\u{fe0f}", "\u{301}", "\u{202e}", "👩",
            "👧",
            "🏽", "🇩", "क", "\u{94d}", "ष", "م", "\u{600}", "\u{e0041}", "\u{10fffd}", "&", "amp;",
            "&lt;", "#x202e;", "\u{1100}", "\u{1161}", "\u{d4e}", "…", "\u{0}", "\u{200b}",
            "\u{ff9e}",
        ]
        for round in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<numbers.next() % 40 {
                if round % 2 == 0, numbers.next() % 8 == 0 {
                    bytes.append(UInt8(truncatingIfNeeded: numbers.next()))
                } else {
                    bytes += pieces[Int(numbers.next() % UInt64(pieces.count))].utf8
                }
            }
            let max = Int(numbers.next() % 64)
            let shown = clean(bytes, max: max, entities: round % 3 == 0)
            let whole = String(clean(bytes, entities: round % 3 == 0))
            let text = String(shown)
            #expect(shown.withBytes { span in span.indices.map { span[$0] } } == Array(text.utf8))
            #expect(text.utf8.count <= max && shown.isEmpty == text.isEmpty)
            #expect(!text.unicodeScalars.contains(where: isForbidden), "\(bytes)")
            #expect(!text.hasPrefix(" ") && !text.hasSuffix(" ") && !text.contains("  "))
            #expect(Array(clean(text, max: max).utf8) == Array(text.utf8), "\(bytes)")
            if Array(text.utf8) != Array(whole.utf8), !text.isEmpty {
                #expect(whole.utf8.count > max)
                var kept = String(text.unicodeScalars.dropLast())
                // A character may end in a space: Malayalam's dot reph is written before a letter.
                if !Array(whole).starts(with: Array(kept)) { kept += " " }
                #expect(Array(whole).starts(with: Array(kept)), "\(bytes)")
            }
        }
    }
}
