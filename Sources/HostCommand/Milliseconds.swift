/// A length of time in whole milliseconds, also written 30s, 500ms or 2m.
struct Milliseconds: Equatable, Sendable, CustomStringConvertible {
    let count: UInt64

    init(_ count: UInt64) {
        self.count = count
    }

    /// Reads a time as people write it; nil when it is none, has no unit, or is zero.
    init?(text: String) {
        // `ms` before `s` and `m`: the longer unit is meant.
        let units: [(String, UInt64)] = [("ms", 1), ("s", 1000), ("m", 60_000)]
        guard let (unit, factor) = units.first(where: { unit, _ in text.hasSuffix(unit) }) else {
            return nil
        }
        let digits = text.dropLast(unit.count)
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt64(digits),
            number > 0
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        count = product
    }

    /// The time as people write it, in the largest unit that divides it.
    var description: String {
        if count % 60_000 == 0 { return "\(count / 60_000)m" }
        if count % 1000 == 0 { return "\(count / 1000)s" }
        return "\(count)ms"
    }
}
