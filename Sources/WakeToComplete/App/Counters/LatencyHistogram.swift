/// How long something took, how often: 15 classes with fixed bounds and one for all that is longer.
public struct LatencyHistogram: Equatable, Sendable {
    /// The upper bounds of the classes, in milliseconds, each included; the last class has none.
    public static let bounds: [UInt64] = [
        50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000,
        30_000,
    ]
    /// Classes, the one without a bound included.
    public static var classes: Int { 16 }

    var counts = InlineArray<16, UInt64>(repeating: 0)
    /// The sum of all, in milliseconds.
    public internal(set) var sumMilliseconds: UInt64 = 0

    /// Nothing was measured.
    public init() {}

    /// How often.
    public var count: UInt64 {
        var sum: UInt64 = 0
        for index in counts.indices { sum = sum.addingSaturating(counts[index]) }
        return sum
    }

    /// How often the class of that index was met.
    public subscript(index: Int) -> UInt64 { counts[index] }

    /// The class of a time; one that is negative is in the first.
    static func index(milliseconds: UInt64) -> Int {
        var index = 0
        while index < bounds.count, milliseconds > bounds[index] { index += 1 }
        return index
    }

    /// Adds a time, rounded down to milliseconds.
    public mutating func add(_ time: Duration) {
        let milliseconds = time.wholeMilliseconds
        counts[LatencyHistogram.index(milliseconds: milliseconds)].addSaturating(1)
        sumMilliseconds.addSaturating(milliseconds)
    }

    /// Adds everything another one holds.
    public mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index].addSaturating(other.counts[index]) }
        sumMilliseconds.addSaturating(other.sumMilliseconds)
    }

    /// The time that `percent` of all did not exceed, in milliseconds, as if the times of a class were
    /// spread evenly over it; nil when nothing was measured. Of the last class it is the lower bound.
    public func percentile(_ percent: UInt64) -> UInt64? {
        let total = count
        guard total > 0 else { return nil }
        // The rank, rounded up: the first of one is the one.
        let hundredfold = total.multipliedFullWidth(by: min(percent, 100))
        let (quotient, remainder) = UInt64(100).dividingFullWidth(hundredfold)
        let rank = max(1, quotient + (remainder == 0 ? 0 : 1))
        var before: UInt64 = 0
        for index in counts.indices {
            let here = counts[index]
            if here > 0, rank - before <= here {
                let lower = index == 0 ? 0 : LatencyHistogram.bounds[index - 1]
                guard index < LatencyHistogram.bounds.count else { return lower }
                let width = LatencyHistogram.bounds[index] - lower
                let product = width.multipliedFullWidth(by: rank - before)
                return lower + here.dividingFullWidth(product).quotient
            }
            before = before.addingSaturating(here)
        }
        return LatencyHistogram.bounds.last
    }

    /// Whether both hold the same.
    public static func == (left: LatencyHistogram, right: LatencyHistogram) -> Bool {
        left.sumMilliseconds == right.sumMilliseconds
            && left.counts.indices.allSatisfy { index in left.counts[index] == right.counts[index] }
    }
}

extension UInt64 {
    /// The sum, or the largest number there is.
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// Adds, up to the largest number there is.
    mutating func addSaturating(_ other: UInt64) {
        self = addingSaturating(other)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down; 0 for what is negative.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (milliseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return .max }
        return milliseconds.addingSaturating(UInt64(attoseconds / 1_000_000_000_000_000))
    }
}
