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

    /// - Parameters:
    ///   - appName: what stands for `{app}`; empty or longer than `Limits.appNameBytesMax` becomes
    ///     Bitkit. Control characters are left out.
    ///   - locale: a language tag as in BCP 47 or POSIX (`de`, `de-AT`, `de_AT.UTF-8`); a language
    ///     without texts, and a text without translation, are English.
    public init(appName: String = "Bitkit", locale: String = "en") {
        let language = String(locale.prefix { character in character.isLetter }).lowercased()
        let name = Catalog.cleaned(appName)
        let lines = catalogTexts.description.split(separator: "\n")
        func words(_ key: String) -> [UInt8] {
            let template =
                Catalog.template(key, language, lines) ?? Catalog.template(key, "en", lines)
            guard let template else { preconditionFailure("the catalog has every name in English") }
            return Catalog.expand(template, name)
        }
        entries = CatalogText.allCases.map { text in
            Entry(title: words(text.rawValue + ".title"), body: words(text.rawValue + ".body"))
        }
        openNow = String(decoding: words("action.openNow"), as: UTF8.self)
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
        let kept = String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { scalar in
                    scalar.properties.generalCategory != .control
                        && scalar.properties.generalCategory != .format
                }))
        let fits = kept.utf8.count >= 1 && kept.utf8.count <= Limits.appNameBytesMax
        return fits ? kept : "Bitkit"
    }

    /// The words behind `key` in a language's section; nil when there are none.
    private static func template(
        _ key: String, _ language: String, _ lines: [Substring]
    ) -> String? {
        var isInSection = false
        for line in lines {
            if line.first == "[" {
                isInSection = line == "[\(language)]"
            } else if isInSection, line.hasPrefix(key + " = ") {
                return String(line.dropFirst(key.count + 3))
            }
        }
        return nil
    }

    private static func expand(_ template: String, _ name: String) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open].utf8
            guard rest[open...].hasPrefix("{app}") else {
                preconditionFailure("the catalog knows no placeholder but {app}")
            }
            result += name.utf8
            rest = rest[open...].dropFirst("{app}".count)
        }
        result += rest.utf8
        precondition(result.count <= Limits.textBytesMax, "a catalog text has its limit")
        return result
    }
}
