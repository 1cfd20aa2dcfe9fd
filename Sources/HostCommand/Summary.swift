import CommandSupport

/// Counts a run, in bounded memory, and says at the end what it was.
struct Summary {
    private(set) var pushes = 0
    private(set) var modified = 0
    private var reasons: [Verdict.Why: Int] = [:]
    private(set) var starts = 0
    private var kills = 0
    /// Processes that ended while no push was under way.
    private var quietEnds = 0
    private(set) var peak = Memory()
    private var latencies: [UInt64] = []
    private var latencyMax: UInt64 = 0
    /// Every how many-th latency is kept.
    private var latencyStep = 1

    /// Whether every push was shown as the extension made it.
    var isGood: Bool { modified == pushes }

    mutating func add(_ line: OutputLine) {
        pushes += 1
        if line.verdict.displayed == .modified { modified += 1 }
        reasons[line.verdict.why, default: 0] += 1
        guard line.verdict.why != .malformedPush else { return }
        latencyMax = max(latencyMax, line.latencyNanoseconds)
        if pushes % latencyStep == 0 { latencies.append(line.latencyNanoseconds) }
        if latencies.count > HostLimits.latenciesMax {
            latencies = stride(from: 0, to: latencies.count, by: 2).map { latencies[$0] }
            latencyStep *= 2
        }
    }

    mutating func addStart() {
        starts += 1
    }

    mutating func addEnd(peak: Memory, isKill: Bool, isQuiet: Bool) {
        self.peak.resident = max(self.peak.resident, peak.resident)
        self.peak.anonymous = max(self.peak.anonymous, peak.anonymous)
        if isKill { kills += 1 } else if isQuiet { quietEnds += 1 }
    }

    /// A line a subject, without the newline at the end.
    func text(memoryMax: Int, group: MemoryGroup.Version?) -> String {
        var lines = ["pushes     \(pushes): \(modified) modified\(names(.modified))"]
        if !isGood { lines[0] += ", \(pushes - modified) original\(names(.original))" }
        lines.append("processes  \(starts) started, \(kills) killed")
        if quietEnds > 0 { lines[1] += ", \(quietEnds) ended between pushes" }
        let sorted = latencies.sorted()
        if !sorted.isEmpty {
            let middle = Figures.milliseconds(sorted[(sorted.count - 1) / 2])
            let high = Figures.milliseconds(sorted[(sorted.count * 95 + 99) / 100 - 1])
            lines.append(
                "latency    median \(middle) ms, 95th percentile \(high) ms, "
                    + "largest \(Figures.milliseconds(latencyMax)) ms")
        }
        guard starts > 0 else { return lines.joined(separator: "\n") }
        let cap = Figures.mebibytes(memoryMax)
        let left = memoryMax - peak.resident
        let margin =
            left >= 0
            ? "\(Figures.mebibytes(left)) (\(left * 100 / memoryMax) %) below"
            : "\(Figures.mebibytes(-left)) above"
        lines.append(
            "resident   peak \(Figures.mebibytes(peak.resident)), \(margin) the cap of \(cap)")
        lines.append("anonymous  peak \(Figures.mebibytes(peak.anonymous))")
        let sampling = "sampling every \(HostLimits.sampleMilliseconds) ms"
        lines.append(
            "cap        held by "
                + (group.map { "a memory cgroup (\($0.rawValue)) and \(sampling)" } ?? sampling))
        return lines.joined(separator: "\n")
    }

    /// The reasons with their counts, in brackets; nothing when there is only the ordinary one.
    private func names(_ displayed: Verdict.Displayed) -> String {
        let isGood = displayed == .modified
        let good: [Verdict.Why] = [.content, .bestAttempt, .contentTwice]
        let named = Verdict.Why.allCases.filter { why in
            why != .content && good.contains(why) == isGood && reasons[why] != nil
        }
        guard !named.isEmpty else { return "" }
        let list = named.map { why in "\(why.rawValue) \(reasons[why] ?? 0)" }
        return " (\(list.joined(separator: ", ")))"
    }
}
