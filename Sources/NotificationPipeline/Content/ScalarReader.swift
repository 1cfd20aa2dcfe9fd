/// Makes scalars of the bytes of a text: UTF-8 and, when asked for, HTML entities are decoded.
///
/// Invalid UTF-8 is U+FFFD, once for each longest part that could have become a character (Unicode
/// 17, section 3.9), as browsers and Swift do it. Holds 16 bytes; allocates nothing.
struct ScalarReader {
    private static let replacement: Unicode.Scalar = "\u{fffd}"

    private let decodesEntities: Bool
    private var ahead = Lookahead()
    private var taken = 0
    private var isAtEnd = false

    /// - Parameter decodesEntities: whether `&lt;` is `<`.
    init(decodesEntities: Bool) {
        self.decodesEntities = decodesEntities
    }

    /// Whether as much was taken as may be: the text may go on, and its last scalar may be wrong.
    var isExhausted: Bool { taken == Limits.displaySourceBytesMax }

    /// The next scalar of what `source` gives; nil at the end.
    mutating func next(_ source: () -> UInt8?) -> Unicode.Scalar? {
        guard let first = peek(0, source) else { return nil }
        guard first < 0x80 else { return multibyte(first, source) }
        if decodesEntities, first == UInt8(ascii: "&"), let scalar = entity(source) {
            return scalar
        }
        ahead.drop(1)
        return Unicode.Scalar(first)
    }

    /// The byte at a place at or behind the next one, without taking it.
    private mutating func peek(_ index: Int, _ source: () -> UInt8?) -> UInt8? {
        while ahead.count <= index {
            guard !isAtEnd, !isExhausted, let byte = source() else {
                isAtEnd = true
                return nil
            }
            taken += 1
            ahead.append(byte)
        }
        return ahead[index]
    }

    private mutating func multibyte(_ first: UInt8, _ source: () -> UInt8?) -> Unicode.Scalar {
        // What the second byte may be keeps out overlong forms, surrogates and what is no scalar.
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default:
            ahead.drop(1)
            return ScalarReader.replacement
        }
        var value = UInt32(first & (0x7f >> UInt8(length)))
        for index in 1..<length {
            let allowed = index == 1 ? second : 0x80...0xbf
            guard let byte = peek(index, source), allowed.contains(byte) else {
                ahead.drop(index)
                return ScalarReader.replacement
            }
            value = value << 6 | UInt32(byte & 0x3f)
        }
        ahead.drop(length)
        return Unicode.Scalar(value) ?? ScalarReader.replacement
    }

    /// Takes an entity, the ampersand included; nil, and nothing taken, when it is none we know.
    private mutating func entity(_ source: () -> UInt8?) -> Unicode.Scalar? {
        if peek(1, source) == UInt8(ascii: "#") { return number(source) }
        var name: UInt64 = 0
        for index in 1...5 {
            guard let byte = peek(index, source) else { return nil }
            if byte == UInt8(ascii: ";") {
                guard let scalar = ScalarReader.named(name) else { return nil }
                ahead.drop(index + 1)
                return scalar
            }
            name = name << 8 | UInt64(byte)
        }
        return nil
    }

    private mutating func number(_ source: () -> UInt8?) -> Unicode.Scalar? {
        let isHex = peek(2, source).map { byte in byte | 0x20 } == UInt8(ascii: "x")
        let start = isHex ? 3 : 2
        var value: UInt64 = 0
        for index in start..<Limits.entityBytesMax {
            guard let byte = peek(index, source) else { return nil }
            if byte == UInt8(ascii: ";"), index > start {
                ahead.drop(index + 1)
                // As in HTML, a number that is no scalar stands for nothing readable.
                return Unicode.Scalar(UInt32(clamping: value)) ?? ScalarReader.replacement
            }
            guard let digit = hexDigit(byte), isHex || digit < 10 else { return nil }
            value = value * (isHex ? 16 : 10) + UInt64(digit)
        }
        return nil
    }

    /// What a name's letters, the first one highest, stand for.
    private static func named(_ name: UInt64) -> Unicode.Scalar? {
        switch name {
        case packed("amp"): "&"
        case packed("lt"): "<"
        case packed("gt"): ">"
        case packed("quot"): "\""
        case packed("apos"): "'"
        case packed("nbsp"): "\u{a0}"
        default: nil
        }
    }

    private static func packed(_ name: StaticString) -> UInt64 {
        name.withUTF8Buffer { bytes in
            // SAFETY: the bytes of a literal.
            let letters = unsafe Span(_unsafeElements: bytes)
            var value: UInt64 = 0
            for index in letters.indices { value = value << 8 | UInt64(letters[index]) }
            return value
        }
    }
}

/// Up to `Limits.entityBytesMax` bytes that were read but not yet taken, first in, first out.
private struct Lookahead {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private(set) var count = 0

    subscript(index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: index < 8 ? low >> (8 * index) : high >> (8 * (index - 8)))
    }

    mutating func append(_ byte: UInt8) {
        precondition(count < Limits.entityBytesMax, "no more is read ahead than an entity")
        if count < 8 {
            low |= UInt64(byte) << (8 * count)
        } else {
            high |= UInt64(byte) << (8 * (count - 8))
        }
        count += 1
    }

    mutating func drop(_ dropped: Int) {
        precondition(dropped <= count, "only what was read is dropped")
        for _ in 0..<dropped {
            low = low >> 8 | high << 56
            high >>= 8
        }
        count -= dropped
    }
}
