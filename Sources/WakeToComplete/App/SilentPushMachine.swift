public import Machines

/// Silent pushes, from their arrival to the one completion each of them gets.
///
/// A push that arrives while another one is under way joins it: there is one node, and one completion
/// for all that joined, in the order of their numbers.
public struct SilentPushMachine: Sendable {
    /// What happened.
    public enum Event: Sendable {
        /// A silent push; its number is above that of the one before. It says whether the node is
        /// needed at all.
        case pushed(UInt32, isAwaited: Bool)
        /// The node has done a step.
        case reached(NodeStep)
        /// The node could not do a step.
        case failed(NodeStep, StepFailure)
        /// A payment came; it says whether pushes wait for more of them, and whether one waited for it.
        case received(wasAwaited: Bool, areMoreAwaited: Bool)
        /// The system says that the time is over.
        case expired
        /// The node is left: stopped, or somebody else's.
        case left
        /// `deadline` has come.
        case timeCame
    }

    /// What is to be done.
    public enum Effect: Equatable, Sendable {
        /// The node is wanted.
        case wantNode
        /// The node is not wanted any more; `left` is to be answered.
        case leaveNode
        /// Every push up to this number is completed, once, with this result. So many of them got
        /// their payment; the others are left to the alert.
        case complete(through: UInt32, BackgroundFetchResult, received: UInt32, fellBack: UInt32)
    }

    private enum Phase {
        case idle
        /// The node is on its way up.
        case working
        /// It is up; the payment is waited for.
        case waiting
        /// The node is being left, for this result.
        case leaving(BackgroundFetchResult)
    }

    private var phase = Phase.idle
    private var last: UInt32 = 0
    private var pushes: UInt32 = 0
    private var received: UInt32 = 0
    private var hasNewData = false
    /// When the node has to be left.
    private var end = Duration.zero
    /// When `timeCame` is to be handled.
    public private(set) var deadline: Duration?

    /// No push has come.
    public init() {}

    /// Whether a push is under way.
    public var isActive: Bool {
        if case .idle = phase { false } else { true }
    }
    /// Whether it only waits for the node to be left.
    public var isLeaving: Bool {
        if case .leaving = phase { true } else { false }
    }

    /// Answers an event at time `now`.
    public mutating func handle(_ event: Event, at now: Duration) -> Effects<Effect> {
        switch (event, phase) {
        case (.pushed(let number, let isAwaited), _): return push(number, isAwaited, now)
        case (_, .idle): break
        case (.received(let wasAwaited, let areMoreAwaited), _):
            hasNewData = true
            if wasAwaited { received += 1 }
            guard !isLeaving, wasAwaited, !areMoreAwaited else { break }
            return leave(.newData, now)
        case (.reached(.sync), .working):
            phase = .waiting
            deadline = min(now + WakeLimits.receiveWait, end)
        // Who has the lease runs the node, and the payment reaches it there.
        case (.failed(.lease, .failed), .working): return leave(.noData, now)
        case (.failed, .working), (.failed, .waiting): return leave(.failed, now)
        case (.expired, .leaving):
            deadline = min(deadline ?? now, now + WakeLimits.leaveTimeAfterExpiry)
        case (.expired, .working):
            return leave(.failed, now, within: WakeLimits.leaveTimeAfterExpiry)
        case (.expired, .waiting):
            return leave(.noData, now, within: WakeLimits.leaveTimeAfterExpiry)
        case (.left, .leaving(let result)): return complete(result)
        case (.timeCame, _):
            guard let time = deadline, time <= now else { break }
            switch phase {
            case .idle: break
            case .working: return leave(.failed, now)
            case .waiting: return leave(.noData, now)
            case .leaving(let result): return complete(result)
            }
        case (.reached, _), (.failed, _), (.left, _): break
        }
        return Effects()
    }
}

extension SilentPushMachine {
    private mutating func push(
        _ number: UInt32, _ isAwaited: Bool, _ now: Duration
    ) -> Effects<Effect> {
        last = number
        pushes += 1
        if !isAwaited {
            received += 1
            hasNewData = true
        }
        switch phase {
        case .idle:
            guard isAwaited else { return complete(.newData) }
            phase = .working
            end = now + WakeLimits.silentPushTime
            deadline = end
            return Effects(.wantNode)
        case .waiting: if isAwaited { deadline = min(now + WakeLimits.receiveWait, end) }
        case .working, .leaving: break
        }
        return Effects()
    }

    private mutating func leave(
        _ result: BackgroundFetchResult, _ now: Duration,
        within time: Duration = WakeLimits.leaveTime
    ) -> Effects<Effect> {
        phase = .leaving(result)
        deadline = now + time
        return Effects(.leaveNode)
    }

    private mutating func complete(_ result: BackgroundFetchResult) -> Effects<Effect> {
        let good = min(received, pushes)
        let effect = Effect.complete(
            through: last, hasNewData ? .newData : result, received: good, fellBack: pushes - good)
        phase = .idle
        deadline = nil
        (pushes, received, hasNewData) = (0, 0, false)
        return Effects(effect)
    }
}
