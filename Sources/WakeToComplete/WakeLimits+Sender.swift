// Whoever pays, and the server between.
extension WakeLimits {
    // Whoever pays.

    /// Attempts of one sending, the first among them.
    public static let attemptsMax = 4
    /// What is waited before each attempt, where nobody has better advice.
    public static let attemptDelays: InlineArray<4, Duration> = [
        .zero, .seconds(1), .seconds(3), .seconds(7),
    ]
    /// The most that chance adds to a delay: half a second.
    public static let jitterMicrosecondsMax: Int64 = 500_000
    /// All attempts and delays of one sending together.
    public static let sendingTime: Duration = .seconds(12)
    /// What `sendingTime` may be set to.
    public static let sendingTimes: ClosedRange<Duration> = .seconds(10)...(.seconds(15))
    /// An attempt is not begun with less time than this before it.
    public static let attemptTimeMin: Duration = .milliseconds(500)
    /// Payments a sender has in mind at once, those that may still settle among them.
    public static let paymentsMax = 64

    // Advice from the recipient's server.

    /// How long is waited for advice.
    public static let hintTimeout: Duration = .seconds(2)
    /// A longer answer is none.
    public static let hintBytesMax = 4096
    /// What a recommended delay is clamped to.
    public static let hintDelays: ClosedRange<Duration> = .milliseconds(250)...(.seconds(7))
    /// The delay when the server recommends none, with `retry_now` and with `retry_later`.
    public static let retryNowDelay: Duration = .seconds(1)
    /// See `retryNowDelay`.
    public static let retryLaterDelay: Duration = .seconds(5)
    /// How often `retry_later` is followed in one sending.
    public static let retriesLaterMax = 1
    /// The longest name of a failure.
    public static let failureNameBytesMax = 64

    // The server's part.

    /// How long a payment is held for a recipient that is offline.
    public static let holdTime: Duration = .seconds(25)
    /// What `holdTime` may be set to.
    public static let holdTimes: ClosedRange<Duration> = .seconds(10)...(.seconds(25))
    /// Blocks that have to be left before a payment expires, the least BOLT 2 recommends.
    public static let expiryMarginBlocks: UInt32 = 34
    /// What is reckoned for a block when blocks are made into time; ten minutes are the mean, and
    /// the next one may come at once.
    public static let blockTimeShortest: Duration = .seconds(10)
    /// Payments held for one recipient, further ones are failed at once; and payments let go of that
    /// are still known, so that one that is told of again is not held again.
    public static let heldMax = 16
    /// One pair of pushes in this time, however many payments come.
    public static let pushGap: Duration = .seconds(30)
    /// Recipients a server holds payments for at once.
    public static let recipientsMax = 4096
}
