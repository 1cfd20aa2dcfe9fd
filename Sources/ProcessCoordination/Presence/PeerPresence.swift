/// What one side knows of the other one.
public enum PeerPresence: UInt8, Sendable {
    /// No process of it is there.
    case gone = 0
    /// One is there, and does nothing: it said so, was stopped, or does not answer.
    case suspended = 1
    /// One is there and at work.
    case active = 2
}
