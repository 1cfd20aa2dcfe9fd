import CommandSupport
import NotificationPipeline
import Threading

/// `--audit` of the filter: what the stages of this run cost, all threads together.
final class FilterAudit: Sendable {
    let meter: AllocationMeter
    private let cap: Int
    private let costs = Mutex([StageCost](repeating: StageCost(), count: Stage.allCases.count))

    init(_ meter: AllocationMeter, cap: Int) {
        self.meter = meter
        self.cap = cap
    }

    /// Adds what one thread measured.
    func add(_ stages: StageMeter) {
        costs.withLock { costs in
            for stage in Stage.allCases { costs[stage.rawValue].add(stages[stage]) }
        }
    }

    /// Says on standard error what was measured; false when the memory was above the cap.
    func report() -> Bool {
        let memory = MemoryUse.ofProcess() ?? MemoryUse()
        var text = FilterAudit.row("stage", "pushes", "allocations", "bytes", "peak", "time a push")
        for (stage, cost) in zip(Stage.allCases, costs.withLock { costs in costs })
        where cost.entries > 0 {
            let nanoseconds = cost.nanoseconds / cost.entries
            text += FilterAudit.row(
                "\(stage.name)", "\(cost.entries)", "\(cost.allocations)", "\(cost.bytes)",
                "\(cost.peak)", "\(nanoseconds / 1000).\(nanoseconds % 1000 / 100) µs")
        }
        let isWithinCap = memory.peakResident <= cap
        text +=
            "peak resident memory \(memory.peakResident / 1024) KiB, anonymous "
            + "\(memory.anonymous / 1024) KiB, cap \(cap / 1024) KiB: "
            + (isWithinCap ? "below it\n" : "ABOVE it\n")
        System.write(text, to: 2)
        return isWithinCap
    }

    private static func row(_ name: String, _ columns: String...) -> String {
        let cells = columns.map { column in
            String(repeating: " ", count: max(1, 13 - column.count)) + column
        }
        let padding = String(repeating: " ", count: max(0, 9 - name.count))
        return name + padding + cells.joined() + "\n"
    }
}
