import Simulation

/// What is said of a row of the matrix. Whole numbers only, in a fixed order.
struct MatrixReport {
    let row: Matrix.Row

    /// For people: what stands above the lines.
    static let heading =
        "                                             received within 15 s   peers connected "
        + "   silent pushes\n"
        + "row                                 received all three  no measure median   9 in 10   "
        + "woken    completed"

    /// For people: a line, and one more for each expectation that was not met.
    var line: String {
        let tally = row.tally
        var text = row.hasPassed ? "ok      " : "FAILED  "
        text = "\(text)\(row.scenario.name)"
        text += String(repeating: " ", count: max(1, 36 - text.count))
        let received = Share(part: tally.received, whole: tally.stories)
        text += padded(MatrixReport.percent(received), 9)
        text += padded(MatrixReport.percent(tally.success), 11)
        text += padded(MatrixReport.percent(row.success[0]), 11)
        text += padded(milliseconds(50), 9) + padded(milliseconds(90), 10)
        text += padded(MatrixReport.percent(wakes), 9)
        text += MatrixReport.percent(completed)
        for expectation in row.expectations where !expectation.isMet {
            text += "\n        not so: \(expectation.name)"
        }
        for breach in Breach.allCases where tally.count(of: breach) > 0 {
            text += "\n        \(tally.count(of: breach)) times: \(breach.name)"
        }
        return text
    }

    /// For programs.
    var json: String {
        let tally = row.tally
        var text = "{\"scenario\":\"\(row.scenario.name)\""
        text += ",\"expected\":\"\(row.scenario.expected)\""
        text += ",\"passed\":\(row.hasPassed),\"trials\":\(tally.stories)"
        text += ",\"received\":\(tally.received),\"receivedWithin15s\":\(tally.successes)"
        text += ",\"successWithin15s\":\(rate(tally.success))"
        text += ",\"receivedUnattended\":\(tally.receivedUnattended)"
        text += ",\"seenBySender\":\(tally.seenBySender)"
        text += ",\"coldStartToConnectedMs\":{\"count\":\(tally.connected.count)"
        text += ",\"p50\":\(number(tally.connected.percentile(50)))"
        text += ",\"p90\":\(number(tally.connected.percentile(90)))}"
        text += ",\"silentPushes\":\(tally.silentHanded),\"wakes\":\(tally.wakes)"
        text += ",\"backgroundCompletionRate\":\(rate(completed))"
        text += ",\"backgroundReceiveRate\":\(rate(silentReceived))"
        text += ",\"alertShownRate\":\(rate(tally.alertShown))"
        text += ",\"promptlyOpenedCompletionRate\":\(rate(tally.promptlyOpened))"
        text += ",\"successWithin15sBy\":{"
        text += zip(Measures.combinations, row.success).map { measures, share in
            "\"\(measures.name)\":\(rate(share))"
        }.joined(separator: ",")
        text += "},\"checks\":{"
        text += row.expectations.map { expectation in
            "\"\(expectation.name)\":\(expectation.isMet)"
        }.joined(separator: ",")
        text += "},\"breaches\":{"
        text += Breach.allCases.filter { breach in tally.count(of: breach) > 0 }.map { breach in
            "\"\(breach.name)\":\(tally.count(of: breach))"
        }.joined(separator: ",")
        return text + "}}"
    }

    /// Silent pushes that were completed before the system took the process away.
    private var completed: Share {
        Share(part: row.tally.silentCompleted, whole: row.tally.silentHanded)
    }

    private var silentReceived: Share {
        Share(part: row.tally.silentReceived, whole: row.tally.silentHanded)
    }

    private var wakes: Share { Share(part: row.tally.wakes, whole: row.tally.stories) }

    /// With one digit behind the point, or a dash.
    static func percent(_ share: Share) -> String {
        guard let parts = share.tenThousandths else { return "–" }
        let thousandths = (parts + 5) / 10
        return "\(thousandths / 10).\(thousandths % 10) %"
    }

    private func milliseconds(_ percent: Int) -> String {
        row.tally.connected.percentile(percent).map { "\($0) ms" } ?? "–"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "null" }

    /// From 0 to 1, with four digits.
    private func rate(_ share: Share) -> String {
        guard let parts = share.tenThousandths else { return "null" }
        let digits = "\(parts % 10_000 + 10_000)".dropFirst()
        return "\(parts / 10_000).\(digits)"
    }
}
