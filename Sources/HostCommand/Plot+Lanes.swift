extension Plot {
    /// Below the curves: what ran, what was shown, and where the time went.
    var lanes: String {
        lane(0, "processes", lives) + lane(1, "pushes", pushes) + lane(2, "stages", stages)
            + stageKey
    }

    private func lane(_ index: Int, _ name: String, _ content: (Double) -> String) -> String {
        let top = Measure.laneTop + Double(index) * Measure.laneStep
        let inside = content(top)
        guard !inside.isEmpty else { return "" }
        return "<g><text class=\"label end\" x=\"\(Plot.number(Measure.left - 10))\" "
            + "y=\"\(Plot.number(top + 11))\">\(name)</text>\n\(inside)</g>\n"
    }

    /// A bar, at least so wide that it can be seen.
    private func bar(
        _ from: UInt64, _ until: UInt64, _ top: Double, _ name: String, title: String
    ) -> String {
        let width = max(x(until) - x(from), 1.2)
        return "<rect class=\"\(name)\" x=\"\(Plot.number(x(from)))\" y=\"\(Plot.number(top))\" "
            + "width=\"\(Plot.number(width))\" height=\"\(Plot.number(Measure.laneHeight))\" "
            + "rx=\"\(width > 6 ? "3" : "0")\"><title>\(Plot.escaped(title))</title></rect>\n"
    }

    private func lives(_ top: Double) -> String {
        var text = ""
        for life in trace.lives {
            let until = life.until ?? trace.end
            text += bar(life.from, until, top, "life", title: "process \(life.pid)")
            let (start, middle) = (x(life.from), top + Measure.laneHeight / 2)
            text += "<path class=\"start\" d=\"M\(Plot.number(start)) "
            text += "\(Plot.number(middle - 5))l8 5l-8 5Z\"/>\n"
            guard let ending = life.ending else { continue }
            let end = Plot.number(x(until))
            text += "<g class=\"kill\"><path d=\"M\(end) \(Plot.number(Measure.top - 14))V"
            text += "\(Plot.number(top + Measure.laneHeight))\" stroke-dasharray=\"2 4\"/>"
            text += "<path d=\"M\(end) \(Plot.number(middle))m-4 -4l8 8m0 -8l-8 8\"/>"
            text += "<title>\(Plot.escaped(ending))</title></g>\n"
        }
        return text + killLabels
    }

    /// Why a process ended, beside the line, where there is room for words.
    private var killLabels: String {
        var text = ""
        var free = Measure.left
        for life in trace.lives {
            guard let ending = life.ending, let until = life.until else { continue }
            let place = x(until)
            let width = Double(ending.utf8.count) * 7 + 14
            guard place - width > free else { continue }
            text += "<text class=\"kill label end\" x=\"\(Plot.number(place - 6))\" "
            text += "y=\"\(Plot.number(Measure.top - 4))\">\(Plot.escaped(ending))</text>\n"
            free = place
        }
        return text
    }

    private func pushes(_ top: Double) -> String {
        var text = ""
        for push in trace.pushes {
            let name = push.isModified ? "modified" : "original"
            text += bar(
                push.from, push.until, top, name, title: "push \(push.number): \(push.why)")
            let width = x(push.until) - x(push.from)
            let label = "\(push.number) \(push.why)"
            let shown = width > Double(label.utf8.count) * 6 + 10 ? label : "\(push.number)"
            guard width > Double(shown.utf8.count) * 6 + 6 else { continue }
            text += "<text class=\"inside\" x=\"\(Plot.number(x(push.from) + 5))\" "
            text += "y=\"\(Plot.number(top + 10.5))\">\(Plot.escaped(shown))</text>\n"
        }
        return text
    }

    private func stages(_ top: Double) -> String {
        var text = ""
        let names = stageNames
        for step in trace.steps {
            let colour = (names.firstIndex(of: step.name) ?? 0) % PlotStyle.stageColours
            text += bar(
                step.from, step.until ?? trace.end, top, "s\(colour)",
                title: "push \(step.request): \(step.name)")
        }
        return text
    }

    /// The names in the order in which they first came; as many as there are colours.
    private var stageNames: [String] {
        var names: [String] = []
        for step in trace.steps where !names.contains(step.name) {
            names.append(step.name)
            if names.count == PlotStyle.stageColours { break }
        }
        return names
    }

    private var stageKey: String {
        var text = ""
        var place = Measure.left
        let top = Measure.laneTop + 3 * Measure.laneStep + 8
        for (index, name) in stageNames.enumerated() {
            text += "<rect class=\"s\(index)\" x=\"\(Plot.number(place))\" "
            text += "y=\"\(Plot.number(top))\" width=\"10\" height=\"10\" rx=\"2\"/>"
            text += "<text class=\"label\" x=\"\(Plot.number(place + 16))\" "
            text += "y=\"\(Plot.number(top + 9))\">\(Plot.escaped(name))</text>\n"
            place += Double(min(name.utf8.count, 40)) * 7 + 36
        }
        if trace.isCut {
            text += "<text class=\"label end\" x=\"\(Plot.number(Measure.width - Measure.right))\" "
            text +=
                "y=\"\(Plot.number(top + 9))\">the first \(HostLimits.marksMax) of each</text>\n"
        }
        return text
    }
}
