import CommandSupport
import Glibc

/// A picture of a run: memory over time against the cap, and below it processes, pushes and stages.
struct Plot {
    let trace: Trace
    let peak: Memory
    let memoryMax: Int

    /// The picture's measures, in its own units.
    enum Measure {
        static let width = 960.0
        static let height = 500.0
        static let left = 84.0
        static let right = 28.0
        static let top = 84.0
        static let floor = 344.0
        static let laneTop = 386.0
        static let laneHeight = 14.0
        static let laneStep = 24.0
        /// Room above the highest figure, for the cap's label.
        static let headroom = 1.14
    }

    /// The SVG document: its own colours in light and dark, no script, at most some 200 KiB.
    var svg: String {
        let axis = timeAxis
        var text = head
        text += grid(axis)
        text += curves
        text += cap
        text += peakMark
        text += lanes
        return text + "</svg>\n"
    }

    // Places.

    /// Nanoseconds the picture spans.
    var span: Double { Double(max(trace.end, 1)) }

    var memoryTop: Double { Double(max(memoryMax, peak.resident)) * Measure.headroom }

    func x(_ at: UInt64) -> Double {
        Measure.left + (Measure.width - Measure.left - Measure.right) * Double(at) / span
    }

    func y(_ bytes: Int) -> Double {
        Measure.floor - (Measure.floor - Measure.top) * Double(bytes) / memoryTop
    }

    /// A number with one digit behind the point, none when it is 0.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let size = abs(tenths)
        return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
    }

    /// Text as it may stand in the document, cut to what has room.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars.prefix(40) {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    // Parts.

    private var head: String {
        let (width, height) = (Plot.number(Measure.width), Plot.number(Measure.height))
        let title =
            "peak \(Figures.mebibytes(peak.resident)) resident, "
            + "\(Figures.mebibytes(peak.anonymous)) anonymous"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" role="img" aria-label="Memory of the extension: \
            \(title), cap \(Figures.mebibytes(memoryMax))">
            \(PlotStyle.sheet)
            <rect class="page" width="100%" height="100%" rx="10"/>
            <text class="title" x="28" y="38">Memory of the notification extension</text>
            <text class="note" x="28" y="60">\(title), against a cap of \
            \(Figures.mebibytes(memoryMax)), in \(TimeAxis.length(span))</text>
            \(legend)
            """ + "\n"
    }

    private var legend: String {
        """
        <g class="label"><rect class="resident-key" x="724" y="28" width="18" height="10" rx="2"/>\
        <text x="750" y="37">resident</text>\
        <rect class="anonymous-key" x="832" y="28" width="18" height="10" rx="2"/>\
        <text x="858" y="37">anonymous</text></g>
        """
    }

    private func grid(_ axis: TimeAxis) -> String {
        let right = Plot.number(Measure.width - Measure.right)
        var text = "<g class=\"grid\">\n"
        for bytes in memoryTicks {
            let place = Plot.number(y(bytes))
            text += "<path d=\"M\(Plot.number(Measure.left)) \(place)H\(right)\"/>"
            text += "<text class=\"label end\" x=\"\(Plot.number(Measure.left - 10))\" "
            text += "y=\"\(Plot.number(y(bytes) + 4))\">\(bytes / (1024 * 1024))</text>\n"
        }
        for tick in axis.ticks {
            let place = Plot.number(x(UInt64(tick.at)))
            text += "<path d=\"M\(place) \(Plot.number(Measure.floor))v5\"/>"
            text += "<text class=\"label middle\" x=\"\(place)\" "
            text += "y=\"\(Plot.number(Measure.floor + 20))\">\(tick.label)</text>\n"
        }
        text += "<text class=\"label middle\" transform=\"translate(34 "
        text += "\(Plot.number((Measure.top + Measure.floor) / 2))) rotate(-90)\">MiB</text>\n"
        text += "<text class=\"label end\" x=\"\(right)\" "
        text += "y=\"\(Plot.number(Measure.floor + 34))\">time in \(axis.unit)</text>\n"
        return text + "</g>\n"
    }

    private var memoryTicks: [Int] {
        let mebibyte = 1024 * 1024
        var step = 1
        while memoryTop / Double(step * mebibyte) > 8 {
            step *= 2
        }
        let count = Int(memoryTop) / (step * mebibyte)
        return (0...max(count, 0)).map { $0 * step * mebibyte }
    }

    private var timeAxis: TimeAxis { TimeAxis(span: span) }

    /// One pair of filled curves a process.
    private var curves: String {
        let samples = Trace.thinned(trace.samples, to: HostLimits.plotPointsMax)
        var text = ""
        var start = 0
        while start < samples.count {
            var end = start
            while end < samples.count, samples[end].process == samples[start].process { end += 1 }
            let part = samples[start..<end]
            text += curve(part, "resident") { $0.resident }
            text += curve(part, "anonymous") { $0.anonymous }
            start = end
        }
        return text
    }

    private func curve(
        _ samples: ArraySlice<Trace.Sample>, _ name: String, _ value: (Memory) -> Int
    ) -> String {
        guard let first = samples.first, let last = samples.last else { return "" }
        let life =
            trace.lives.indices.contains(first.process - 1)
            ? trace.lives[first.process - 1] : nil
        // From the start of the process on, and level until its end.
        let begin = Plot.number(x(min(first.at, life?.from ?? first.at)))
        let end = Plot.number(x(max(last.at, life?.until ?? last.at)))
        let floor = Plot.number(Measure.floor)
        var line = "M\(begin) \(floor)"
        for sample in samples {
            line += "L\(Plot.number(x(sample.at))) \(Plot.number(y(value(sample.memory))))"
        }
        line += "H\(end)"
        return "<path class=\"\(name) area\" d=\"\(line)V\(floor)Z\"/>"
            + "<path class=\"\(name) line\" d=\"\(line)\"/>\n"
    }

    private var cap: String {
        let place = y(memoryMax)
        return """
            <g class="cap"><path d="M\(Plot.number(Measure.left)) \(Plot.number(place))\
            H\(Plot.number(Measure.width - Measure.right))"/>\
            <text x="\(Plot.number(Measure.left + 8))" y="\(Plot.number(place - 7))">cap \
            \(Figures.mebibytes(memoryMax))</text></g>\n
            """
    }

    /// A point at the highest sample, with its figure.
    private var peakMark: String {
        guard
            let highest = trace.samples.max(by: { $0.memory.resident < $1.memory.resident })
        else { return "" }
        let (across, up) = (x(highest.at), y(highest.memory.resident))
        // To the left where there is room: an end of the process stands at the right.
        let isLeft = across > Measure.left + 180
        return """
            <circle class="peak" cx="\(Plot.number(across))" cy="\(Plot.number(up))" r="3.5"/>\
            <text class="figure\(isLeft ? " end" : "")" \
            x="\(Plot.number(isLeft ? across - 8 : across + 8))" \
            y="\(Plot.number(up - 7))">\(Figures.mebibytes(highest.memory.resident))</text>\n
            """
    }
}

/// Where a plot goes: opened before the run, so that a place that cannot be written is known then.
struct PlotFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(Failure) {
        self.path = path
        // SAFETY: the path is a C string for the length of the call.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw PlotFile.failure(path) }
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
    }

    borrowing func write(_ svg: String) throws(Failure) {
        guard System.write(svg.utf8.span, to: descriptor) else { throw PlotFile.failure(path) }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(
            "\(path) cannot be written: \(System.message(errno))", status: .outputUnwritable)
    }
}
