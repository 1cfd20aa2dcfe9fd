/// What a run does, in this order.
public enum BackgroundStep: UInt8, CaseIterable, Sendable {
    /// The chain, up to its newest block. Its position is a height, and stays when it is done.
    case sync
    /// The states of all channels.
    case channels
    /// What the node has to say.
    case events
    /// The network graph.
    case gossip
}

/// Why a step or the node's start failed.
public enum BackgroundError: Error, Equatable, Sendable {
    /// There is no network.
    case networkUnavailable
    /// The other side took too long.
    case syncTimeout
    /// The step saw that its time would not do.
    case insufficientTime
    /// The chain's server and the node do not agree.
    case chainSyncFailed
    /// Anything else.
    case failed

    /// What is done about it.
    public var response: BackgroundResponse {
        switch self {
        case .networkUnavailable: .reschedule
        case .syncTimeout, .insufficientTime: .savePartial
        case .chainSyncFailed, .failed: .log
        }
    }
}

/// What is done about an error.
public enum BackgroundResponse: Equatable, Sendable {
    /// Try later, and later still the next time.
    case reschedule
    /// Keep what was done; the next run goes on from there.
    case savePartial
    /// Say it. A step that fails again and again begins from the start.
    case log
}

/// What a step came to.
public enum StepResult: Equatable, Sendable {
    /// It is done: blocks, channels, events or updates since its last progress, and, for the chain,
    /// its height.
    case done(position: UInt64, count: UInt64)
    /// It is not, for this reason. What it said of its progress holds.
    case failed(BackgroundError)
}

/// The two kinds of time a system gives.
public enum BackgroundKind: UInt8, CaseIterable, Sendable {
    /// A few seconds every now and then.
    case refresh
    /// More, with a network and at a charger.
    case processing

    /// Whether the system is to wait for a charger.
    public var needsPower: Bool { self == .processing }
    /// Whether the system is to wait for a network.
    public var needsNetwork: Bool { true }
}

/// How the device is connected.
public struct BackgroundConditions: Equatable, Sendable {
    /// Whether there is any network.
    public var hasNetwork: Bool
    /// Whether it is being charged.
    public var isCharging: Bool

    /// Both of them.
    public init(hasNetwork: Bool, isCharging: Bool) {
        self.hasNetwork = hasNetwork
        self.isCharging = isCharging
    }
}
