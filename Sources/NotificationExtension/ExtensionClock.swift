internal import Threading

/// Time, as the extension needs it.
public protocol ExtensionClock: Sendable {
    /// Unix seconds: for records and deadlines that come from outside.
    var unixSeconds: UInt64 { get }

    /// Time that only goes forward, from any beginning: for the extension's own deadline.
    var uptime: Duration { get }

    /// Calls `body` once `uptime` has come to `time`, on any thread, or soon after. There is one
    /// alarm: setting it again replaces what was set.
    func setAlarm(at time: Duration, _ body: @escaping @Sendable () -> Void)
}

/// The system's clocks. The alarm is a thread that is started when it is first set.
///
/// When the system gives no thread there is no alarm; then the system's own word that the time is
/// nearly over has to do.
public final class SystemClock: ExtensionClock {
    private struct Alarm {
        let time: Duration
        let body: @Sendable () -> Void
    }

    private struct State {
        var alarm: Alarm?
        var isRunning = false
    }

    private let state = Monitor(State())

    /// Starts nothing.
    public init() {}

    /// The wall clock's.
    public var unixSeconds: UInt64 {
        UInt64(clamping: SystemTime.sinceEpoch.components.seconds)
    }

    /// Without the time the device sleeps, which nobody's alarm counts.
    public var uptime: Duration { SystemTime.uptime }

    /// Allocates the closure's context, and a thread the first time.
    public func setAlarm(at time: Duration, _ body: @escaping @Sendable () -> Void) {
        let mustStart = state.withLock { state in
            state.alarm = Alarm(time: time, body: body)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard mustStart else { return }
        let isStarted = Thread.detach(stackBytes: ExtensionLimits.alarmStackBytes) { self.run() }
        if !isStarted { state.withLock { state in state.isRunning = false } }
    }

    /// The thread's life: waits for an alarm to be set, then for its time, then calls.
    private func run() {
        while true {
            // Without an alarm there is nothing to be late for.
            let next = state.waiting(atMost: nil) { state in state.alarm?.time }
            guard let next else { continue }
            let changed: Void? = state.waiting(atMost: next - uptime) { state in
                state.alarm?.time == next ? nil : ()
            }
            guard changed == nil, uptime >= next else { continue }
            let body = state.withLock { state in
                defer { state.alarm = nil }
                return state.alarm?.body
            }
            body?()
        }
    }
}
