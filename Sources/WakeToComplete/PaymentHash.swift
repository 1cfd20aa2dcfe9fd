public import NotificationPipeline

/// The 32 bytes that name a Lightning payment: its hash, or the id a node gives it. Held in place.
public struct PaymentHash: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// From 64 hex digits in either case; nil for anything else.
    public init?(hex: BoundedText) {
        guard hex.count == 64 else { return nil }
        let isHex = hex.withBytes { bytes in
            for index in bytes.indices {
                guard let digit = PaymentHash.digit(bytes[index]) else { return false }
                append(digit)
            }
            return true
        }
        guard isHex else { return nil }
    }

    /// From 64 hex digits in either case; nil for anything else.
    public init?(hex: String) {
        guard let text = BoundedText(hex) else { return nil }
        self.init(hex: text)
    }

    /// A name made of a number: for simulations.
    public init(number: UInt64) {
        words.3 = number
    }

    /// The 64 hex digits, in lower case.
    public var hex: String {
        let all = [words.0, words.1, words.2, words.3]
        return all.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    private mutating func append(_ digit: UInt8) {
        words.0 = words.0 << 4 | words.1 >> 60
        words.1 = words.1 << 4 | words.2 >> 60
        words.2 = words.2 << 4 | words.3 >> 60
        words.3 = words.3 << 4 | UInt64(digit)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether both are the same 32 bytes.
    public static func == (left: PaymentHash, right: PaymentHash) -> Bool {
        left.words == right.words
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
