/// The SHA-256 of a payment's preimage: what the parts of one payment have in common.
public struct PaymentHash: Equatable, Sendable {
    /// Its length in bytes.
    public static let byteCount = 32

    /// The bytes in the machine's order, as they lie in the shared file.
    let words: InlineArray<4, UInt64>

    /// A copy of `bytes`; nil unless there are 32.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        words = InlineArray { word in
            var value: UInt64 = 0
            for index in 0..<8 { value |= UInt64(bytes[word * 8 + index]) << UInt64(8 * index) }
            return value
        }
    }

    init(words: InlineArray<4, UInt64>) {
        self.words = words
    }

    /// Its bytes.
    public var bytes: InlineArray<32, UInt8> {
        InlineArray { index in
            UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(index % 8 * 8))
        }
    }

    /// Whether all 32 bytes are the same.
    public static func == (left: PaymentHash, right: PaymentHash) -> Bool {
        left.words.indices.allSatisfy { index in left.words[index] == right.words[index] }
    }
}
