import Glibc
import NotificationPipeline

/// What a stage cost, summed over the payloads that entered it.
struct StageCost: Equatable {
    /// How often it was entered.
    var entries: UInt64 = 0
    /// Calls that took memory from the heap, and the bytes they took.
    var allocations: UInt64 = 0
    var bytes: UInt64 = 0
    /// The most that was taken and not yet given back at once, in bytes.
    var peak: Int64 = 0
    var nanoseconds: UInt64 = 0

    mutating func add(_ other: StageCost) {
        entries += other.entries
        allocations += other.allocations
        bytes += other.bytes
        peak = max(peak, other.peak)
        nanoseconds += other.nanoseconds
    }
}

/// Measures the stages of payloads that go through one pipeline on one thread. Allocates nothing
/// while it measures.
struct StageMeter: StageObserver {
    private let meter: AllocationMeter
    /// The stage to allocate in, for a control that the audit fails then.
    private let spoiled: Stage?
    private var costs = [StageCost](repeating: StageCost(), count: Stage.allCases.count)
    private var current: Stage?
    private var before = Allocations()
    private var since: UInt64 = 0

    init(_ meter: AllocationMeter, spoiled: Stage? = nil) {
        self.meter = meter
        self.spoiled = spoiled
    }

    /// The costs of a stage so far.
    subscript(stage: Stage) -> StageCost { costs[stage.rawValue] }

    mutating func enter(_ stage: Stage, _ best: borrowing Notification) {
        enter(stage)
    }

    /// Ends the stage before and begins this one.
    mutating func enter(_ stage: Stage) {
        end()
        costs[stage.rawValue].entries += 1
        current = stage
        meter.mark()
        before = meter.read()
        since = StageMeter.now()
        if stage == spoiled { meter.control() }
    }

    /// Ends the stage that is under way, if one is.
    mutating func end() {
        let now = StageMeter.now()
        let after = meter.read()
        guard let stage = current else { return }
        current = nil
        costs[stage.rawValue].add(
            StageCost(
                allocations: after.count - before.count, bytes: after.bytes - before.bytes,
                peak: after.peak - before.live, nanoseconds: now - since))
    }

    /// Monotonic time in nanoseconds.
    static func now() -> UInt64 {
        var time = timespec()
        // SAFETY: `time` is ours for the length of the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
