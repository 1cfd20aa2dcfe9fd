/// 64 bytes: what this target writes into files that processes share in place.
///
/// Numbers lie lowest byte first; the last eight bytes are the checksum of the others, so that a
/// record that was not written whole by one of us is nobody's.
struct SmallRecord {
    /// The size of every such record.
    static let size = 64
    private static let sealedCount = 56

    /// All of it.
    var bytes = InlineArray<64, UInt8>(repeating: 0)

    /// Whether nobody ever wrote it.
    var isEmpty: Bool {
        for index in bytes.indices where bytes[index] != 0 { return false }
        return true
    }

    /// The number in the `count` bytes at `offset`, at most eight.
    func number(at offset: Int, count: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in (offset..<offset + count).reversed() {
            number = number << 8 | UInt64(bytes[index])
        }
        return number
    }

    /// Writes the lowest `count` bytes of `number` at `offset`.
    mutating func put(_ number: UInt64, at offset: Int, count: Int) {
        for index in 0..<count {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))
        }
    }

    /// Writes the checksum; `kind` tells records of one meaning from those of another.
    mutating func seal(kind: UInt8) {
        put(sum(kind), at: Self.sealedCount, count: 8)
    }

    /// Whether the checksum is the one of the content.
    func isSealed(kind: UInt8) -> Bool {
        number(at: Self.sealedCount, count: 8) == sum(kind)
    }

    /// The checksum the content should have.
    func sum(_ kind: UInt8) -> UInt64 {
        Checksum.of(bytes.span.extracting(0..<Self.sealedCount), kind: kind)
    }
}
