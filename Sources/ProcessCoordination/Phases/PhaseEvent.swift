/// What a process is told on its way to being suspended.
public enum PhaseEvent: Equatable, Sendable {
    /// Nothing of the network is under way any more and nothing begins; the database is still open.
    /// An app may give the rest of its background time back now. Once a suspension at most.
    case networkIdle
    /// Every gate is closed: the process may be suspended. Exactly once a suspension.
    case suspended(Suspension)
}

/// How a process came to be suspended.
public struct Suspension: Equatable, Sendable {
    /// Why the last gate closed.
    public enum Cause: Equatable, Sendable {
        /// The phase was commanded, or the system warned.
        case commanded
        /// The time in the background was used up.
        case time
        /// An extension had nothing left to do.
        case idle
    }

    /// Counted from 1 on, so that events of two suspensions are told apart.
    public let number: UInt64
    /// Why the last gate closed.
    public let cause: Cause
    /// Operations that were still under way when their time to finish was used up.
    public let unfinished: Int
}
