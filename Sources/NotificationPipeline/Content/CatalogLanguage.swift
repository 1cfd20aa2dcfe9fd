/// The languages there are words in. Each has a file of its own in Languages: what a translator
/// edits.
///
/// A line is `name.part = words`, in any order. `{app}` stands for the app's name, `{sats}`, in the
/// lines called `amount`, for a number. A line that is missing is taken from English. No line is
/// empty of words: a notification always has a title and a body.
enum CatalogLanguage: String, CaseIterable {
    case de, en, es, fr, it, nl, pt

    /// The language of a tag as in BCP 47 or POSIX, whatever its region; English when there are no
    /// words in it.
    init(locale: String) {
        // Bytes throughout, since every process begins here and Unicode's tables cost more than all
        // the rest.
        let tag = locale.utf8.prefix { byte in
            byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        }
        let language = CatalogLanguage.allCases.first { language in
            language.rawValue.utf8.elementsEqual(tag) { own, byte in own == byte | 0x20 }
        }
        self = language ?? .en
    }

    /// Its lines.
    var words: StaticString {
        switch self {
        case .de: CatalogLanguage.german
        case .en: CatalogLanguage.english
        case .es: CatalogLanguage.spanish
        case .fr: CatalogLanguage.french
        case .it: CatalogLanguage.italian
        case .nl: CatalogLanguage.dutch
        case .pt: CatalogLanguage.portuguese
        }
    }
}
