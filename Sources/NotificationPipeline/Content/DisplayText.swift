/// Text from a message, made fit to be shown: at most `Limits.displayTextBytesMax` bytes of UTF-8
/// held in place, without anything that hides, reorders or overflows. Empty when nothing was left.
///
/// - White space of any kind and length is one space; there is none at the ends.
/// - Invalid UTF-8 is U+FFFD.
/// - Left out: control characters; format characters, among them all that change the direction of
///   text; invisible ones; tags, also those of flags, since hidden text is made of them; unassigned
///   and private ones.
/// - A joiner (U+200C, U+200D) stays only directly between two others that are not ASCII: emoji
///   sequences and the scripts that need joiners.
/// - A variation selector stays only directly behind what it selects from. Of combining marks and
///   selectors, `Limits.combiningMarksMax` stay on each letter; marks without a letter go.
/// - There is no markup: tags of HTML are text.
@safe public struct DisplayText: Equatable, Sendable {
    private typealias Eight = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    private typealias Words = (Eight, Eight, Eight, Eight, Eight, Eight, Eight, Eight)

    private var words: Words
    /// The length in bytes, at most `Limits.displayTextBytesMax`.
    public private(set) var count = 0

    /// The empty text.
    public init() {
        let none: Eight = (0, 0, 0, 0, 0, 0, 0, 0)
        words = (none, none, none, none, none, none, none, none)
    }

    /// What `next` gives, made fit to be shown. Allocates nothing, but for what the runtime keeps
    /// of these types after the first call.
    ///
    /// What is too long ends in "…" behind its last whole character that fits; empty when not even
    /// the first one does.
    /// - Parameters:
    ///   - next: gives the bytes of the text, then nil. It is not called again after nil, nor more
    ///     than `Limits.displaySourceBytesMax` times: there, the text counts as too long.
    ///   - bytesMax: the longest result, at most `Limits.displayTextBytesMax`.
    ///   - decodesEntities: whether `&amp;` `&lt;` `&gt;` `&quot;` `&apos;` `&nbsp;` and numbers
    ///     (`&#39;`, `&#x27;`) are decoded, once; any other entity stays as it is.
    public init(cleaning next: () -> UInt8?, bytesMax: Int, decodesEntities: Bool) {
        self.init()
        var reader = ScalarReader(decodesEntities: decodesEntities)
        var cleaner = TextCleaner(bytesMax: min(bytesMax, Limits.displayTextBytesMax))
        while let scalar = reader.next(next) {
            guard cleaner.take(scalar, into: &self) else {
                cleaner.cut(&self)
                return
            }
        }
        if reader.isExhausted { cleaner.cut(&self) }
    }

    /// Whether there is no text at all.
    public var isEmpty: Bool { count == 0 }

    /// Adds a scalar. Traps when the text is full: callers check the length first.
    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in scalar.utf8 { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        precondition(count < Limits.displayTextBytesMax, "a text to show has 512 bytes at most")
        let position = count
        unsafe withUnsafeMutableBytes(of: &words) { raw in
            // SAFETY: `position` < 512, the size of the words.
            unsafe raw[position] = byte
        }
        count += 1
    }

    /// Leaves the first bytes only, and no space behind them. `length` is where a character ends.
    mutating func shorten(to length: Int) {
        precondition(length <= count, "shortening makes shorter")
        count = length
        let endsInSpace = withBytes { bytes in bytes.count > 0 && bytes[bytes.count - 1] == 0x20 }
        if endsInSpace { count -= 1 }
    }

    /// Lends the bytes, valid UTF-8, while `body` runs. Allocates nothing.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBytes(of: words) { (raw) throws(Failure) -> Result in
            // SAFETY: the first `count` <= 512 bytes of the words, which live through the call.
            let bytes = unsafe raw.bindMemory(to: UInt8.self).extracting(..<count)
            return try body(unsafe Span(_unsafeElements: bytes))
        }
    }

    /// Whether both hold the same bytes. Not in constant time: it is shown anyway.
    public static func == (left: DisplayText, right: DisplayText) -> Bool {
        guard left.count == right.count else { return false }
        return left.withBytes { bytes in
            right.withBytes { other in
                bytes.indices.allSatisfy { index in bytes[index] == other[index] }
            }
        }
    }
}

extension String {
    /// The text as a string, for people and tests; allocates above 15 bytes.
    public init(_ text: DisplayText) {
        self = text.withBytes { bytes in String(utf8: bytes) }
    }
}
