public import NotificationPipeline
internal import Sealing

/// The node of a server: it passes payments on, or sends them back.
public protocol HoldingNode: Sendable {
    /// Passes a payment on to its recipient.
    func forward(_ id: HTLCID) async
    /// Sends a payment back.
    func fail(_ id: HTLCID, _ code: FailureCode) async
}

/// Whatever brings pushes to a recipient's device.
public protocol PushTransport: Sendable {
    /// The key the recipient's device registered; nil when none did.
    func deviceKey(of recipient: NodeID) -> Secp256k1Point?
    /// Sends both, the silent one first. What does not arrive is not told.
    func send(_ pushes: WakePushes, to recipient: NodeID) async
}

/// Holds payments for recipients that are offline, each recipient as its `HoldMachine` says.
///
/// A recipient nobody can wake, since no device registered, gets no payments held.
public actor HoldDriver<Node: HoldingNode, Pushes: PushTransport, Time: Clock<Duration>> {
    private struct Recipient {
        var machine: HoldMachine
        var payments: [HTLCID: HeldPayment] = [:]
        var alarm: Task<Void, Never>?
    }

    private let node: Node
    private let pushes: Pushes
    private let clock: Time
    private let beginning: Time.Instant
    private let policy: HoldPolicy
    private let wallTime: @Sendable () -> Int64
    private var height: UInt32
    private var recipients: [NodeID: Recipient] = [:]

    /// - Parameter wallTime: milliseconds since 1970, which the pushes tell.
    public init(
        node: Node, pushes: Pushes, clock: Time, height: UInt32, policy: HoldPolicy = HoldPolicy(),
        wallTime: @escaping @Sendable () -> Int64
    ) {
        self.node = node
        self.pushes = pushes
        self.clock = clock
        beginning = clock.now
        self.policy = policy
        self.wallTime = wallTime
        self.height = height
    }

    /// A payment for `recipient` came: it is passed on, held, or sent back.
    public func htlcCame(_ htlc: IncomingHTLC, _ payment: HeldPayment, for recipient: NodeID) {
        let isThere = recipients[recipient]?.machine.isConnected ?? false
        guard isThere || pushes.deviceKey(of: recipient) != nil, makeRoom(for: recipient) else {
            return fail(HTLCList(htlc.id))
        }
        take(.htlcCame(htlc), recipient, payment: payment)
    }

    /// Whoever sent a payment took it back.
    public func htlcGone(_ id: HTLCID, for recipient: NodeID) {
        guard recipients[recipient] != nil else { return }
        take(.htlcGone(id), recipient)
    }

    /// A recipient is there.
    public func recipientConnected(_ recipient: NodeID) {
        // Where there is no room, what comes for it is held, and passed on when it connects anew.
        guard makeRoom(for: recipient) else { return }
        take(.recipientConnected, recipient)
    }

    /// A recipient is gone.
    public func recipientDisconnected(_ recipient: NodeID) {
        guard recipients[recipient] != nil else { return }
        take(.recipientDisconnected, recipient)
    }

    /// A block came.
    public func blockCame(height: UInt32) {
        self.height = max(self.height, height)
        for recipient in recipients.keys { take(.blockCame(height: height), recipient) }
    }

    /// How many payments are held for `recipient`.
    public func heldCount(for recipient: NodeID) -> Int {
        recipients[recipient]?.machine.heldCount ?? 0
    }

    /// Forgets recipients that are not there and have no payments, where there are too many.
    private func makeRoom(for recipient: NodeID) -> Bool {
        guard recipients[recipient] == nil, recipients.count >= WakeLimits.recipientsMax else {
            return true
        }
        let idle = recipients.first { _, one in
            !one.machine.isConnected && one.machine.heldCount == 0
        }
        guard let idle else { return false }
        recipients[idle.key] = nil
        return true
    }

    private func take(
        _ event: HoldMachine.Event, _ recipient: NodeID, payment: HeldPayment? = nil
    ) {
        var one =
            recipients[recipient] ?? Recipient(machine: HoldMachine(policy: policy, height: height))
        let effects = one.machine.handle(event, at: beginning.duration(to: clock.now))
        switch event {
        case .htlcCame(let htlc) where one.machine.holds(htlc.id): one.payments[htlc.id] = payment
        case .htlcGone(let id): one.payments[id] = nil
        default: break
        }
        one.alarm?.cancel()
        one.alarm = one.machine.deadline.map { deadline in alarm(deadline, recipient) }
        recipients[recipient] = one
        for effect in effects { perform(effect, recipient) }
    }

    private func alarm(_ deadline: Duration, _ recipient: NodeID) -> Task<Void, Never> {
        Task { [clock, time = beginning.advanced(by: deadline)] in
            guard (try? await clock.sleep(until: time, tolerance: nil)) != nil else { return }
            take(.timeCame, recipient)
        }
    }

    private func perform(_ effect: HoldMachine.Effect, _ recipient: NodeID) {
        switch effect {
        case .forward(let list):
            for id in list { recipients[recipient]?.payments[id] = nil }
            Task { [node] in for id in list { await node.forward(id) } }
        case .fail(let list):
            for id in list { recipients[recipient]?.payments[id] = nil }
            fail(list)
        case .sendPushes(let id):
            guard let payment = recipients[recipient]?.payments[id],
                let device = pushes.deviceKey(of: recipient)
            else { return }
            var randomness = SystemRandomness()
            guard
                let sealed = try? WakePushes(
                    payment, to: device, millisecondsSince1970: wallTime(), &randomness)
            else { return }
            Task { [pushes] in await pushes.send(sealed, to: recipient) }
        }
    }

    private func fail(_ list: HTLCList) {
        Task { [node] in for id in list { await node.fail(id, .temporaryChannelFailure) } }
    }
}
