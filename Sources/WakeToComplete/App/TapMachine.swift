public import Machines

/// What follows when a notification was tapped: the node first, then everything else.
///
/// Tapped again while it is under way, or for the same payment after it was completed, it is one tap.
/// Each tap that was begun ends once, at the latest when the times of all steps are over.
public struct TapMachine: Sendable {
    /// How a tap ends.
    public enum Outcome: Equatable, Sendable {
        /// The node is connected and synchronised: what is pending will arrive.
        case completed
        /// This step has come to nothing; another tap, or a retry, begins anew.
        case failed(NodeStep, StepFailure)
        /// The app is being closed.
        case abandoned
    }

    /// What happened.
    public enum Event: Sendable {
        /// A notification was tapped, with the payment's hash where it is known; or the user wants it
        /// tried once more.
        case tapped(PaymentHash?, isRetry: Bool)
        /// The node has done a step.
        case reached(NodeStep)
        /// The node could not do a step.
        case failed(NodeStep, StepFailure)
        /// The app is being closed.
        case closed
    }

    /// What is to be done.
    public enum Effect: Equatable, Sendable {
        /// The node is wanted: set up, started, connected, synchronised.
        case wantNode
        /// The tap has come to its end.
        case ended(Outcome)
        /// Everything that had to wait may begin, at background priority. Once in the app's life.
        case everythingElse
    }

    /// Whether a tap has not come to its end.
    public private(set) var isUnderWay = false
    private var last: PaymentHash?
    /// How the last tap ended; nil when there was none.
    public private(set) var outcome: Outcome?
    private var hasBegunEverythingElse = false

    /// Nothing was tapped.
    public init() {}

    /// Answers an event.
    public mutating func handle(_ event: Event) -> Effects<Effect> {
        switch event {
        case .tapped(let hash, let isRetry):
            guard !isUnderWay else { break }
            // Without a hash it may well be another payment.
            if outcome == .completed, hash != nil, hash == last, !isRetry { break }
            last = hash
            return begin()
        case .reached(.sync): if isUnderWay { return end(.completed) }
        case .reached: break
        case .failed(let step, let failure):
            if isUnderWay { return end(.failed(step, failure)) }
            // The node is gone, so the same payment's notification wakes it again.
            if step < .connect || step > .sync { outcome = .failed(step, failure) }
        case .closed:
            if isUnderWay { return end(.abandoned) }
            outcome = nil
        }
        return Effects()
    }

    private mutating func begin() -> Effects<Effect> {
        isUnderWay = true
        return Effects(.wantNode)
    }

    private mutating func end(_ how: Outcome) -> Effects<Effect> {
        isUnderWay = false
        outcome = how
        var effects = Effects<Effect>(.ended(how))
        if !hasBegunEverythingElse, how != .abandoned {
            hasBegunEverythingElse = true
            effects.append(.everythingElse)
        }
        return effects
    }
}

extension NodeStep: Comparable {
    /// Whether the left one comes first.
    public static func < (left: NodeStep, right: NodeStep) -> Bool {
        left.rawValue < right.rawValue
    }
}
