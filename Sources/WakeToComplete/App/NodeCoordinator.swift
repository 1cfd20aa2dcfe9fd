public import Machines
public import SharedGroup

/// Everything that wakes the wallet, and the one node it has: decides who owns the node.
///
/// A silent push owns the node it brought up, and leaves it stopped, its lease given back. A tap takes
/// a node over as it is, without stopping it, also on its way up; from then on the app owns it, and
/// silent pushes only borrow it. The app's node runs until the app is closed.
///
/// All times count from the same beginning and only go forward. While `deadline` is not behind `now`,
/// `timeCame` is to be handled, again and again: each time is answered by itself.
public struct NodeCoordinator: Sendable {
    /// What happened.
    public enum Event: Sendable {
        /// A notification was tapped, with the payment's hash where it is known.
        case tapped(PaymentHash?)
        /// The user wants it tried again, on the screen of an expired payment.
        case retried
        /// A silent push with a number above that of the one before, and its payment's hash.
        case silentPush(UInt32, PaymentHash?)
        /// The system says that the time of the silent pushes is over.
        case expired
        /// The node has received a payment.
        case received(ReceivedPayment)
        /// The step of that number has ended.
        case ended(UInt32, succeeded: Bool)
        /// The lease could not be renewed.
        case leaseLost
        /// The app is being closed.
        case closed
        /// `deadline` has come.
        case timeCame
    }

    /// What is to be done now.
    public enum Effect: Equatable, Sendable {
        /// A step is to be done, as `NodeMachine` has it, and `ended` to be answered.
        case begin(NodeStep, number: UInt32, leaseWait: Duration)
        /// The lease is to be renewed; if it cannot, `leaseLost` is to be answered.
        case renewLease
        /// The silent pushes up to this number that have no completion yet get this one. So many of them
        /// got their payment; the others are left to the alert.
        case complete(through: UInt32, BackgroundFetchResult, received: UInt32, fellBack: UInt32)
        /// The screen shows this.
        case show(IncomingPaymentState)
        /// `backgroundTransaction` is to be written; the payment was waited for that long.
        case writeReceived(sats: UInt64, ReceivedTransaction.Kind, after: Duration)
        /// The tap has come to its end.
        case tapEnded(TapMachine.Outcome)
        /// Everything that had to wait may begin, at background priority.
        case everythingElse
        /// Something to be counted.
        case measured(Measurement)
    }

    /// What is counted on the way.
    public enum Measurement: Equatable, Sendable {
        /// A silent push came; it began the work, or joined what was under way.
        case silentPush(began: Bool)
        /// The node was started, so long after it was wanted.
        case nodeStarted(after: Duration)
        /// The peers were connected, so long after the node was wanted.
        case connected(after: Duration)
    }

    /// Who may have the node stopped.
    public enum Owner: Equatable, Sendable {
        /// There is none, or it is on its way down.
        case nobody
        /// Silent pushes.
        case silentPush
        /// The app, since a tap.
        case app
    }

    /// The node.
    public private(set) var node = NodeMachine()
    /// The tap.
    public private(set) var tap = TapMachine()
    /// The silent pushes.
    public private(set) var silentPush = SilentPushMachine()
    /// The payments and the screen.
    public private(set) var payment = IncomingPaymentMachine()
    private var isApps = false
    /// Since when a node that was not there is wanted.
    private var coldSince: Duration?

    /// Nothing is under way.
    public init() {}

    /// Who owns the node.
    public var owner: Owner {
        if isApps { return .app }
        return silentPush.isActive && !silentPush.isLeaving ? .silentPush : .nobody
    }

    /// When `timeCame` is to be handled.
    public var deadline: Duration? {
        // One by one: a list of them would be one on the heap, at every event.
        var first = node.deadline
        if let time = silentPush.deadline { first = min(first ?? time, time) }
        if let time = payment.deadline { first = min(first ?? time, time) }
        return first
    }

    /// Answers an event at time `now`.
    public mutating func handle(_ event: Event, at now: Duration) -> Effects<Effect> {
        var out = Effects<Effect>()
        switch event {
        case .tapped(let hash):
            let isRetry = payment.state == .expired
            onPayment(.opened(hash, isConnected: node.isConnected), now, &out)
            onTap(.tapped(hash, isRetry: isRetry), now, &out)
        case .retried: onPayment(.retried(isConnected: node.isConnected), now, &out)
        case .silentPush(let number, let hash): push(number, hash, now, &out)
        case .expired: onSilentPush(.expired, now, &out)
        case .received(let received): receive(received, now, &out)
        case .ended(let number, let succeeded):
            onNode(.ended(number, succeeded: succeeded), now, &out)
        case .leaseLost: onNode(.leaseLost, now, &out)
        case .closed:
            isApps = false
            onTap(.closed, now, &out)
            onPayment(.closed, now, &out)
            if !silentPush.isActive { onNode(.unwanted, now, &out) }
        case .timeCame: timeCame(now, &out)
        }
        return out
    }
}

extension NodeCoordinator {
    private mutating func push(
        _ number: UInt32, _ hash: PaymentHash?, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        out.append(.measured(.silentPush(began: !silentPush.isActive)))
        onPayment(.expected(hash), now, &out)
        let isKnown = hash.map(payment.isReceived) ?? false
        onSilentPush(.pushed(number, isAwaited: !isKnown), now, &out)
    }

    private mutating func receive(
        _ received: ReceivedPayment, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        let (count, awaited) = (payment.receivedCount, payment.awaitedByPush)
        onPayment(.received(received), now, &out)
        // A payment that is told again is no news.
        guard payment.receivedCount > count else { return }
        let left = payment.awaitedByPush
        onSilentPush(
            .received(wasAwaited: left < awaited, areMoreAwaited: left > 0), now, &out)
    }

    private mutating func timeCame(_ now: Duration, _ out: inout Effects<Effect>) {
        if let time = node.deadline, time <= now {
            onNode(.timeCame, now, &out)
        } else if let time = silentPush.deadline, time <= now {
            onSilentPush(.timeCame, now, &out)
        } else {
            onPayment(.timeCame, now, &out)
        }
    }

    private mutating func wantNode(
        leaseWait: Duration, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        if !node.isStarted, coldSince == nil { coldSince = now }
        onNode(.wanted(leaseWait: leaseWait), now, &out)
    }

    private mutating func onTap(
        _ event: TapMachine.Event, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        for effect in tap.handle(event) {
            switch effect {
            case .wantNode:
                isApps = true
                // Silent pushes that were leaving the node have nothing to wait for any more.
                if silentPush.isLeaving { onSilentPush(.left, now, &out) }
                wantNode(leaseWait: WakeLimits.leaseWaitOfTap, now, &out)
            case .ended(let outcome): out.append(.tapEnded(outcome))
            case .everythingElse: out.append(.everythingElse)
            }
        }
    }

    private mutating func onPayment(
        _ event: IncomingPaymentMachine.Event, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        for effect in payment.handle(event, at: now) {
            switch effect {
            case .show(let state): out.append(.show(state))
            case .writeReceived(let sats, let kind, let time):
                out.append(.writeReceived(sats: sats, kind, after: time))
            case .retryNode: onTap(.tapped(payment.payment, isRetry: true), now, &out)
            }
        }
    }

    private mutating func onSilentPush(
        _ event: SilentPushMachine.Event, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        for effect in silentPush.handle(event, at: now) {
            switch effect {
            case .wantNode:
                wantNode(leaseWait: WakeLimits.leaseWaitOfSilentPush, now, &out)
            case .leaveNode where isApps: onSilentPush(.left, now, &out)
            case .leaveNode: onNode(.unwanted, now, &out)
            case .complete(let last, let result, let received, let fellBack):
                out.append(
                    .complete(through: last, result, received: received, fellBack: fellBack))
                onPayment(.pushesEnded, now, &out)
            }
        }
    }

    private mutating func onNode(
        _ event: NodeMachine.Event, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        for effect in node.handle(event, at: now) {
            switch effect {
            case .begin(let step, let number, let wait):
                out.append(.begin(step, number: number, leaseWait: wait))
            case .renewLease: out.append(.renewLease)
            case .reached(let step): reached(step, now, &out)
            case .failed(let step, let failure):
                coldSince = nil
                if step != .connect && step != .sync { isApps = false }
                onTap(.failed(step, failure), now, &out)
                onPayment(.failed, now, &out)
                onSilentPush(.failed(step, failure), now, &out)
            case .gone:
                coldSince = nil
                onSilentPush(.left, now, &out)
            }
        }
    }

    private mutating func reached(
        _ step: NodeStep, _ now: Duration, _ out: inout Effects<Effect>
    ) {
        if let since = coldSince, step == .start {
            out.append(.measured(.nodeStarted(after: now - since)))
        }
        if step == .connect {
            if let since = coldSince { out.append(.measured(.connected(after: now - since))) }
            coldSince = nil
            onPayment(.connected, now, &out)
        }
        onTap(.reached(step), now, &out)
        onSilentPush(.reached(step), now, &out)
    }
}
