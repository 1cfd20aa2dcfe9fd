import CommandSupport
import Simulation

/// A picture of success against the user's reaction time, a line for each combination of measures.
struct MatrixPlot {
    let scenario: Scenario
    let trials: Int
    /// For `Measures.combinations`, in their order; a point a second.
    let curves: [[Share]]

    private enum Measure {
        static let width = 960.0
        static let height = 500.0
        static let left = 84.0
        static let right = 244.0
        static let top = 84.0
        static let floor = 428.0
    }

    /// Plays what the picture shows.
    static func drawn(
        _ matrix: Matrix, _ scenario: Scenario, _ progress: ProgressBar
    ) -> MatrixPlot {
        var curves: [[Share]] = []
        for measures in Measures.combinations {
            progress.draw("plot: \(measures.name)", done: curves.count, of: 8)
            curves.append(matrix.curve(scenario, measures))
        }
        progress.clear()
        let trials = curves.first?.first?.whole ?? 0
        return MatrixPlot(scenario: scenario, trials: trials, curves: curves)
    }

    /// The SVG document: its own colours in light and dark, no script.
    var svg: String {
        head + grid + lines + legend + "</svg>\n"
    }

    private func x(_ seconds: Int) -> Double {
        Measure.left + (Measure.width - Measure.left - Measure.right) * Double(seconds)
            / Double(Matrix.reactionSecondsMax)
    }

    private func y(tenThousandths: Int) -> Double {
        Measure.floor - (Measure.floor - Measure.top) * Double(tenThousandths) / 10_000
    }

    private var head: String {
        let (width, height) = (Plot.number(Measure.width), Plot.number(Measure.height))
        let title = "Payments received within 15 s of the push"
        let note =
            "\(scenario.name), \(trials) payments a point; the person taps the alert so long after it shows"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" role="img" aria-label="\(title) against the \
            reaction time, \(scenario.name)">
            \(PlotStyle.sheet)
            \(MatrixPlot.sheet)
            <rect class="page" width="100%" height="100%" rx="10"/>
            <text class="title" x="28" y="38">\(title)</text>
            <text class="note" x="28" y="60">\(note)</text>
            """ + "\n"
    }

    private var grid: String {
        let right = Plot.number(Measure.width - Measure.right)
        var text = "<g class=\"grid\">\n"
        for percent in stride(from: 0, through: 100, by: 20) {
            let place = y(tenThousandths: percent * 100)
            text += "<path d=\"M\(Plot.number(Measure.left)) \(Plot.number(place))H\(right)\"/>"
            text += "<text class=\"label end\" x=\"\(Plot.number(Measure.left - 10))\" "
            text += "y=\"\(Plot.number(place + 4))\">\(percent)</text>\n"
        }
        for seconds in stride(from: 0, through: Matrix.reactionSecondsMax, by: 5) {
            let place = Plot.number(x(seconds))
            text += "<path d=\"M\(place) \(Plot.number(Measure.floor))v5\"/>"
            text += "<text class=\"label middle\" x=\"\(place)\" "
            text += "y=\"\(Plot.number(Measure.floor + 20))\">\(seconds)</text>\n"
        }
        text += "<text class=\"label middle\" transform=\"translate(34 "
        text += "\(Plot.number((Measure.top + Measure.floor) / 2))) rotate(-90)\">"
        text += "payments received within 15 s, %</text>\n"
        text += "<text class=\"label middle\" x=\""
        text += "\(Plot.number((Measure.left + Measure.width - Measure.right) / 2))\" "
        text += "y=\"\(Plot.number(Measure.floor + 42))\">reaction time in s</text>\n"
        return text + "</g>\n"
    }

    /// Colours say what sender and server do, a broken line that there is no silent push.
    private func style(_ measures: Measures) -> String {
        let colour = (measures.retry ? 1 : 0) + (measures.hold ? 2 : 0)
        return "line m\(colour)\(measures.silentPush ? "" : " broken")"
    }

    private var lines: String {
        var text = ""
        for (measures, curve) in zip(Measures.combinations, curves) {
            var path = ""
            for (seconds, share) in curve.enumerated() {
                path += path.isEmpty ? "M" : "L"
                path += "\(Plot.number(x(seconds))) "
                path += Plot.number(y(tenThousandths: share.tenThousandths ?? 0))
            }
            text += "<path class=\"\(style(measures))\" d=\"\(path)\"/>\n"
        }
        return text
    }

    private var legend: String {
        let left = Measure.width - Measure.right + 22
        var text = "<g class=\"label\">\n"
        for (index, measures) in Measures.combinations.reversed().enumerated() {
            let place = Measure.top + 16 + Double(index) * 26
            text += "<path class=\"\(style(measures))\" d=\"M\(Plot.number(left)) "
            text += "\(Plot.number(place))h34\"/>"
            text += "<text x=\"\(Plot.number(left + 44))\" y=\"\(Plot.number(place + 4))\">"
            text += "\(label(measures))</text>\n"
        }
        return text + "</g>\n"
    }

    private func label(_ measures: Measures) -> String {
        var names: [String] = []
        if measures.hold { names.append("hold") }
        if measures.retry { names.append("retry") }
        if measures.silentPush { names.append("silent push") }
        return names.isEmpty ? "alert alone" : names.joined(separator: " + ")
    }

    private static let sheet = """
        <style>
        .m0{stroke:#8c959f}.m1{stroke:#d9822b}.m2{stroke:#2f6fdf}.m3{stroke:#2da44e}
        .broken{stroke-dasharray:6 5}
        @media (prefers-color-scheme:dark){
        .m0{stroke:#9198a1}.m1{stroke:#f0a857}.m2{stroke:#6cb6ff}.m3{stroke:#3fb950}
        }
        </style>
        """
}
