/// Decides, scalar by scalar, what of a text may be shown, and where it may be cut.
struct TextCleaner {
    private enum Kind {
        case base, mark, selector, joiner, space, unwanted
    }

    private static let ellipsis: Unicode.Scalar = "…"
    private static let ellipsisBytes = 3

    private let bytesMax: Int
    private var characters = Unicode._CharacterRecognizer()
    /// The last end of a character behind which an ellipsis still fits.
    private var cutPosition = 0
    /// Marks and selectors since the last base.
    private var marks = 0
    private var last: Unicode.Scalar?
    /// A space or a joiner; it is written once something follows that it may stand before.
    private var pending: Unicode.Scalar?

    /// - Parameter bytesMax: the longest text to make.
    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Adds a scalar if it may be shown; false when the text is too long for that.
    mutating func take(_ scalar: Unicode.Scalar, into text: inout DisplayText) -> Bool {
        switch TextCleaner.kind(of: scalar) {
        case .unwanted:
            return true
        case .space:
            if last != nil { pending = " " }
            return true
        case .joiner:
            if pending == nil, let last, !last.isASCII { pending = scalar }
            return true
        case .selector:
            guard pending == nil, let last, !last.properties.isVariationSelector,
                marks < Limits.combiningMarksMax
            else { return true }
            marks += 1
        case .mark:
            guard last != nil, pending != " ", marks < Limits.combiningMarksMax
            else { return true }
            marks += 1
        case .base:
            marks = 0
        }
        if let before = pending {
            pending = nil
            let isKept = before == " " || !scalar.isASCII
            guard !isKept || write(before, into: &text) else { return false }
        }
        return write(scalar, into: &text)
    }

    /// Ends a text that is too long: behind its last whole character that leaves room for "…".
    func cut(_ text: inout DisplayText) {
        text.shorten(to: cutPosition)
        if !text.isEmpty { text.append(TextCleaner.ellipsis) }
    }

    private mutating func write(_ scalar: Unicode.Scalar, into text: inout DisplayText) -> Bool {
        let isCharacterEnd = characters.hasBreak(before: scalar)
        if isCharacterEnd, text.count + TextCleaner.ellipsisBytes <= bytesMax {
            cutPosition = text.count
        }
        guard text.count + UTF8.width(scalar) <= bytesMax else { return false }
        text.append(scalar)
        last = scalar
        return true
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x21...0x7e: return .base
        case 0x20, 0x09...0x0d: return .space
        case 0x00...0x7f: return .unwanted
        case 0x200c, 0x200d: return .joiner
        default: break
        }
        let properties = scalar.properties
        if properties.isWhitespace { return .space }
        if properties.isVariationSelector { return .selector }
        // What a font shows nothing for, whatever its category: fillers, joiners, tags, operators.
        if properties.isDefaultIgnorableCodePoint { return .unwanted }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return .unwanted
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        default: return .base
        }
    }
}
