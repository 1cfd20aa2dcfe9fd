/// A size in bytes, also written 16KiB or 1MiB.
public struct ByteCount: Equatable, Sendable, CustomStringConvertible {
    /// The number of bytes, at least 1.
    public let bytes: Int

    /// A size of so many bytes.
    public init(bytes: Int) {
        self.bytes = bytes
    }

    /// Reads a size as people write it; nil when it is none, or zero.
    public init?(_ argument: String) {
        let units = [("KiB", 1024), ("MiB", 1024 * 1024), ("", 1)]
        for (unit, factor) in units where argument.hasSuffix(unit) {
            guard let count = Int(argument.dropLast(unit.count)), count > 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            bytes = product
            return
        }
        return nil
    }

    /// The size as people write it, in the largest unit that divides it.
    public var description: String {
        if bytes % (1024 * 1024) == 0 { return "\(bytes / (1024 * 1024))MiB" }
        if bytes % 1024 == 0 { return "\(bytes / 1024)KiB" }
        return "\(bytes)"
    }
}
