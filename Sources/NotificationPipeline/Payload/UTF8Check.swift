/// Takes bytes and says whether they are UTF-8 (RFC 3629, 4).
struct UTF8Check {
    private var due = 0
    /// Between what the next byte has to lie.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xbf

    /// Whether a text is UTF-8 from its first byte to its last.
    static func isValid(_ text: Span<UInt8>) -> Bool {
        var check = UTF8Check()
        return text.indices.allSatisfy { index in check.take(text[index]) } && check.isWhole
    }

    /// Whether no character is left open.
    var isWhole: Bool { due == 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        if due > 0 {
            guard byte >= low && byte <= high else { return false }
            (low, high) = (0x80, 0xbf)
            due -= 1
            return true
        }
        switch byte {
        case 0..<0x80: break
        case 0xc2...0xdf: due = 1
        case 0xe0: (due, low) = (2, 0xa0)
        case 0xed: (due, high) = (2, 0x9f)
        case 0xe1...0xef: due = 2
        case 0xf0: (due, low) = (3, 0x90)
        case 0xf1...0xf3: due = 3
        case 0xf4: (due, high) = (3, 0x8f)
        default: return false
        }
        return true
    }
}
