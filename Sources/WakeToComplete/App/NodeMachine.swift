public import Machines

/// The life of the one node: up, step after step, while somebody wants it, and down again.
///
/// One step is under way at a time. A step that is begun while another one is under way cancels that
/// one; setting up, starting, taking the lease and stopping are then waited for by whoever does the
/// steps, so that `stop` and `release` always undo all that was begun before. Both are no failure
/// where there is nothing to undo.
///
/// The lease is given back only after the node was stopped, by its own word: a `stop` whose time is
/// over is told of (`failed`), and still waited for. So nobody else ever runs a node beside ours.
public struct NodeMachine: Sendable {
    /// What happened.
    public enum Event: Sendable {
        /// Somebody wants a node that is connected and synchronised, also if it was before. The lease
        /// is waited for that long.
        case wanted(leaseWait: Duration)
        /// Nobody wants it any more.
        case unwanted
        /// The step of that number has ended.
        case ended(UInt32, succeeded: Bool)
        /// The lease was to be renewed, and could not be.
        case leaseLost
        /// `deadline` has come.
        case timeCame
    }

    /// What is to be done, or known.
    public enum Effect: Equatable, Sendable {
        /// A step is to be done, and `ended` to be answered with this number; taking the lease waits
        /// that long for whoever has it.
        case begin(NodeStep, number: UInt32, leaseWait: Duration)
        /// The lease is to be renewed; if it cannot, `leaseLost` is to be answered.
        case renewLease
        /// A step is done.
        case reached(NodeStep)
        /// A step has come to nothing.
        case failed(NodeStep, StepFailure)
        /// The node is stopped, and the lease given back.
        case gone
    }

    /// How far up it is.
    private enum Height: UInt8, Comparable {
        case nothing, leased, setUp, started, connected, synchronised

        static func < (left: Height, right: Height) -> Bool { left.rawValue < right.rawValue }
    }

    private var height = Height.nothing
    private var isWanted = false
    private var leaseWait = Duration.zero
    private var leaseWaitBegun = Duration.zero
    private var number: UInt32 = 0
    private var stepDeadline: Duration?
    private var renewal: Duration?
    private var outcomes = InlineArray<7, StepOutcome>(repeating: .none)
    /// The step that is under way.
    public private(set) var step: NodeStep?

    /// There is no node.
    public init() {}

    /// Whether neither node nor lease is there, or on its way.
    public var isAbsent: Bool { height == .nothing && step == nil }
    /// Whether it was started, and nothing was begun since that stops it.
    public var isStarted: Bool { height >= .started && step != .stop }
    /// Whether the peers are connected, as far as is known.
    public var isConnected: Bool { isStarted && height >= .connected && step != .connect }
    /// When `timeCame` is to be handled.
    public var deadline: Duration? {
        guard let stepDeadline, let renewal else { return stepDeadline ?? renewal }
        return min(stepDeadline, renewal)
    }

    /// What became of a step the last time.
    public func outcome(of step: NodeStep) -> StepOutcome { outcomes[Int(step.rawValue)] }

    /// Answers an event at time `now`.
    public mutating func handle(_ event: Event, at now: Duration) -> Effects<Effect> {
        var effects = Effects<Effect>()
        switch event {
        case .wanted(let wait): want(wait, now, &effects)
        case .unwanted: leave(now, &effects)
        case .ended(let ended, let succeeded):
            // What was given up, and answers late, has been seen to by the step that came after it.
            guard ended == number, let step else { break }
            end(step, succeeded, now, &effects)
        case .leaseLost: loseLease(now, &effects)
        case .timeCame: timeCame(now, &effects)
        }
        return effects
    }
}

extension NodeMachine {
    private mutating func begin(
        _ next: NodeStep, _ now: Duration, _ effects: inout Effects<Effect>
    ) {
        if let step { note(step, .failed(.failed, after: elapsed(step, now))) }
        number &+= 1
        step = next
        if next == .release { renewal = nil }
        let wait = next == .lease ? leaseWait : .zero
        leaseWaitBegun = wait
        stepDeadline = now + next.time + wait
        note(next, .underWay(since: now))
        effects.append(.begin(next, number: number, leaseWait: wait))
    }

    private mutating func note(_ step: NodeStep, _ outcome: StepOutcome) {
        outcomes[Int(step.rawValue)] = outcome
    }

    private func elapsed(_ step: NodeStep, _ now: Duration) -> Duration {
        guard case .underWay(let since) = outcome(of: step) else { return .zero }
        return now - since
    }

    private mutating func want(
        _ wait: Duration, _ now: Duration, _ effects: inout Effects<Effect>
    ) {
        isWanted = true
        leaseWait = max(leaseWait, wait)
        switch step {
        case nil: begin(height == .nothing ? .lease : .connect, now, &effects)
        case .stop?, .release?:
            // Its time may be over already: whoever wants the node now waits once more.
            if let step, stepDeadline == nil { stepDeadline = now + step.time }
        case .lease?, .setUp?, .start?, .connect?, .sync?: break
        }
    }

    private mutating func leave(_ now: Duration, _ effects: inout Effects<Effect>) {
        isWanted = false
        leaseWait = .zero
        switch step {
        case nil where height == .nothing: effects.append(.gone)
        case .lease?: begin(.release, now, &effects)
        case nil, .setUp?, .start?, .connect?, .sync?: begin(.stop, now, &effects)
        case .stop?, .release?: break
        }
    }

    private mutating func end(
        _ ended: NodeStep, _ succeeded: Bool, _ now: Duration, _ effects: inout Effects<Effect>
    ) {
        let took = elapsed(ended, now)
        note(ended, succeeded ? .done(in: took) : .failed(.failed, after: took))
        step = nil
        stepDeadline = nil
        if succeeded { effects.append(.reached(ended)) }
        switch ended {
        case .lease where succeeded:
            height = .leased
            renewal = now + WakeLimits.leaseRenewal
            begin(.setUp, now, &effects)
        case .lease:
            // Somebody who waits longer may have come meanwhile.
            guard leaseWait <= leaseWaitBegun else { return begin(.lease, now, &effects) }
            fail(ended, .failed, now, &effects)
            effects.append(.gone)
        case .setUp where succeeded:
            height = .setUp
            begin(.start, now, &effects)
        case .start where succeeded:
            height = .started
            begin(.connect, now, &effects)
        case .connect where succeeded:
            height = .connected
            begin(.sync, now, &effects)
        case .sync where succeeded: height = .synchronised
        case .setUp, .start, .connect, .sync: fail(ended, .failed, now, &effects)
        case .stop:
            // Where stopping fails there is no node.
            height = .leased
            begin(isWanted && renewal != nil ? .setUp : .release, now, &effects)
        case .release:
            height = .nothing
            renewal = nil
            if isWanted { begin(.lease, now, &effects) } else { effects.append(.gone) }
        }
    }

    /// A step of the way up has come to nothing; the node stays when it runs.
    private mutating func fail(
        _ failed: NodeStep, _ failure: StepFailure, _ now: Duration,
        _ effects: inout Effects<Effect>
    ) {
        if failure == .timedOut { note(failed, .failed(failure, after: elapsed(failed, now))) }
        effects.append(.failed(failed, failure))
        step = nil
        stepDeadline = nil
        // An answer that comes late is nobody's.
        number &+= 1
        switch failed {
        case .connect: height = .started
        case .sync: height = .connected
        case .lease, .setUp, .start, .stop, .release:
            isWanted = false
            leaseWait = .zero
            if failed == .setUp || failed == .start { begin(.stop, now, &effects) }
        }
    }

    private mutating func loseLease(_ now: Duration, _ effects: inout Effects<Effect>) {
        guard height > .nothing, renewal != nil else { return }
        renewal = nil
        isWanted = false
        leaseWait = .zero
        effects.append(.failed(.lease, .leaseLost))
        switch step {
        case .stop?, .release?: break
        case nil, .lease?, .setUp?, .start?, .connect?, .sync?: begin(.stop, now, &effects)
        }
    }

    private mutating func timeCame(_ now: Duration, _ effects: inout Effects<Effect>) {
        if let time = stepDeadline, time <= now, let step {
            switch step {
            case .lease:
                fail(step, .timedOut, now, &effects)
                begin(.release, now, &effects)
            case .setUp, .start, .connect, .sync: fail(step, .timedOut, now, &effects)
            case .stop, .release:
                stepDeadline = nil
                isWanted = false
                leaseWait = .zero
                effects.append(.failed(step, .timedOut))
            }
        } else if let time = renewal, time <= now {
            renewal = now + WakeLimits.leaseRenewal
            effects.append(.renewLease)
        }
    }
}
