public import Machines

/// How long a server holds payments.
public struct HoldPolicy: Equatable, Sendable {
    /// How long a payment is held, within `WakeLimits.holdTimes`.
    public let time: Duration
    /// Blocks that have to be left before a payment expires.
    public let marginBlocks: UInt32
    /// What is reckoned for a block.
    public let blockTime: Duration

    /// A policy; the time is brought within `WakeLimits.holdTimes`.
    public init(
        time: Duration = WakeLimits.holdTime,
        marginBlocks: UInt32 = WakeLimits.expiryMarginBlocks,
        blockTime: Duration = WakeLimits.blockTimeShortest
    ) {
        let bounds = WakeLimits.holdTimes
        self.time = min(max(time, bounds.lowerBound), bounds.upperBound)
        self.marginBlocks = marginBlocks
        self.blockTime = blockTime
    }

    /// Blocks a payment may still be held for; 0 when it must not be held.
    func blocksLeft(until cltvExpiry: UInt32, at height: UInt32) -> UInt32 {
        let (last, isPast) = cltvExpiry.subtractingReportingOverflow(marginBlocks)
        return isPast || last <= height ? 0 : last - height
    }
}

/// The payments on their way to one recipient: held while it is offline, and then passed on or sent
/// back, each exactly once.
///
/// A recipient is woken by one pair of pushes, however many payments wait for it. No payment is held
/// past `HoldPolicy.time`, nor into the margin before its expiry, by the blocks that came and, since
/// the next ones may come fast, by the clock.
public struct HoldMachine: Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// A payment for the recipient came.
        case htlcCame(IncomingHTLC)
        /// Whoever sent a payment took it back, or it was resolved otherwise.
        case htlcGone(HTLCID)
        /// The recipient is there.
        case recipientConnected
        /// It is gone.
        case recipientDisconnected
        /// A block came.
        case blockCame(height: UInt32)
        /// The time `deadline` told of has come.
        case timeCame
    }

    /// What is to be done.
    public enum Effect: Sendable {
        /// Send the silent push and the alert, about this payment.
        case sendPushes(HTLCID)
        /// Pass these on to the recipient.
        case forward(HTLCList)
        /// Send these back, with `temporaryChannelFailure`.
        case fail(HTLCList)
    }

    private struct Held {
        var htlc: IncomingHTLC
        var until: Duration
    }

    private let policy: HoldPolicy
    private var held = InlineArray<16, Held?>(repeating: nil)
    private var letGo = HTLCList()
    private var height: UInt32
    private var latest: Duration = .zero
    private var isPushWanted = false
    private var nextPush: Duration?
    /// Whether the recipient is there.
    public private(set) var isConnected: Bool

    /// No payments yet.
    public init(policy: HoldPolicy = HoldPolicy(), height: UInt32, isConnected: Bool = false) {
        self.policy = policy
        self.height = height
        self.isConnected = isConnected
    }

    /// How many payments are held.
    public var heldCount: Int {
        var count = 0
        for index in held.indices where held[index] != nil { count += 1 }
        return count
    }

    /// Whether a payment is held.
    public func holds(_ id: HTLCID) -> Bool { place(of: id) != nil }

    /// When `timeCame` has to be handled; nil for never.
    public var deadline: Duration? {
        var first: Duration?
        for index in held.indices {
            guard let until = held[index]?.until else { continue }
            first = min(first ?? until, until)
        }
        guard let found = first, isPushWanted, let nextPush else { return first }
        return min(found, nextPush)
    }

    /// Takes an event. Time that goes backwards stands still.
    public mutating func handle(_ event: Event, at time: Duration) -> Effects<Effect> {
        latest = max(latest, time)
        // First what is due, so that nothing is passed on that should have been sent back.
        var effects = failDue()
        switch event {
        case .htlcCame(let htlc): come(htlc, &effects)
        case .htlcGone(let id):
            if let index = place(of: id) { release(index) }
        case .recipientConnected: connect(&effects)
        case .recipientDisconnected: isConnected = false
        case .blockCame(let height): grow(to: height, &effects)
        case .timeCame: break
        }
        if heldCount == 0 { isPushWanted = false }
        push(&effects)
        return effects
    }

    private mutating func come(_ htlc: IncomingHTLC, _ effects: inout Effects<Effect>) {
        guard place(of: htlc.id) == nil, !letGo.contains(htlc.id) else { return }
        guard !isConnected else {
            letGo.remember(htlc.id)
            return effects.append(.forward(HTLCList(htlc.id)))
        }
        let blocks = policy.blocksLeft(until: htlc.cltvExpiry, at: height)
        let free = held.indices.first { index in held[index] == nil }
        guard blocks > 0, let free else {
            letGo.remember(htlc.id)
            return effects.append(.fail(HTLCList(htlc.id)))
        }
        // Whoever is woken already is not woken again for the next payment.
        if heldCount == 0 || latest >= nextPush ?? latest { isPushWanted = true }
        let time = min(policy.time, policy.blockTime * Int(blocks))
        held[free] = Held(htlc: htlc, until: latest + time)
    }

    private mutating func connect(_ effects: inout Effects<Effect>) {
        isConnected = true
        let all = take(dueAt: nil)
        if !all.isEmpty { effects.append(.forward(all)) }
    }

    private mutating func grow(to height: UInt32, _ effects: inout Effects<Effect>) {
        // A reorganisation may take blocks back, but the margin is not for gambling.
        self.height = max(self.height, height)
        for index in held.indices {
            guard let htlc = held[index]?.htlc else { continue }
            let blocks = policy.blocksLeft(until: htlc.cltvExpiry, at: self.height)
            let latestTime = latest + policy.blockTime * Int(blocks)
            if let until = held[index]?.until { held[index]?.until = min(until, latestTime) }
        }
        let due = take(dueAt: latest)
        if !due.isEmpty { effects.append(.fail(due)) }
    }

    private mutating func failDue() -> Effects<Effect> {
        let due = take(dueAt: latest)
        return due.isEmpty ? Effects() : Effects(.fail(due))
    }

    private mutating func push(_ effects: inout Effects<Effect>) {
        guard isPushWanted, latest >= nextPush ?? latest else { return }
        var first: Held?
        for index in held.indices {
            guard let one = held[index] else { continue }
            if first.map({ first in one.until < first.until }) ?? true { first = one }
        }
        guard let first else { return }
        isPushWanted = false
        nextPush = latest + WakeLimits.pushGap
        effects.append(.sendPushes(first.htlc.id))
    }

    private func place(of id: HTLCID) -> Int? {
        held.indices.first { index in held[index]?.htlc.id == id }
    }

    /// Lets go of those whose time is up at `time`, or of all.
    private mutating func take(dueAt time: Duration?) -> HTLCList {
        var taken = HTLCList()
        for index in held.indices {
            guard let one = held[index], one.until <= time ?? one.until else { continue }
            taken.append(one.htlc.id)
            release(index)
        }
        return taken
    }

    private mutating func release(_ index: Int) {
        guard let id = held[index]?.htlc.id else { return }
        letGo.remember(id)
        held[index] = nil
    }
}
