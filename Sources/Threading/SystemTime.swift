#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The system's clocks. Reading them allocates nothing.
public enum SystemTime {
    /// Since 1970 by the wall clock, which anybody may set (`CLOCK_REALTIME`).
    public static var sinceEpoch: Duration { time(of: CLOCK_REALTIME) }

    #if canImport(Darwin)
    /// Time that only goes forward, without the time the device sleeps, and that waits go by
    /// (`CLOCK_UPTIME_RAW`).
    public static var uptime: Duration { time(of: CLOCK_UPTIME_RAW) }

    /// Time since the device was started, its sleep included, the same for every process.
    ///
    /// `CLOCK_MONOTONIC_RAW`: `CLOCK_MONOTONIC` is counted there from the wall clock.
    public static var sinceBoot: Duration { time(of: CLOCK_MONOTONIC_RAW) }

    private static func time(of clock: clockid_t) -> Duration {
        .nanoseconds(Int64(clamping: clock_gettime_nsec_np(clock)))
    }
    #else
    /// Time that only goes forward, without the time the device sleeps, and that waits go by
    /// (`CLOCK_MONOTONIC`).
    public static var uptime: Duration { time(of: CLOCK_MONOTONIC) }

    /// Time since the device was started, its sleep included, the same for every process
    /// (`CLOCK_BOOTTIME`).
    public static var sinceBoot: Duration { time(of: CLOCK_BOOTTIME) }

    private static func time(of clock: clockid_t) -> Duration {
        var time = timespec()
        // SAFETY: `time` is ours for the length of the call.
        _ = unsafe clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
    #endif
}
