#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// How long the next run is put off: exponential, so that when a message leaves says nothing about
/// when it was written.
public enum SendingDelay {
    /// −mean·ln(1−U) in whole seconds, held between the shortest delay and the longest; then
    /// `extra`.
    ///
    /// - Parameters:
    ///   - draw: 64 random bits; nil when drawing failed, and then it is the mean.
    ///   - extra: is added in every case, also to the mean.
    public static func seconds(draw: UInt64?, extra: UInt64 = 0) -> UInt64 {
        guard let draw else { return BackgroundLimits.sendingDelaySecondsMean + extra }
        // 53 bits, so that U stays below 1: the logarithm of 0 is no delay.
        let uniform = Double(draw >> 11) * 0x1p-53
        let drawn = -Double(BackgroundLimits.sendingDelaySecondsMean) * log(1 - uniform)
        let seconds = UInt64(max(drawn, 0))
        let held = min(
            max(seconds, BackgroundLimits.sendingDelaySecondsMin),
            BackgroundLimits.sendingDelaySecondsMax)
        return held + extra
    }

    /// The time from the `failures`th failure in a row, from 1, to its retry.
    static func retrySeconds(failures: UInt8) -> UInt64 {
        let doublings = UInt64(min(max(failures, 1) - 1, 16))
        return min(
            BackgroundLimits.sendingRetrySecondsMin << doublings,
            BackgroundLimits.sendingRetrySecondsMax)
    }
}
