import Glibc

/// A point on the monotonic clock.
struct Moment: Comparable, Sendable {
    /// Since some point in the past.
    let nanoseconds: UInt64

    static func now() -> Moment {
        var time = timespec()
        // SAFETY: `time` is ours for the length of the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func < (one: Moment, other: Moment) -> Bool { one.nanoseconds < other.nanoseconds }

    func after(milliseconds: UInt64) -> Moment {
        Moment(nanoseconds: nanoseconds + milliseconds * 1_000_000)
    }

    /// From an earlier moment to this one; 0 when that was later.
    func since(_ earlier: Moment) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }

    /// From now until this moment, as poll(2) takes it: rounded up, so that it has come then.
    var pollTimeout: Int32 {
        let left = since(.now())
        return Int32(min((left + 999_999) / 1_000_000, UInt64(Int32.max)))
    }
}
