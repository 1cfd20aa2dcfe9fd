/// The texts of one language with the app's name put in. Allocates at creation only.
public struct Catalog: Sendable {
    /// Where the words of a text are.
    private struct Entry {
        var text: CatalogText
        var title: Range<Int>
        var body: Range<Int>
        /// What stands before and behind the number in the title that has one.
        var amount: (before: Range<Int>, behind: Range<Int>)?
    }

    /// All words, as UTF-8, one behind the other.
    private let words: [UInt8]
    private let entries: [Entry]
    private let separator: Range<Int>
    /// The title of the button that opens the app, for the category the app registers.
    public let openNow: String
    /// The title of the button that sends a payment again that failed.
    public let retryNow: String
    /// Whether a notification says only of what kind it is, and nothing a message or amount tells.
    public let isDiscreet: Bool

    /// - Parameters:
    ///   - appName: what stands for `{app}`; empty or longer than `Limits.appNameBytesMax` becomes
    ///     Bitkit. Control characters are left out.
    ///   - locale: a language tag as in BCP 47 or POSIX (`de`, `de-AT`, `de_AT.UTF-8`); a language
    ///     without texts, and a text without translation, are English.
    ///   - isDiscreet: whether texts out of a message, and amounts, are left out.
    public init(appName: String = "Bitkit", locale: String = "en", isDiscreet: Bool = false) {
        self.init(
            appName: appName, words: CatalogLanguage(locale: locale).words, isDiscreet: isDiscreet)
    }

    /// The catalog of a language's lines.
    init(appName: String, words lines: StaticString, isDiscreet: Bool = false) {
        self.isDiscreet = isDiscreet
        var reader = CatalogReader(lines, appName: Catalog.cleaned(appName))
        entries = CatalogText.allCases.map { text in
            Entry(
                text: text, title: reader.required(text.rawValue, "title"),
                body: reader.required(text.rawValue, "body"),
                amount: text.hasAmount ? reader.amount(text.rawValue) : nil)
        }
        separator = reader.required("amount", "separator")
        let openNow = reader.required("action", "openNow")
        self.openNow = String(utf8: reader.words.span.extracting(openNow))
        let retryNow = reader.required("action", "retryNow")
        self.retryNow = String(utf8: reader.words.span.extracting(retryNow))
        words = reader.words
    }

    /// Lends a text's title and body while `use` runs. Allocates nothing.
    ///
    /// - Parameter sats: an amount in satoshi; where the text has a title for it, that is the title.
    public func withText<Result>(
        _ text: CatalogText, sats: UInt64? = nil,
        _ use: (_ title: Span<UInt8>, _ body: Span<UInt8>) -> Result
    ) -> Result {
        guard let index = entries.firstIndex(where: { entry in entry.text == text }) else {
            preconditionFailure("the catalog has every text")
        }
        let body = words.span.extracting(entries[index].body)
        guard let sats, let amount = entries[index].amount else {
            return use(words.span.extracting(entries[index].title), body)
        }
        var title = BoundedText()
        let fits = title.append(words.span.extracting(amount.before))
        Amount.append(sats, separator: words.span.extracting(separator), to: &title)
        precondition(
            title.append(words.span.extracting(amount.behind)) && fits,
            "the catalog's reader left room for the number")
        return title.withBytes { title in use(title, body) }
    }

    private static func cleaned(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in byte >= 0x20 && byte < 0x7f }
        let kept = isPlain ? name : withoutControls(name)
        let fits = kept.utf8.count >= 1 && kept.utf8.count <= Limits.appNameBytesMax
        return fits ? kept : "Bitkit"
    }

    private static func withoutControls(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { scalar in
                    scalar.properties.generalCategory != .control
                        && scalar.properties.generalCategory != .format
                }))
    }
}
