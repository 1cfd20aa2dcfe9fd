/// Up to 128 bytes of text held in place: no heap, no reference, freely copied.
///
/// What the app may see of a message is kept in these, so that a payload costs no allocation.
/// (`InlineArray` would do the same but needs iOS 26.)
@safe public struct BoundedText: Equatable, Sendable {
    private typealias Words = (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
    )

    private var words: Words = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    /// The length in bytes, at most `Limits.fieldBytesMax`.
    public private(set) var count = 0

    /// The empty text.
    public init() {}

    /// A copy of `bytes`, or nil when there are more than `Limits.fieldBytesMax`.
    public init?(_ bytes: Span<UInt8>) {
        guard append(bytes) else { return nil }
    }

    /// A copy of `text`, or nil when it is longer than `Limits.fieldBytesMax` bytes of UTF-8.
    public init?(_ text: String) {
        guard text.utf8.count <= Limits.fieldBytesMax else { return nil }
        for byte in text.utf8 { append(byte) }
    }

    /// A number in decimal.
    init(decimal signed: Int64) {
        let number = signed.magnitude
        if signed < 0 { append(UInt8(ascii: "-")) }
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Whether there is no text at all.
    public var isEmpty: Bool { count == 0 }

    /// Adds one byte. Traps when the text is full: callers check the length first.
    public mutating func append(_ byte: UInt8) {
        precondition(count < Limits.fieldBytesMax, "a bounded text has 128 bytes at most")
        let position = count
        unsafe withUnsafeMutableBytes(of: &words) { raw in
            // SAFETY: `position` < 128, the size of the words.
            unsafe raw[position] = byte
        }
        count += 1
    }

    /// Adds bytes, all of them or none; false when they do not fit.
    public mutating func append(_ more: Span<UInt8>) -> Bool {
        guard more.count <= Limits.fieldBytesMax - count else { return false }
        let start = count
        unsafe withUnsafeMutableBytes(of: &words) { target in
            unsafe more.withUnsafeBytes { source in
                // SAFETY: `more.count` bytes are free behind `start`, checked above.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...])
                    .copyMemory(from: source)
            }
        }
        count += more.count
        return true
    }

    /// The text with its hex digits in lower case: they are a number, and case is no part of it.
    var lowercasedHex: BoundedText {
        withBytes { bytes in
            var lower = BoundedText()
            for index in bytes.indices { lower.append(lowercaseHex(bytes[index])) }
            return lower
        }
    }

    /// Whether the text is these bytes.
    func equals(_ bytes: Span<UInt8>) -> Bool {
        guard count == bytes.count else { return false }
        return withBytes { mine in
            mine.indices.allSatisfy { index in mine[index] == bytes[index] }
        }
    }

    /// Lends the bytes while `body` runs. Allocates nothing.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBytes(of: words) { (raw) throws(Failure) -> Result in
            // SAFETY: the first `count` <= 128 bytes of the words, which live through the call.
            let bytes = unsafe raw.bindMemory(to: UInt8.self).extracting(..<count)
            return try body(unsafe Span(_unsafeElements: bytes))
        }
    }

    /// Whether both hold the same bytes. Not in constant time: nothing secret is kept in these.
    public static func == (left: BoundedText, right: BoundedText) -> Bool {
        // Bytes behind `count` are always zero, so the words compare as a whole.
        right.withBytes { other in left.equals(other) }
    }
}

extension String {
    /// The text as a string, for people and tests; allocates above 15 bytes.
    public init(_ text: BoundedText) {
        self = text.withBytes { bytes in String(utf8: bytes) }
    }

    /// A copy of UTF-8 bytes that are no secret, for people and tests. Allocates.
    public init(utf8 bytes: Span<UInt8>) {
        unsafe self.init(unsafeUninitializedCapacity: bytes.count) { target in
            // SAFETY: the target has room for `bytes.count` bytes.
            for index in bytes.indices { unsafe target[index] = bytes[index] }
            return bytes.count
        }
    }
}
