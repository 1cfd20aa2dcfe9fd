/// Accepts or refuses JSON (RFC 8259) one byte at a time, in constant memory.
///
/// Strict: UTF-8 validity, no lone surrogates in `\u` escapes, the number grammar, no control
/// characters in strings, at most `Limits.jsonDepthMax` open brackets. The framer and the check of
/// a whole text are both this machine, so they cannot disagree. Allocates nothing.
struct JSONAutomaton {
    private enum State {
        case value, valueOrEnd, keyOrEnd, key, colon, afterValue, done
        case string, escape, unicode, lowBackslash, lowU, utf8
        case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits
        case literal
    }

    private var state = State.value
    /// Open brackets, innermost in the lowest bit: 1 is an object, 0 an array.
    private var objects: UInt64 = 0
    private(set) var depth = 0
    private var stringIsKey = false
    /// `\u` escapes: digits still to come, the code unit so far, whether a low surrogate is due.
    private var digitsDue = 0
    private var unit: UInt16 = 0
    private var lowDue = false
    /// UTF-8: bytes still to come, and the range the next one must lie in (Unicode, table 3-7).
    private var bytesDue = 0
    private var nextLow: UInt8 = 0x80
    private var nextHigh: UInt8 = 0xbf
    /// The rest of `true`, `false` or `null`, last byte first.
    private var literalRest: UInt32 = 0

    /// Whether a whole value has been read; only white space may follow.
    var isDone: Bool { state == .done }

    /// Whether the text may end here: after a value, or inside a top-level number that is whole.
    var mayEnd: Bool {
        guard depth == 0 else { return false }
        switch state {
        case .done, .zero, .integer, .fraction, .exponentDigits: return true
        default: return false
        }
    }

    /// Whether plain ASCII (`PlainText`) can be passed over without a change of state.
    var takesPlainText: Bool { state == .string }

    /// Takes the next byte; false when no JSON text can go on like this.
    mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .string, .escape, .unicode, .lowBackslash, .lowU, .utf8: return takeInString(byte)
        case .minus, .zero, .integer, .point, .fraction, .exponent, .exponentSign, .exponentDigits:
            return takeInNumber(byte)
        case .literal:
            guard byte == UInt8(truncatingIfNeeded: literalRest) else { return false }
            literalRest >>= 8
            if literalRest == 0 { endValue() }
            return true
        case .value, .valueOrEnd, .keyOrEnd, .key, .colon, .afterValue, .done:
            return takeBetween(byte)
        }
    }

    private mutating func takeBetween(_ byte: UInt8) -> Bool {
        if byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { return true }
        switch (state, byte) {
        case (.valueOrEnd, UInt8(ascii: "]")): return close(object: false)
        case (.value, _), (.valueOrEnd, _): return startValue(byte)
        case (.keyOrEnd, UInt8(ascii: "}")): return close(object: true)
        case (.keyOrEnd, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")):
            stringIsKey = true
            state = .string
            return true
        case (.colon, UInt8(ascii: ":")):
            state = .value
            return true
        case (.afterValue, UInt8(ascii: ",")):
            state = objects & 1 == 1 ? .key : .value
            return true
        case (.afterValue, UInt8(ascii: "]")): return close(object: false)
        case (.afterValue, UInt8(ascii: "}")): return close(object: true)
        default: return false
        }
    }

    private mutating func startValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"): return open(object: true)
        case UInt8(ascii: "["): return open(object: false)
        case UInt8(ascii: "\""):
            stringIsKey = false
            state = .string
        case UInt8(ascii: "-"): state = .minus
        case UInt8(ascii: "0"): state = .zero
        case UInt8(ascii: "1")...UInt8(ascii: "9"): state = .integer
        case UInt8(ascii: "t"): startLiteral(0x65_75_72)
        case UInt8(ascii: "f"): startLiteral(0x65_73_6c_61)
        case UInt8(ascii: "n"): startLiteral(0x6c_6c_75)
        default: return false
        }
        return true
    }

    private mutating func startLiteral(_ rest: UInt32) {
        literalRest = rest
        state = .literal
    }

    private mutating func open(object: Bool) -> Bool {
        guard depth < Limits.jsonDepthMax else { return false }
        objects = objects << 1 | (object ? 1 : 0)
        depth += 1
        state = object ? .keyOrEnd : .valueOrEnd
        return true
    }

    private mutating func close(object: Bool) -> Bool {
        guard depth > 0, (objects & 1 == 1) == object else { return false }
        objects >>= 1
        depth -= 1
        endValue()
        return true
    }

    private mutating func endValue() {
        state = depth == 0 ? .done : .afterValue
    }

    private mutating func takeInNumber(_ byte: UInt8) -> Bool {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        switch (state, byte) {
        case (.minus, UInt8(ascii: "0")): state = .zero
        case (.minus, _) where isDigit: state = .integer
        case (.integer, _) where isDigit, (.fraction, _) where isDigit,
            (.exponentDigits, _) where isDigit:
            break
        case (.zero, UInt8(ascii: ".")), (.integer, UInt8(ascii: ".")): state = .point
        case (.point, _) where isDigit: state = .fraction
        case (.zero, UInt8(ascii: "e")), (.integer, UInt8(ascii: "e")),
            (.fraction, UInt8(ascii: "e")), (.zero, UInt8(ascii: "E")),
            (.integer, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "E")):
            state = .exponent
        case (.exponent, UInt8(ascii: "+")), (.exponent, UInt8(ascii: "-")): state = .exponentSign
        case (.exponent, _) where isDigit, (.exponentSign, _) where isDigit:
            state = .exponentDigits
        case (.zero, _), (.integer, _), (.fraction, _), (.exponentDigits, _):
            // The number ended with the byte before; this one belongs to what comes after it.
            endValue()
            return takeBetween(byte)
        default: return false
        }
        return true
    }
}

extension JSONAutomaton {
    private mutating func takeInString(_ byte: UInt8) -> Bool {
        switch state {
        case .escape: return takeEscape(byte)
        case .unicode: return takeHexDigit(byte)
        case .lowBackslash:
            state = .lowU
            return byte == UInt8(ascii: "\\")
        case .lowU:
            startUnicode()
            return byte == UInt8(ascii: "u")
        case .utf8:
            guard byte >= nextLow && byte <= nextHigh else { return false }
            (nextLow, nextHigh) = (0x80, 0xbf)
            bytesDue -= 1
            if bytesDue == 0 { state = .string }
            return true
        default: return takePlain(byte)
        }
    }

    private mutating func takePlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""):
            if stringIsKey { state = .colon } else { endValue() }
        case UInt8(ascii: "\\"): state = .escape
        case 0x20..<0x80: break
        case 0xc2...0xdf: startUTF8(1, 0x80, 0xbf)
        case 0xe0: startUTF8(2, 0xa0, 0xbf)
        case 0xed: startUTF8(2, 0x80, 0x9f)
        case 0xe1...0xef: startUTF8(2, 0x80, 0xbf)
        case 0xf0: startUTF8(3, 0x90, 0xbf)
        case 0xf1...0xf3: startUTF8(3, 0x80, 0xbf)
        case 0xf4: startUTF8(3, 0x80, 0x8f)
        default: return false
        }
        return true
    }

    private mutating func startUTF8(_ due: Int, _ low: UInt8, _ high: UInt8) {
        (bytesDue, nextLow, nextHigh) = (due, low, high)
        state = .utf8
    }

    private mutating func takeEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            state = .string
        case UInt8(ascii: "u"):
            lowDue = false
            startUnicode()
        default: return false
        }
        return true
    }

    private mutating func startUnicode() {
        (digitsDue, unit) = (4, 0)
        state = .unicode
    }

    private mutating func takeHexDigit(_ byte: UInt8) -> Bool {
        guard let digit = hexDigit(byte) else { return false }
        unit = unit << 4 | UInt16(digit)
        digitsDue -= 1
        guard digitsDue == 0 else { return true }
        state = .string
        switch unit {
        case 0xdc00...0xdfff where lowDue: lowDue = false
        case 0xdc00...0xdfff: return false
        case _ where lowDue: return false
        case 0xd800...0xdbff:
            lowDue = true
            state = .lowBackslash
        default: break
        }
        return true
    }
}

/// The value of a hex digit in either case, or nil. Nothing else is a hex digit.
@inline(__always) func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
