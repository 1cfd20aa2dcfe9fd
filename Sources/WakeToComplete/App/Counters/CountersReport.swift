internal import ProcessCoordination

/// What was counted, for people and for programs.
public struct CountersReport: Sendable {
    private static let percents: [UInt64] = [50, 90, 99]
    private let reading: CountersReading

    /// A report of what was read.
    public init(_ reading: CountersReading) {
        self.reading = reading
    }

    /// A table: both sides together; latencies with the time that half, nine tenths and 99 hundredths
    /// of them did not exceed.
    public var text: String {
        let all = reading.all
        var lines = ["count".padded(24) + "app".aligned(12) + "extension".aligned(12)]
        for counter in Counter.allCases {
            lines.append(
                counter.words.padded(24) + String(reading.app[counter]).aligned(12)
                    + String(reading.extension[counter]).aligned(12))
        }
        lines.append("")
        lines.append(
            "milliseconds".padded(24) + "count".aligned(12)
                + CountersReport.percents.map { "p\($0)".aligned(8) }.joined())
        for latency in Latency.allCases {
            let histogram = all[latency]
            let times = CountersReport.percents.map { percent in
                (histogram.percentile(percent).map { String($0) } ?? "-").aligned(8)
            }
            lines.append(
                latency.words.padded(24) + String(histogram.count).aligned(12) + times.joined())
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line of JSON: `{"v":1,"app":{…},"extension":{…},"all":{…},"damagedPlaces":0}`.
    public var json: String {
        let sides = [
            ("app", reading.app), ("extension", reading.extension), ("all", reading.all),
        ]
        let objects = sides.map { name, values in "\"\(name)\":\(CountersReport.json(values))" }
        return "{\"v\":1," + objects.joined(separator: ",")
            + ",\"damagedPlaces\":\(reading.damaged)}\n"
    }

    private static func json(_ values: CounterValues) -> String {
        var members = Counter.allCases.map { counter in
            "\"\(counter.camelCase)\":\(values[counter])"
        }
        for latency in Latency.allCases {
            let histogram = values[latency]
            var parts = [
                "\"count\":\(histogram.count)", "\"sumMilliseconds\":\(histogram.sumMilliseconds)",
            ]
            for percent in percents {
                let time = histogram.percentile(percent).map { String($0) } ?? "null"
                parts.append("\"p\(percent)Milliseconds\":\(time)")
            }
            let classes = (0..<LatencyHistogram.classes).map { String(histogram[$0]) }
            parts.append("\"classes\":[\(classes.joined(separator: ","))]")
            members.append("\"\(latency.camelCase)Latency\":{\(parts.joined(separator: ","))}")
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// The text exposition format of Prometheus, version 0.0.4, a series a side.
    public var prometheus: String {
        var lines: [String] = []
        for counter in Counter.allCases {
            let name = "ntf_wake_\(counter.name)_total"
            lines.append("# HELP \(name) \(counter.help)")
            lines.append("# TYPE \(name) counter")
            for side in Side.allCases {
                lines.append("\(name){side=\"\(side.name)\"} \(reading[side][counter])")
            }
        }
        for latency in Latency.allCases {
            let name = "ntf_wake_\(latency.name)_latency_seconds"
            lines.append("# HELP \(name) \(latency.help)")
            lines.append("# TYPE \(name) histogram")
            for side in Side.allCases { lines += series(name, latency, side) }
        }
        lines.append("# HELP ntf_wake_damaged_places Places of the file that cannot be read.")
        lines.append("# TYPE ntf_wake_damaged_places gauge")
        lines.append("ntf_wake_damaged_places \(reading.damaged)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func series(_ name: String, _ latency: Latency, _ side: Side) -> [String] {
        let histogram = reading[side][latency]
        var (lines, sum): ([String], UInt64) = ([], 0)
        for index in 0..<LatencyHistogram.classes {
            sum.addSaturating(histogram[index])
            let bound =
                index < LatencyHistogram.bounds.count
                ? LatencyHistogram.bounds[index].thousandths : "+Inf"
            lines.append("\(name)_bucket{side=\"\(side.name)\",le=\"\(bound)\"} \(sum)")
        }
        let total = histogram.sumMilliseconds.thousandths
        lines.append("\(name)_sum{side=\"\(side.name)\"} \(total)")
        lines.append("\(name)_count{side=\"\(side.name)\"} \(sum)")
        return lines
    }
}

extension Counter {
    fileprivate var words: String { String(describing: name).replacingUnderscores }
    fileprivate var camelCase: String { String(describing: self) }
    fileprivate var help: StaticString {
        switch self {
        case .silentPushReceived: "Silent pushes that arrived."
        case .handlerStarted: "Silent pushes that began the work."
        case .received: "Silent pushes whose payment was received in the background."
        case .fellBackToAlert: "Silent pushes whose payment was left to the alert."
        case .tapped: "Notifications that were tapped."
        case .tapCompleted: "Taps after which the node was connected and synchronised."
        case .paymentExpired: "Screens that waited for a payment in vain."
        }
    }
}

extension Latency {
    fileprivate var words: String { String(describing: name).replacingUnderscores }
    fileprivate var camelCase: String { String(describing: self) }
    fileprivate var help: StaticString {
        switch self {
        case .nodeStart: "From a node being wanted until it was started."
        case .connected: "From a node being wanted until its peers were connected."
        case .received: "From a payment being waited for until it was received."
        }
    }
}

extension UInt64 {
    /// A number of thousandths as a decimal number: 1500 is 1.5.
    fileprivate var thousandths: String {
        let (whole, rest) = quotientAndRemainder(dividingBy: 1_000)
        guard rest > 0 else { return String(whole) }
        var digits = String(1_000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension String {
    fileprivate var replacingUnderscores: String { split(separator: "_").joined(separator: " ") }

    /// With spaces behind it up to `width`.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - utf8.count))
    }

    /// With spaces before it up to `width`, one at least.
    fileprivate func aligned(_ width: Int) -> String {
        String(repeating: " ", count: Swift.max(1, width - utf8.count)) + self
    }
}
