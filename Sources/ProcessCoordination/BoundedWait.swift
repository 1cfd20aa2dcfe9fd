/// A wait that ends: at its deadline by the clock since boot, and also when that clock stands still
/// or goes back.
struct BoundedWait {
    private let clock: any CoordinationClock
    private let pause: Duration
    private let deadline: Duration
    private var pausesLeft: Int

    /// Begins now.
    ///
    /// - Parameters:
    ///   - wait: how long at most; below zero counts as zero, and above
    ///     `CoordinationLimits.waitMax` as that.
    ///   - pause: how long to rest between two looks.
    init(_ wait: Duration, pause: Duration, clock: any CoordinationClock) {
        let wait = min(max(wait, .zero), CoordinationLimits.waitMax)
        self.clock = clock
        self.pause = pause
        deadline = clock.sinceBoot + wait
        // Signals shorten pauses, so there are twice as many as it takes.
        pausesLeft = Int(clamping: 2 * (wait.wholeMilliseconds / pause.wholeMilliseconds) + 2)
    }

    /// How long ago the deadline was; zero before it.
    var late: Duration { max(clock.sinceBoot - deadline, .zero) }

    /// Rests, but not beyond the deadline; false at once when the time is up.
    mutating func rest() -> Bool {
        let left = deadline - clock.sinceBoot
        guard left > .zero, pausesLeft > 0 else { return false }
        pausesLeft -= 1
        clock.pause(for: min(pause, left))
        return true
    }
}

extension Duration {
    /// In milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// In nanoseconds, rounded down.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
