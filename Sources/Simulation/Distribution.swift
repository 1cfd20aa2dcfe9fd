/// Lengths of time as chance deals them out: straight lines between six places of the quantile
/// function. Whole microseconds, so that every machine deals out the same.
public struct Distribution: Equatable, Sendable {
    /// Of a million draws, how many lie below each of the six.
    private static let places: InlineArray<6, Int64> = [
        0, 100_000, 500_000, 900_000, 990_000, 1_000_000,
    ]

    private var values: InlineArray<6, Int64>

    /// In milliseconds: the least, what one in ten, half, nine in ten and 99 in a hundred stay below,
    /// and the most. Traps when they do not rise.
    public init(
        least: Int64, tenth: Int64, half: Int64, nineTenths: Int64, ninetyNine: Int64, most: Int64
    ) {
        precondition(
            0 <= least && least <= tenth && tenth <= half && half <= nineTenths
                && nineTenths <= ninetyNine && ninetyNine <= most, "quantiles rise")
        values = [
            least * 1000, tenth * 1000, half * 1000, nineTenths * 1000, ninetyNine * 1000,
            most * 1000,
        ]
    }

    /// Always the same.
    public init(milliseconds: Int64) {
        self.init(
            least: milliseconds, tenth: milliseconds, half: milliseconds,
            nineTenths: milliseconds, ninetyNine: milliseconds, most: milliseconds)
    }

    /// One length of time.
    func draw(_ dice: inout Die) -> Duration {
        let place = dice.below(1_000_000)
        var index = 0
        while index < 4, place >= Distribution.places[index + 1] { index += 1 }
        let (from, to) = (Distribution.places[index], Distribution.places[index + 1])
        let span = values[index + 1] - values[index]
        return .microseconds(values[index] + span * (place - from) / (to - from))
    }

    /// Whether both deal out the same.
    public static func == (left: Distribution, right: Distribution) -> Bool {
        left.values.indices.allSatisfy { index in left.values[index] == right.values[index] }
    }
}

/// Random numbers that are the same for the same beginning (SplitMix64).
struct Die: RandomNumberGenerator {
    private var state: UInt64

    init(_ beginning: UInt64) {
        state = beginning
    }

    /// The next number.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Die.mixed(state)
    }

    /// A number from 0 up to, but not, `bound`; the tiny preference for low ones does not matter here.
    mutating func below(_ bound: Int64) -> Int64 {
        Int64(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True so many times in a thousand.
    mutating func happens(_ perMille: Int64) -> Bool {
        below(1000) < perMille
    }

    /// All bits of a number in all bits of another.
    static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// What is left to chance, each with a die of its own: so that a measure that is switched off leaves
/// everything else as it was, and two runs differ by what the measure does alone.
enum Role: Int {
    case network, route, alert, silent, system, launch, user, node, stop, lease, hint, jitter
    static let count = 12
}

/// The dice of one trial.
struct Dice {
    private var dice = InlineArray<12, Die>(repeating: Die(0))

    /// The same for the same seed and trial.
    init(seed: UInt64, trial: Int) {
        let beginning = Die.mixed(seed &+ 0x9e37_79b9_7f4a_7c15) ^ UInt64(trial)
        for role in 0..<Role.count {
            dice[role] = Die(Die.mixed(beginning &* 0x2545_f491_4f6c_dd1d &+ UInt64(role)))
        }
    }

    /// One of them.
    subscript(role: Role) -> Die {
        get { dice[role.rawValue] }
        set { dice[role.rawValue] = newValue }
    }

    /// A length of time.
    mutating func draw(_ distribution: Distribution, _ role: Role) -> Duration {
        distribution.draw(&dice[role.rawValue])
    }

    /// True so many times in a thousand.
    mutating func happens(_ perMille: Int64, _ role: Role) -> Bool {
        dice[role.rawValue].happens(perMille)
    }
}
