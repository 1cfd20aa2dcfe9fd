/// Round places on a stretch of time, with their labels.
struct TimeAxis {
    struct Tick: Equatable {
        /// Nanoseconds from the beginning.
        var at: Double
        var label: String
    }

    let ticks: [Tick]
    /// What the labels count.
    let unit: String

    /// - Parameter span: nanoseconds, above 0.
    init(span: Double) {
        let (unit, size) = TimeAxis.unit(for: span)
        self.unit = unit
        // 1, 2 or 5 times a power of ten, so that there are 4 to 10 of them.
        var step = size / 1000
        while span / step > 10 {
            for factor in [2.0, 2.5, 2.0] where span / step > 10 { step *= factor }
        }
        var ticks: [Tick] = []
        for index in 0...Int(span / step) {
            let at = Double(index) * step
            ticks.append(Tick(at: at, label: TimeAxis.label(at / size)))
        }
        self.ticks = ticks
    }

    /// A length of time with its unit.
    static func length(_ span: Double) -> String {
        let (unit, size) = unit(for: span)
        return "\(Plot.number(span / size)) \(unit)"
    }

    private static func unit(for span: Double) -> (name: String, size: Double) {
        if span >= 120e9 { return ("min", 60e9) }
        if span >= 2e9 { return ("s", 1e9) }
        return ("ms", 1e6)
    }

    private static func label(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        guard thousandths % 1000 != 0 else { return "\(thousandths / 1000)" }
        var part = String(thousandths % 1000 + 1000).dropFirst()
        while part.last == "0" { part.removeLast() }
        return "\(thousandths / 1000).\(part)"
    }
}
