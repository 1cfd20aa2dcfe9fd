import NotificationPipeline

/// The bytes that `text` spells in hex; spaces do not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { character in !character.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { index in
        UInt8(digits[index] << 4 | digits[index + 1])
    }
}

extension Array where Element == UInt8 {
    /// The bytes with one bit turned over.
    func flipping(bit: Int) -> [UInt8] {
        var copy = self
        copy[bit / 8] ^= 1 << UInt8(bit % 8)
        return copy
    }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    /// What a refused call must have replaced, or left, as the test says.
    static func noise(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xa5, count: count) }
}

/// A result, or why there is none, and what then lay in the target.
enum Attempt: Equatable {
    case done([UInt8])
    case refused(OpeningError, left: [UInt8])
}

/// Calls `body` on a target of `count` noisy bytes.
func attempt(
    _ count: Int, _ body: (inout MutableSpan<UInt8>) throws(OpeningError) -> Void
) -> Attempt {
    var target = [UInt8].noise(count)
    do throws(OpeningError) {
        var span = target.mutableSpan
        try body(&span)
    } catch {
        return .refused(error, left: target)
    }
    return .done(target)
}

/// A small generator with a seed, so that every run is the same run (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
