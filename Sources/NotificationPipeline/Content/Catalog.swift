/// The texts a notification can have; each is a title and a body in the catalog.
public enum CatalogText: String, CaseIterable, Sendable {
    case incomingHtlc, cjitPaymentArrived, orderPaymentConfirmed, mutualClose, wakeToTimeout
    case fallback
    case locked
}

/// The texts of one language with the app's name put in. Allocates at creation only.
public struct Catalog: Sendable {
    /// A text with its name put in, as UTF-8.
    private struct Entry {
        var title: [UInt8]
        var body: [UInt8]
    }

    private let entries: [Entry]
    /// The title of the button that opens the app, for the category the app registers.
    public let openNow: String
    /// Whether a notification says only of what kind it is, and nothing a message or amount tells.
    public let isDiscreet: Bool

    /// - Parameters:
    ///   - appName: what stands for `{app}`; empty or longer than `Limits.appNameBytesMax` becomes
    ///     Bitkit. Control characters are left out.
    ///   - locale: a language tag as in BCP 47 or POSIX (`de`, `de-AT`, `de_AT.UTF-8`); a language
    ///     without texts, and a text without translation, are English.
    ///   - isDiscreet: whether texts out of a message, and amounts, are left out.
    public init(appName: String = "Bitkit", locale: String = "en", isDiscreet: Bool = false) {
        self.isDiscreet = isDiscreet
        let sections = catalogTexts.withUTF8Buffer { texts in
            // SAFETY: the bytes of a literal, which live as long as the process.
            CatalogSections(unsafe Span(_unsafeElements: texts), language: locale)
        }
        let name = Array(Catalog.cleaned(appName).utf8)
        entries = CatalogText.allCases.map { text in
            Entry(
                title: sections.words(text.rawValue, "title", name: name),
                body: sections.words(text.rawValue, "body", name: name))
        }
        openNow = String(
            decoding: sections.words("action", "openNow", name: name), as: UTF8.self)
    }

    /// Lends a text's title and body while `use` runs. Allocates nothing.
    public func withText<Result>(
        _ text: CatalogText, _ use: (_ title: Span<UInt8>, _ body: Span<UInt8>) -> Result
    ) -> Result {
        let entry = entries[Catalog.index(of: text)]
        return use(entry.title.span, entry.body.span)
    }

    private static func index(of text: CatalogText) -> Int {
        switch text {
        case .incomingHtlc: 0
        case .cjitPaymentArrived: 1
        case .orderPaymentConfirmed: 2
        case .mutualClose: 3
        case .wakeToTimeout: 4
        case .fallback: 5
        case .locked: 6
        }
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
