/// What brings a node up and down again, in the only order there is.
public enum NodeStep: UInt8, CaseIterable, Sendable {
    /// Taking the lease, without which nobody runs a node.
    case lease
    /// Reading its state from the disk.
    case setUp
    /// Starting it.
    case start
    /// Connecting to the trusted peers.
    case connect
    /// Synchronising, which also processes what is pending.
    case sync
    /// Stopping it.
    case stop
    /// Giving the lease back.
    case release

    /// How long the step may take, without what it waits for others.
    public var time: Duration {
        switch self {
        case .lease: WakeLimits.leaseTime
        case .setUp: WakeLimits.setUpTime
        case .start: WakeLimits.startTime
        case .connect: WakeLimits.connectTime
        case .sync: WakeLimits.syncTime
        case .stop: WakeLimits.stopTime
        case .release: WakeLimits.releaseTime
        }
    }
}

/// Why a step has come to nothing.
public enum StepFailure: Error, Equatable, Sendable {
    /// Whoever did it says so; of the lease: somebody else has it.
    case failed
    /// Its time was over.
    case timedOut
    /// The lease was lost: another process may run the node.
    case leaseLost
}

/// What became of a step the last time.
public enum StepOutcome: Equatable, Sendable {
    /// It was not begun.
    case none
    /// It was begun at this time and has not ended.
    case underWay(since: Duration)
    /// It is done, and took this long.
    case done(in: Duration)
    /// It has come to nothing, after this long.
    case failed(StepFailure, after: Duration)
}
