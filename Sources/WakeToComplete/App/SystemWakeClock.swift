internal import ProcessCoordination

/// The system's clocks.
public struct SystemWakeClock: WakeClock {
    private let clock = DeviceClock()

    /// Reads which start of the device it is.
    public init() {}

    /// `CLOCK_BOOTTIME`.
    public var now: Duration { clock.sinceBoot }

    /// `CLOCK_REALTIME`.
    public var unixSeconds: UInt64 {
        UInt64(clamping: max(0, clock.unixMilliseconds) / 1_000)
    }

    /// Waits as a task does.
    public func sleep(until time: Duration) async {
        try? await Task.sleep(for: max(.zero, time - now))
    }
}
