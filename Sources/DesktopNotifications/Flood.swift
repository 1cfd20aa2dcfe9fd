/// How many notifications may be shown: a burst of them, then one each while.
///
/// What a key opened counts apart from everything else, so that garbage, which anybody may send,
/// cannot use up what is left for the messages of those who have the key.
struct Flood {
    private struct Budget {
        var left = DesktopLimits.burstMax
        /// When `left` was counted last.
        var counted = Duration.zero
    }

    private var opened = Budget()
    private var others = Budget()

    /// Whether one more may be shown now; takes its place if so.
    ///
    /// - Parameters:
    ///   - isOpened: whether a key opened it.
    ///   - now: monotonic time.
    mutating func admits(isOpened: Bool, now: Duration) -> Bool {
        isOpened ? Flood.take(&opened, now) : Flood.take(&others, now)
    }

    private static func take(_ budget: inout Budget, _ now: Duration) -> Bool {
        let earned = Int((now - budget.counted) / DesktopLimits.refillWait)
        if budget.left + earned >= DesktopLimits.burstMax {
            budget.left = DesktopLimits.burstMax
            budget.counted = now
        } else {
            budget.left += earned
            budget.counted += DesktopLimits.refillWait * earned
        }
        guard budget.left > 0 else { return false }
        budget.left -= 1
        return true
    }
}
