public import NotificationPipeline

/// The public key of a Lightning node: 33 bytes, kept as 66 hexadecimal digits in lower case.
public struct NodeID: Hashable, Sendable {
    /// The digits.
    public let hex: BoundedText

    /// The key of these digits; nil when they are not 66, or not those of a compressed point.
    public init?(hex digits: Span<UInt8>) {
        guard digits.count == 66, digits[0] == UInt8(ascii: "0"),
            digits[1] == UInt8(ascii: "2") || digits[1] == UInt8(ascii: "3"),
            let hex = lowercaseDigits(digits)
        else { return nil }
        self.hex = hex
    }

    /// The key of these digits; nil when they are none.
    public init?(hex digits: String) {
        guard let text = BoundedText(digits),
            let found = text.withBytes({ bytes in NodeID(hex: bytes) })
        else { return nil }
        self = found
    }

    /// Whoever has the same digits is the same.
    public func hash(into hasher: inout Hasher) {
        hashDigits(hex, into: &hasher)
    }
}

private func lowercaseDigits(_ digits: Span<UInt8>) -> BoundedText? {
    var hex = BoundedText()
    for index in digits.indices {
        switch digits[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
            hex.append(digits[index])
        case UInt8(ascii: "A")...UInt8(ascii: "F"): hex.append(digits[index] | 0x20)
        default: return nil
        }
    }
    return hex
}

private func hashDigits(_ hex: BoundedText, into hasher: inout Hasher) {
    hex.withBytes { digits in
        for index in digits.indices { hasher.combine(digits[index]) }
    }
}
