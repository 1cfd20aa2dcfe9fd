import Testing

@testable import NotificationPipeline

@Suite struct LanguageTests {
    private typealias Line = (key: String, words: String)

    /// The lines of a language, as a reader of the file sees them.
    private static func lines(_ language: CatalogLanguage) -> [Line] {
        language.words.description.split(separator: "\n").map { line in
            let equals = line.firstIndex(of: "=") ?? line.startIndex
            return (
                line[..<equals].trimmingSuffix(), String(line[equals...].dropFirst(2))
            )
        }
    }

    /// What stands in braces, in the order it stands there.
    private static func placeholders(_ words: String) -> [Substring] {
        words.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map { piece in
            piece.split(separator: "}", omittingEmptySubsequences: false)[0]
        }
    }

    private static let english = lines(.en)

    @Test func englishHasEveryLineAndNoOther() {
        var keys: [String] = []
        for text in CatalogText.allCases {
            keys += ["\(text.rawValue).title", "\(text.rawValue).body"]
            if text.hasAmount { keys.append("\(text.rawValue).amount") }
        }
        keys += ["amount.separator", "action.openNow", "action.retryNow"]
        #expect(LanguageTests.english.map(\.key).sorted() == keys.sorted())
    }

    @Test(arguments: NotificationType.allCases)
    func everyTypeHasATextOfItsName(type: NotificationType) {
        #expect(CatalogText(rawValue: type.rawValue) != nil)
    }

    @Test(arguments: CatalogLanguage.allCases)
    func aLanguageHasEveryLineThatEnglishHas(language: CatalogLanguage) {
        let keys = LanguageTests.lines(language).map(\.key)
        let wanted = LanguageTests.english.map(\.key)
        for key in wanted { #expect(keys.contains(key), "\(language) lacks \(key)") }
        for key in keys { #expect(wanted.contains(key), "\(language) has \(key)") }
        #expect(Set(keys).count == keys.count, "\(language) has a line twice")
        // In the same order, each is found at the first look.
        #expect(keys == wanted, "\(language) has another order")
    }

    @Test(arguments: CatalogLanguage.allCases)
    func noWordsAreEmptyLongOrWithOtherPlaceholders(language: CatalogLanguage) {
        for line in LanguageTests.lines(language) {
            let english = LanguageTests.english.first { english in english.key == line.key }
            let name = "\(language).\(line.key)"
            #expect(!line.words.isEmpty, "\(name)")
            #expect(
                line.words.utf8.count <= Limits.textBytesMax - Limits.appNameBytesMax, "\(name)")
            // What a phone shows of it without being asked.
            let isTitle = !line.key.hasSuffix(".body")
            #expect(line.words.count <= (isTitle ? 36 : 80), "\(name)")
            #expect(
                LanguageTests.placeholders(line.words).sorted()
                    == LanguageTests.placeholders(english?.words ?? "").sorted(), "\(name)")
            if line.key.hasSuffix(".amount") {
                #expect(LanguageTests.placeholders(line.words) == ["sats"], "\(name)")
            } else {
                #expect(!line.words.contains("{sats}"), "\(name)")
            }
        }
    }

    @Test(arguments: CatalogLanguage.allCases)
    func noWordsHideAnything(language: CatalogLanguage) {
        for line in LanguageTests.lines(language) where line.key != "amount.separator" {
            var rest = Array(line.words.utf8)[...]
            let clean = DisplayText(
                cleaning: { rest.popFirst() }, bytesMax: 512, decodesEntities: false)
            let words = line.words.replacing("\u{a0}", with: " ")
            #expect(String(clean) == words, "\(language).\(line.key)")
        }
    }

    @Test(arguments: CatalogLanguage.allCases)
    func aCatalogHasTheWordsOfItsLanguage(language: CatalogLanguage) {
        let catalog = Catalog(appName: "Ä {app}", locale: language.rawValue)
        var lines: [String: String] = [:]
        for (key, words) in LanguageTests.lines(language) {
            lines[key] = words.replacing("{app}", with: "Ä {app}")
        }
        for text in CatalogText.allCases {
            catalog.withText(text) { title, body in
                #expect(String(utf8: title) == lines["\(text.rawValue).title"])
                #expect(String(utf8: body) == lines["\(text.rawValue).body"])
            }
            catalog.withText(text, sats: 7) { title, body in
                let amount = lines["\(text.rawValue).amount"]?.replacing("{sats}", with: "7")
                #expect(String(utf8: title) == amount ?? lines["\(text.rawValue).title"])
                #expect(String(utf8: body) == lines["\(text.rawValue).body"])
            }
        }
        #expect(catalog.openNow == lines["action.openNow"])
        #expect(catalog.retryNow == lines["action.retryNow"])
    }

    @Test(arguments: [
        ("en", "Received 5,000,000,000 sats"), ("de", "5.000.000.000 sats empfangen"),
        ("es", "Recibidos 5.000.000.000 sats"),
        ("fr", "5\u{202f}000\u{202f}000\u{202f}000 sats reçus"),
        ("it", "Ricevuti 5.000.000.000 sats"), ("pt-BR", "Recebidos 5.000.000.000 sats"),
        ("nl", "5.000.000.000 sats ontvangen"), ("ja", "Received 5,000,000,000 sats"),
    ])
    func fiftyCoinsAreReadInEveryLanguage(locale: String, title: String) {
        Catalog(locale: locale).withText(.paymentReceived, sats: 5_000_000_000) { shown, _ in
            #expect(String(utf8: shown) == title)
        }
    }

    @Test func theLongestAmountFitsEveryTitle() {
        for language in CatalogLanguage.allCases {
            let catalog = Catalog(locale: language.rawValue)
            for text in CatalogText.allCases where text.hasAmount {
                catalog.withText(text, sats: .max) { title, _ in
                    let digits = String(utf8: title).filter(\.isNumber)
                    #expect(digits == "18446744073709551615", "\(language)")
                }
            }
        }
    }
}

@Suite struct AmountTests {
    @Test(
        arguments: [
            (0, "0"), (1, "1"), (9, "9"), (10, "10"), (999, "999"), (1000, "1,000"),
            (9_999, "9,999"), (10_000, "10,000"), (999_999, "999,999"), (1_000_000, "1,000,000"),
            (1_000_001, "1,000,001"), (5_000_000_000, "5,000,000,000"),
            (2_100_000_000_000_000, "2,100,000,000,000,000"),
            (UInt64.max, "18,446,744,073,709,551,615"),
        ] as [(UInt64, String)])
    func digitsStandInGroupsOfThree(sats: UInt64, shown: String) {
        var text = BoundedText()
        let comma: [UInt8] = [UInt8(ascii: ",")]
        Amount.append(sats, separator: comma.span, to: &text)
        #expect(String(text) == shown)
    }

    @Test func noMoreIsPromisedThanWillArrive() {
        #expect(Amount.sats(msat: 0) == 0)
        #expect(Amount.sats(msat: 999) == 0)
        #expect(Amount.sats(msat: 1000) == 1)
        #expect(Amount.sats(msat: 1999) == 1)
        #expect(Amount.sats(msat: .max) == 18_446_744_073_709_551)
    }
}

extension Substring {
    fileprivate func trimmingSuffix() -> String {
        var copy = self
        while copy.last == " " { copy.removeLast() }
        return String(copy)
    }
}
