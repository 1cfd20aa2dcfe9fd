import CommandSupport
import NotificationPipeline

extension AuditReport {
    /// For the terminal.
    var text: String {
        var lines = [
            "the meter counts: its control took 1 allocation", "",
            row("", "first push", "", "", "after it", "", "", ""),
            row("", "allocations", "bytes", "peak", "allocations", "bytes", "a push", "budget"),
        ]
        for kind in kinds {
            lines.append("\(kind.kind.rawValue), \(kind.kind.explanation)")
            lines.append(
                row(
                    "  (set-up)", "\(kind.setUp.allocations)", "\(kind.setUp.bytes)",
                    "\(kind.setUp.peak)", "", "", "", ""))
            for stage in Stage.allCases { lines.append(row(kind, stage)) }
        }
        let margin = memoryCap - memory.peakResident
        lines += [
            "",
            "peak resident memory \(kibibytes(memory.peakResident)), anonymous "
                + "\(kibibytes(memory.anonymous)), cap \(kibibytes(memoryCap)), "
                + (margin >= 0
                    ? "margin \(kibibytes(margin))" : "over it by \(kibibytes(-margin))"),
            isWithinBudget ? "every stage keeps its budget" : "NOT every stage keeps its budget",
        ]
        return lines.joined(separator: "\n")
    }

    private func row(_ kind: Kind, _ stage: Stage) -> String {
        let (first, steady) = (kind.first[stage.rawValue], kind.steady[stage.rawValue])
        let budget = "\(kind.budget(stage)), \(kind.steadyBudget(stage))"
        guard first.entries + steady.entries > 0 else {
            return row("  \(stage.name)", "-", "-", "-", "-", "-", "-", budget)
        }
        return row(
            "  \(stage.name)", "\(first.allocations)", "\(first.bytes)", "\(first.peak)",
            "\(steady.allocations)", "\(steady.bytes)", kind.microseconds(stage),
            budget + (kind.isWithinBudget(stage) ? "  ok" : "  OVER"))
    }

    private func row(_ name: String, _ columns: String...) -> String {
        let widths = [12, 9, 9, 12, 7, 11, 10]
        let cells = zip(columns, widths).map { text, width in
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        let padding = String(repeating: " ", count: max(0, 12 - name.count))
        return trimmed(name + padding + cells.joined())
    }

    private func trimmed(_ line: String) -> String {
        String(line.reversed().drop { character in character == " " }.reversed())
    }

    func kibibytes(_ bytes: Int) -> String { "\(bytes / 1024) KiB" }
}

extension AuditReport.Kind {
    /// The time of a stage for each push, as people read it.
    func microseconds(_ stage: Stage) -> String {
        let nanoseconds = steady[stage.rawValue].nanoseconds / UInt64(pushes)
        return "\(nanoseconds / 1000).\(nanoseconds % 1000 / 100) µs"
    }
}

extension AuditReport {
    /// One JSON object, for other tools.
    var json: String {
        let kinds = kinds.map { kind in
            let stages = Stage.allCases.map { stage in
                let (first, steady) = (kind.first[stage.rawValue], kind.steady[stage.rawValue])
                return
                    #"{"stage":"\#(stage.name)","first":\#(first.json),"steady":\#(steady.json),"#
                    + #""budget":{"first":\#(kind.budget(stage)),"steady":\#(kind.steadyBudget(stage))},"#
                    + #""ok":\#(kind.isWithinBudget(stage))}"#
            }
            return #"{"kind":"\#(kind.kind.rawValue)","pushes":\#(kind.pushes),"#
                + #""setUp":\#(kind.setUp.json),"stages":[\#(stages.joined(separator: ","))]}"#
        }
        return #"{"control":1,"kinds":[\#(kinds.joined(separator: ","))],"#
            + #""memory":{"peakRSS":\#(memory.peakResident),"anonymous":\#(memory.anonymous),"#
            + #""cap":\#(memoryCap)},"ok":\#(isWithinBudget)}"#
    }
}

extension StageCost {
    var json: String {
        #"{"entries":\#(entries),"allocations":\#(allocations),"bytes":\#(bytes),"peak":\#(peak),"#
            + #""nanoseconds":\#(nanoseconds)}"#
    }
}
