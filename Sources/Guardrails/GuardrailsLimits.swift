/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
enum GuardrailsLimits {
    /// A line between the host and one of its processes, the newline included.
    static let lineBytesMax = 16 * 1024
    /// What one read takes from a socket.
    static let readBytesMax = 4 * 1024
    /// How long a process may take to start.
    static let startMilliseconds: Int32 = 10_000
    /// How long an answer is waited for where the rule says nothing else.
    static let answerTime = Duration.seconds(10)
    /// How long the end of a killed process is waited for, and a stop of all its threads.
    static let endTime = Duration.seconds(10)
    /// The stack of a command's thread.
    static let commandStackBytes = 512 * 1024
    /// Connections the peer holds at once.
    static let connectionsMax = 64
    /// Answers kept for whoever has not asked for them yet.
    static let answersMax = 1_024
}
