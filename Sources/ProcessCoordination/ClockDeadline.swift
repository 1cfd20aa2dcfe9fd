/// A stretch of the injected clock within which something has come to its end.
///
/// A clock that went back behind the beginning, or that counts from another boot, has passed it:
/// nothing waits for a time that may never come.
struct ClockDeadline: Sendable {
    private let startedAt: Duration
    private let bootID: BootID
    private let time: Duration

    /// `time` from now on.
    init(_ time: Duration, on clock: any CoordinationClock) {
        startedAt = clock.sinceBoot
        bootID = clock.bootID
        self.time = max(time, .zero)
    }

    /// What is left of it; zero once it has passed. Allocates nothing.
    func remaining(on clock: any CoordinationClock) -> Duration {
        let now = clock.sinceBoot
        guard clock.bootID == bootID, now >= startedAt else { return .zero }
        return max(.zero, time - (now - startedAt))
    }

    /// Whether nothing is left of it.
    func isPassed(on clock: any CoordinationClock) -> Bool { remaining(on: clock) == .zero }
}
