public import Machines
public import SharedGroup

/// What the screen of an incoming payment shows.
public enum IncomingPaymentState: Equatable, Sendable {
    /// The node is on its way to its peers.
    case connecting
    /// It is connected; the payment is on its way.
    case completing
    /// The payment has arrived: whole satoshi.
    case completed(sats: UInt64)
    /// It has not, so far. The user may try again, or ask the sender to; should it still arrive, it is
    /// completed.
    case expired
}

/// The payments that are waited for, and the screen that shows one of them.
///
/// Who waits says so before the payment comes, or behind it: what the node has received is remembered.
/// A payment that is told of twice, or waited for by a push and by the user, is written once.
public struct IncomingPaymentMachine: Sendable {
    /// What happened.
    public enum Event: Sendable {
        /// A silent push announced a payment; nil for one it does not name.
        case expected(PaymentHash?)
        /// The screen was opened for a payment; nil for one that nobody named.
        case opened(PaymentHash?, isConnected: Bool)
        /// The node is connected.
        case connected
        /// The node does not come up.
        case failed
        /// The node has received a payment.
        case received(ReceivedPayment)
        /// The user wants it tried again.
        case retried(isConnected: Bool)
        /// No silent push is under way any more.
        case pushesEnded
        /// The screen was closed.
        case closed
        /// `deadline` has come.
        case timeCame
    }

    /// What is to be done.
    public enum Effect: Equatable, Sendable {
        /// The screen shows this.
        case show(IncomingPaymentState)
        /// The payment is written down as received (ReceivedTxSheetDetails), after this time of waiting.
        case writeReceived(sats: UInt64, ReceivedTransaction.Kind, after: Duration)
        /// The node is wanted once more.
        case retryNode
    }

    /// A payment somebody waits for.
    private struct Awaited {
        var hash: PaymentHash?
        var since: Duration
        var byPush: Bool
        var byScreen: Bool
    }

    /// A payment that came.
    private struct Past {
        var payment: ReceivedPayment
        var isWritten: Bool
    }

    private var awaited = InlineArray<4, Awaited?>(repeating: nil)
    private var past = InlineArray<8, Past?>(repeating: nil)
    private var pastNext = 0
    /// Payments received so far, each counted once however often it was told.
    public private(set) var receivedCount = 0
    private var screen: PaymentHash?
    /// What the screen shows; nil while there is none.
    public private(set) var state: IncomingPaymentState?
    /// When `timeCame` is to be handled.
    public private(set) var deadline: Duration?

    /// Nobody waits.
    public init() {}

    /// How many payments silent pushes wait for.
    public var awaitedByPush: Int {
        awaited.indices.count { index in awaited[index]?.byPush == true }
    }
    /// The payment the screen shows; nil for one that nobody named.
    public var payment: PaymentHash? { screen }

    /// Whether that payment is remembered as received.
    public func isReceived(_ hash: PaymentHash) -> Bool { pastIndex(named: hash) != nil }

    /// Answers an event at time `now`.
    public mutating func handle(_ event: Event, at now: Duration) -> Effects<Effect> {
        var effects = Effects<Effect>()
        switch event {
        case .expected(let hash):
            guard !writePast(hash, now, &effects) else { break }
            wait(Awaited(hash: hash, since: now, byPush: true, byScreen: false))
        case .opened(let hash, let isConnected): open(hash, isConnected, now, &effects)
        case .connected: if state == .connecting { show(.completing, &effects) }
        case .failed: if isUnderWay { expire(&effects) }
        case .received(let payment): receive(payment, now, &effects)
        case .retried(let isConnected):
            guard state == .expired else { break }
            begin(isConnected, now, &effects)
            effects.append(.retryNode)
        case .pushesEnded:
            for index in awaited.indices where awaited[index]?.byPush == true {
                awaited[index]?.byPush = false
                if awaited[index]?.hash == nil, awaited[index]?.byScreen == false {
                    awaited[index] = nil
                }
            }
        case .closed:
            state = nil
            deadline = nil
            for index in awaited.indices where awaited[index]?.byScreen == true {
                awaited[index]?.byScreen = false
                if awaited[index]?.hash == nil, awaited[index]?.byPush == false {
                    awaited[index] = nil
                }
            }
        case .timeCame: if let time = deadline, time <= now { expire(&effects) }
        }
        return effects
    }
}

extension IncomingPaymentMachine {
    private var isUnderWay: Bool { state == .connecting || state == .completing }

    private mutating func show(_ new: IncomingPaymentState, _ effects: inout Effects<Effect>) {
        guard state != new else { return }
        state = new
        effects.append(.show(new))
    }

    private mutating func begin(
        _ isConnected: Bool, _ now: Duration, _ effects: inout Effects<Effect>
    ) {
        deadline = now + WakeLimits.paymentTime
        show(isConnected ? .completing : .connecting, &effects)
    }

    private mutating func expire(_ effects: inout Effects<Effect>) {
        deadline = nil
        show(.expired, &effects)
    }

    private mutating func open(
        _ hash: PaymentHash?, _ isConnected: Bool, _ now: Duration,
        _ effects: inout Effects<Effect>
    ) {
        // Tapped twice is tapped once.
        if screen == hash, isUnderWay { return }
        screen = hash
        if let hash, let index = pastIndex(named: hash), let found = past[index] {
            _ = writePast(hash, now, &effects)
            deadline = nil
            return show(.completed(sats: found.payment.sats), &effects)
        }
        wait(Awaited(hash: hash, since: now, byPush: false, byScreen: true))
        begin(isConnected, now, &effects)
    }

    /// Remembers who waits; the oldest gives way when there are too many.
    private mutating func wait(_ new: Awaited) {
        var place = 0
        for index in awaited.indices {
            guard let known = awaited[index] else {
                if awaited[place] != nil { place = index }
                continue
            }
            if known.hash == new.hash {
                awaited[index]?.byPush = known.byPush || new.byPush
                awaited[index]?.byScreen = known.byScreen || new.byScreen
                return
            }
            if let other = awaited[place], known.since < other.since { place = index }
        }
        awaited[place] = new
    }

    private func pastIndex(named hash: PaymentHash) -> Int? {
        past.indices.first { index in past[index]?.payment.isNamed(hash) == true }
    }

    /// Writes a payment that came before anybody waited for it; true when there is one.
    private mutating func writePast(
        _ hash: PaymentHash?, _ now: Duration, _ effects: inout Effects<Effect>
    ) -> Bool {
        guard let hash, let index = pastIndex(named: hash), let found = past[index] else {
            return false
        }
        if !found.isWritten {
            past[index]?.isWritten = true
            effects.append(
                .writeReceived(sats: found.payment.sats, found.payment.kind, after: .zero))
        }
        return true
    }

    private mutating func receive(
        _ payment: ReceivedPayment, _ now: Duration, _ effects: inout Effects<Effect>
    ) {
        let isKnown = past.indices.contains { index in
            past[index]?.payment.isSame(as: payment) == true
        }
        guard !isKnown else { return }
        receivedCount += 1
        // Who waits for it by its name, and one who waits for any.
        let named = awaitedIndex { hash in hash.map(payment.isNamed) ?? false }
        let unnamed = awaitedIndex { hash in hash == nil }
        past[pastNext] = Past(payment: payment, isWritten: named != nil || unnamed != nil)
        pastNext = (pastNext + 1) % past.count
        guard let first = earliest(named, unnamed) else { return }
        effects.append(.writeReceived(sats: payment.sats, payment.kind, after: now - first))
        if let named { awaited[named] = nil }
        if let unnamed { awaited[unnamed] = nil }
        let isShown = screen.map(payment.isNamed) ?? true
        guard isShown, isUnderWay || state == .expired else { return }
        deadline = nil
        show(.completed(sats: payment.sats), &effects)
    }

    private func awaitedIndex(where fits: (PaymentHash?) -> Bool) -> Int? {
        awaited.indices.first { index in awaited[index].map { one in fits(one.hash) } ?? false }
    }

    /// Since when the first of the two has waited.
    private func earliest(_ one: Int?, _ other: Int?) -> Duration? {
        let since = one.flatMap { index in awaited[index]?.since }
        let otherSince = other.flatMap { index in awaited[index]?.since }
        guard let since, let otherSince else { return since ?? otherSince }
        return Swift.min(since, otherSince)
    }
}
