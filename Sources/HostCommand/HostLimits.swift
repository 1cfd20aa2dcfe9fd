import NotificationPipeline

/// Every maximum of the host, in one place. Sizes are bytes unless the name says otherwise.
enum HostLimits {
    /// The system's cap for a notification service extension.
    static let memoryDefault = 24 * 1024 * 1024
    /// The system's time for one push.
    static let deadlineMillisecondsDefault: UInt64 = 30_000
    static let deadlineMillisecondsMin: UInt64 = 10
    static let deadlineMillisecondsMax: UInt64 = 3_600_000
    /// How long before the deadline the extension is told, at most; and that part of the deadline.
    static let warningMillisecondsMax: UInt64 = 250
    static let warningPart: UInt64 = 10
    /// Requests under way at once.
    static let overlapMax = 16
    /// Arguments handed on to the extension.
    static let argumentsMax = 256

    /// A message's line with its newline, and what may follow one.
    static let lineBytesMax = 128
    static let bodyBytesMax = 1024 * 1024
    /// What is read from the socket at once; between two reads the clocks are looked at.
    static let readBytesMax = 64 * 1024
    /// What is still read from the socket of a process that has ended.
    static let drainBytesMax = 2 * 1024 * 1024
    /// Messages that may come for one push.
    static let messagesMax = 10_000

    /// Between two looks at the memory: while a request is under way, and while none is.
    static let sampleMilliseconds: UInt64 = 4
    static let idleSampleMilliseconds: UInt64 = 250
    /// What a status file of /proc or a cgroup file is read into.
    static let statusBytesMax = 4096
    /// What the group may take beyond the cap: page tables and the like are counted there too.
    static let groupSlackPart = 16

    /// From the end of the socket to the end of the process, and from a kill to its reaping.
    static let endMillisecondsMax: UInt64 = 1_000
    static let closedMillisecondsMax: UInt64 = 250
    static let reapMillisecondsMax: UInt64 = 5_000
    /// Attempts, a millisecond apart, to remove a group whose last process has just gone.
    static let groupRemovalsMax = 200
    static let groupProcessesMax = 1024

    /// Latencies kept for the median; beyond that every second one is let go.
    static let latenciesMax = 16_384
    /// What the plot keeps of each.
    static let samplesMax = 4_096
    static let marksMax = 400
    /// Points of a drawn line.
    static let plotPointsMax = 400
}
