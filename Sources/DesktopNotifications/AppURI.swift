/// Why a text is no template of a URI.
public enum AppURIError: Error, Equatable, Sendable {
    /// Longer than `DesktopLimits.templateBytesMax`, or more than `placeholdersMax` placeholders.
    case tooLong
    /// It does not begin with a scheme and a colon (RFC 3986, 3.1).
    case schemeMissing
    /// A character that no URI has: a space, a control character, a quote, anything beyond ASCII.
    case characterForbidden
    /// Braces around something that is no field, or without a partner.
    case placeholderUnknown
}

/// What the app is opened with: a URI with places for what is known of a push.
public struct AppURI: Equatable, Sendable {
    /// What a placeholder can stand for. The raw value is what stands in the braces.
    public enum Field: String, CaseIterable, Sendable {
        case type, id, paymentHash, orderId
    }

    private enum Part: Equatable {
        case text(String)
        case field(Field)
    }

    private let parts: [Part]
    /// What decides which program opens it, without the colon.
    public let scheme: String

    /// Reads a template, as in `bitkit://wake?hash={paymentHash}`.
    public init(_ template: String) throws(AppURIError) {
        guard template.utf8.count <= DesktopLimits.templateBytesMax else { throw .tooLong }
        guard AppURI.hasScheme(template) else { throw .schemeMissing }
        var parts: [Part] = []
        var rest = template[...]
        while let open = rest.firstIndex(where: { character in "{}".contains(character) }) {
            guard parts.count < 2 * DesktopLimits.placeholdersMax else { throw .tooLong }
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}"),
                let field = Field(rawValue: String(rest[rest.index(after: open)..<close]))
            else { throw .placeholderUnknown }
            parts += [.text(String(rest[..<open])), .field(field)]
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
        for case .text(let text) in parts where !text.utf8.allSatisfy(AppURI.isAllowed) {
            throw .characterForbidden
        }
        self.parts = parts
        scheme = String(template.prefix { character in character != ":" })
    }

    /// The URI, with `value` telling what each field is; one it does not know is left empty.
    ///
    /// Fields are the sender's, so nothing in them can be more than a part of what they stand in:
    /// all but letters, digits, `-`, `.`, `_` and `~` is percent-encoded, and `.` and `..`, which
    /// would be steps in a path, are left out.
    func filled(_ value: (Field) -> String?) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .field(let field):
                guard let value = value(field), value != ".", value != ".." else { continue }
                for byte in value.utf8 { AppURI.append(byte, to: &result) }
            }
        }
        return result
    }

    private static func append(_ byte: UInt8, to result: inout String) {
        guard !isUnreserved(byte) else {
            result.unicodeScalars.append(Unicode.Scalar(byte))
            return
        }
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
    }

    private static func hasScheme(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return false }
        return text.utf8[..<colon].allSatisfy { byte in
            isLetter(byte) || isDigit(byte) || "+-.".utf8.contains(byte)
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || ":/?#[]@!$&'()*+,;=%".utf8.contains(byte)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-._~".utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
