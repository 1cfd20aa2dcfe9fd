/// The messages of one notification: what it has in hand is its own until it is acknowledged, or
/// until this goes.
public struct NotificationMessages: ~Copyable, Sendable {
    private let queues: MessageQueues
    private let number: UInt32

    init(queues: MessageQueues, number: UInt32) {
        self.queues = queues
        self.number = number
    }

    /// Hands over a message of `queue` that nobody has in hand, its flags at once; nil when there is
    /// none.
    ///
    /// The same call again, before its message is acknowledged, is answered with the same message and
    /// `isRepeated`: a next one is asked for by naming the one before.
    ///
    /// - Parameters:
    ///   - previous: the message to go on behind, acknowledged or not; nil for the first call, which
    ///     gets the earliest there is.
    ///   - wait: how long for other calls, other processes and the server together.
    public borrowing func get(
        _ queue: QueueID, after previous: MessageID? = nil,
        within wait: Duration = CoordinationLimits.messageWait
    ) throws(MessageError) -> HandedMessage? {
        try queues.get(queue, after: previous, for: number, within: wait)
    }

    /// Finishes with a message in hand: nobody is ever handed it again, also when the server could
    /// not be told yet. Throws `notHeld` where it is not, or no longer, in hand.
    ///
    /// - Parameter thenNext: whether the next one is handed over in the same step. What fails then is
    ///   only that; the message is acknowledged, and `get` behind it may be tried again.
    public borrowing func acknowledge(
        _ id: MessageID, of queue: QueueID, thenNext: Bool,
        within wait: Duration = CoordinationLimits.messageWait
    ) throws(MessageError) -> HandedMessage? {
        try queues.acknowledge(id, of: queue, thenNext: thenNext, by: number, within: wait)
    }

    /// Lends the body of a message in hand, as it came from the server, while `body` runs.
    public borrowing func withBody<Result, Failure: Error>(
        of message: HandedMessage, within wait: Duration = CoordinationLimits.messageWait,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(BracketError<MessageError, Failure>) -> Result {
        try queues.withBody(of: message, for: number, within: wait, body)
    }

    /// The notification is done.
    public consuming func end() {}

    deinit {
        queues.end(number)
    }
}
