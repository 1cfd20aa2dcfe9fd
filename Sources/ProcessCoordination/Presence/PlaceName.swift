/// A place's name, or without a place what the names of a side begin with; with a zero behind it.
struct PlaceName {
    private(set) var bytes = InlineArray<48, UInt8>(repeating: 0)
    private(set) var count = 0

    init(_ channel: PresenceChannelID, _ side: Side, _ place: Int?) {
        append("ntf.")
        for index in channel.digits.indices { append(channel.digits[index]) }
        append(side == .app ? ".app." : ".ext.")
        if let place { append(UInt8(ascii: "0") + UInt8(place)) }
    }

    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    private mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount {
            // SAFETY: the index stays below the literal's length.
            unsafe append(text.utf8Start[index])
        }
    }

    /// Lends the name as a C string while `body` runs.
    @unsafe func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        // SAFETY: 48 bytes that live through the call; no name is longer than 44, so a zero is behind.
        unsafe bytes.span.withUnsafeBytes { bytes in
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
    }
}
