/// The name of one entry in a directory: 1 to 127 bytes, without `/` and zero bytes, never `.` or
/// `..`. Held in place with its closing zero, so that making and using one allocates nothing.
@safe public struct FileName: Equatable, Sendable, ExpressibleByStringLiteral {
    private typealias Words = (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
    )

    private var words: Words = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    /// The length in bytes, without the closing zero.
    public private(set) var count = 0

    /// A copy of `bytes`; nil when they are no name of an entry, or too many.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count > 0, bytes.count <= FileLimits.nameBytesMax else { return nil }
        for index in bytes.indices {
            guard bytes[index] != 0, bytes[index] != UInt8(ascii: "/") else { return nil }
            append(bytes[index])
        }
        guard !(bytes[0] == UInt8(ascii: ".") && (count == 1 || self == "..")) else { return nil }
    }

    /// The name in the source code; traps when it is none.
    public init(stringLiteral text: StaticString) {
        // SAFETY: a literal's bytes live as long as the program.
        let bytes = unsafe Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
        precondition(bytes.count > 0 && bytes.count <= FileLimits.nameBytesMax, "a file name fits")
        for index in bytes.indices { append(bytes[index]) }
    }

    /// A new name for a temporary file: `.tmp-` and 16 random hexadecimal digits.
    static func temporary() -> FileName {
        var name = temporaryPrefix
        var random = UInt64.random(in: .min ... .max)
        for _ in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: random & 15)
            name.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            random >>= 4
        }
        return name
    }

    /// Whether the name is one that `temporary` gives.
    var isTemporary: Bool {
        count == Self.temporaryPrefix.count + 16
            && withBytes { mine in
                Self.temporaryPrefix.withBytes { prefix in
                    prefix.indices.allSatisfy { index in mine[index] == prefix[index] }
                }
            }
    }

    private static let temporaryPrefix: FileName = ".tmp-"

    private mutating func append(_ byte: UInt8) {
        let position = count
        unsafe withUnsafeMutableBytes(of: &words) { raw in
            // SAFETY: callers keep `position` below 127, so the last byte stays zero.
            unsafe raw[position] = byte
        }
        count += 1
    }

    /// Lends the bytes of the name while `body` runs. Allocates nothing.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBytes(of: words) { (raw) throws(Failure) -> Result in
            // SAFETY: the first `count` <= 127 bytes of the words, which live through the call.
            let bytes = unsafe raw.bindMemory(to: UInt8.self).extracting(..<count)
            return try body(unsafe Span(_unsafeElements: bytes))
        }
    }

    /// Lends the name as a C string while `body` runs. Allocates nothing.
    @unsafe func withCString<Result: ~Copyable>(
        _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        unsafe withUnsafeBytes(of: words) { raw in
            // SAFETY: 128 bytes of which the last is zero, so the string ends inside.
            unsafe body(raw.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
    }

    /// Whether both name the same entry, byte for byte.
    public static func == (left: FileName, right: FileName) -> Bool {
        left.count == right.count
            && left.withBytes { one in
                right.withBytes { other in
                    one.indices.allSatisfy { index in one[index] == other[index] }
                }
            }
    }
}
