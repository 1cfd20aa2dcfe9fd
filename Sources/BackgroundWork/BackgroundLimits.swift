/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
public enum BackgroundLimits {
    // Sending messages. Delays are seconds of the wall clock, which the system schedules by.

    /// The mean of the exponential delay.
    public static let sendingDelaySecondsMean: UInt64 = 600
    /// The shortest delay.
    public static let sendingDelaySecondsMin: UInt64 = 300
    /// The longest delay.
    public static let sendingDelaySecondsMax: UInt64 = 7200
    /// What the fail-safe of a start comes later.
    public static let sendingFailSafeSeconds: UInt64 = 600
    /// From one run that succeeded to the next, the last second included.
    public static let sendingIntervalSeconds: UInt64 = 3600
    /// Messages one run sends.
    public static let sendingMessagesMax: UInt8 = 2
    /// From the first failure to the retry; doubled with each further one.
    public static let sendingRetrySecondsMin: UInt64 = 600
    /// The longest time from a failure to the retry.
    public static let sendingRetrySecondsMax: UInt64 = 7200
    /// What one run may take.
    public static let sendingRunMax = Duration.seconds(25)

    // Synchronizing.

    /// From one refresh to the next at the earliest, in seconds.
    public static let refreshSeconds: UInt64 = 15 * 60
    /// From one processing task to the next at the earliest, in seconds.
    public static let processingSeconds: UInt64 = 60 * 60
    /// From a run without a network to the next at the longest; doubled from the above up to here.
    public static let delayedSecondsMax: UInt64 = 4 * 3600
    /// What one run may take, from the system's word to the completion.
    public static let taskBudget = Duration.seconds(25)
    /// What of it is kept for stopping the node.
    public static let taskStopMax = Duration.seconds(3)
    /// What stopping the node may take once the system wants its time back.
    public static let taskExpiredStopMax = Duration.seconds(1)
    /// With less time left no further step is begun.
    public static let taskStepMin = Duration.seconds(2)
    /// How old a chain may be, in seconds, for the steps behind its synchronization to go on from.
    public static let resumeSecondsMax: UInt64 = 3600
    /// Failures of one step in a row after which it begins from the start.
    public static let stepFailuresMax: UInt8 = 3

    // The gossip snapshot.

    /// A snapshot as it is fetched: five times today's.
    public static let gossipSnapshotBytesMax = 16 << 20
    /// After how many bytes more it is written down that they came.
    static let gossipNoteBytes = 256 * 1024
    /// Nodes one snapshot may name, as LDK has it.
    public static let gossipNodesMax: UInt32 = 200_000
    /// Channels one snapshot may announce: more than LDK's graph takes.
    public static let gossipChannelsMax: UInt32 = 630_000
    /// Updates one snapshot may have, as LDK has it.
    public static let gossipUpdatesMax: UInt32 = 630_000
    /// How old a snapshot may be, in seconds: two weeks, the last second included.
    public static let gossipAgeSecondsMax: UInt64 = 14 * 24 * 3600
    /// By how much times taken from a snapshot are set back, in seconds: a week, as LDK has it.
    public static let gossipBackdateSeconds: UInt32 = 7 * 24 * 3600
    /// What is read ahead of a snapshot.
    static let gossipBufferBytes = 64 * 1024
    /// Features of a node or a channel.
    public static let gossipFeatureBytesMax = 1024
    /// Sets of features that nodes of a snapshot share.
    static let gossipFeatureSetsMax = 6
}
