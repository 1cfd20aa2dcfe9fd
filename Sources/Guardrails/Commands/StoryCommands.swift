internal import Glibc
internal import ProcessCoordination
internal import Threading

/// A whole process' life, put together from every room as a wallet would: the app's coming to the
/// foreground and going, the extension's push. What it says of payments counts: `part N MOMENT` is
/// an acknowledged part, `settled K` a payment that completed.
///
///     story foreground N MILLISECONDS     the app becomes active, connects, and takes part N
///     story background                    it closes everything again
///     story push N MILLISECONDS           the extension is handed a push for part N
final class StoryCommands: ProcessCommands {
    static let word = "story"

    /// What a connected process holds; the connection is closed before the permit goes.
    private struct Connection: ~Copyable {
        let descriptor: Int32
        let permit: PeerPermit?

        deinit { _ = Glibc.close(descriptor) }
    }

    private struct State: ~Copyable {
        var connection: Connection?
        var isBusy = false
        var isForeground = false
    }

    private let environment: ProcessEnvironment
    private let presence: Presence
    private let leases: Leases?
    private let gate: PeerGate?
    private let parts: PendingParts?
    private let state = Mutex(State())

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        let (group, clock) = (environment.groupDirectory, environment.clock)
        presence = Presence(side: environment.side, groupDirectory: group, clock: clock)
        presence.suspend()
        try? presence.start()
        leases = try? Leases(
            groupDirectory: group,
            context: environment.side == .app ? .foregroundApp : .pushNotificationExtension,
            clock: clock)
        gate = try? PeerGate(side: environment.side, groupDirectory: group, clock: clock)
        parts = try? PendingParts(groupDirectory: group, clock: clock)
    }

    func run(_ words: [String]) throws(Refused) -> String {
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy
        }
        guard isFree else { throw Refused("busy") }
        defer { state.withLock { state in state.isBusy = false } }
        switch (words.first, words.dropFirst().first.flatMap(UInt64.init)) {
        case ("foreground", let number?):
            return try foreground(number, within: milliseconds(words.last))
        case ("background", _): return background()
        case ("push", let number?): return try push(number, within: milliseconds(words.last))
        default: throw Refused("usage")
        }
    }

    private func foreground(_ number: UInt64, within wait: Duration) throws(Refused) -> String {
        let wasForeground = state.withLock { state in
            defer { state.isForeground = true }
            return state.isForeground
        }
        if !wasForeground { presence.resume() }
        if state.withLock({ state in state.connection == nil }) {
            try connect(within: wait)
            presence.setConnected(true)
        }
        try take(number)
        return ""
    }

    private func background() -> String {
        let wasForeground = state.withLock { state in
            defer { state.isForeground = false }
            return state.isForeground
        }
        disconnect()
        if wasForeground { presence.suspend() }
        return ""
    }

    private func disconnect() {
        // Both ends of the scope: the connection is closed, then the lease is given back.
        let isConnected = state.withLock { state in state.connection.take() != nil }
        presence.setConnected(false)
        if isConnected { try? leases?.unlock(.lightning) }
    }

    private func push(_ number: UInt64, within wait: Duration) throws(Refused) -> String {
        guard presence.current != .active else { throw Refused("app-active") }
        presence.resume()
        defer { presence.suspend() }
        try connect(within: wait)
        presence.setConnected(true)
        defer { disconnect() }
        try take(number)
        // As long as a payment takes to arrive.
        environment.clock.pause(for: .milliseconds(Int(number % 7)))
        return ""
    }

    /// The lease, then the gate, then the peer; nothing is left of it when one of them refuses.
    private func connect(within wait: Duration) throws(Refused) {
        guard let leases, let gate else { throw Refused("no-group-directory") }
        try refusing { () throws(LeaseError) in try leases.lock(.lightning, wait: wait) }
        do throws(Refused) {
            var permit: PeerPermit? = try enter(gate, wait)
            guard permit?.isValid() == true, leases.isHeld(.lightning) else {
                throw Refused("lost")
            }
            // What a heartbeat and a lease alone would be worth.
            if environment.isSpoiled { permit = nil }
            let descriptor = PeerSocket.connect(environment.peerAddress)
            guard descriptor >= 0 else { throw Refused("no-peer") }
            var connection: Connection? = Connection(
                descriptor: descriptor, permit: permit.take())
            state.withLock { state in state.connection = connection.take() }
        } catch {
            try? leases.unlock(.lightning)
            throw error
        }
    }

    private func enter(_ gate: PeerGate, _ wait: Duration) throws(Refused) -> PeerPermit {
        do throws(GateError) {
            return try gate.enter(within: wait) { state in environment.report("gate \(state)") }
        } catch { throw Refused("\(error)") }
    }

    /// Two parts of a thousand millisatoshi are one payment.
    private func take(_ number: UInt64) throws(Refused) {
        guard let parts else { throw Refused("no-parts") }
        let hash = PartsLedger.hash(of: number / 2)
        let part = PendingPart(
            paymentHash: hash, channel: 1, htlc: number, amountMsat: 1_000, totalMsat: 2_000,
            cltvExpiry: 800_000)
        do throws(PartsError) {
            // What may no longer wait goes back to its sender first; what a dead process had begun to
            // settle is settled now.
            var orphans: [PaymentHash] = []
            try parts.expire { hash, event in
                if event == .orphaned { orphans.append(hash) }
            }
            for orphan in orphans { try settle(orphan, parts) }
            let moment = PartsLedger.moment(of: environment.clock)
            switch try parts.append(part) {
            case .waiting, .complete, .duplicate: environment.report("part \(number) \(moment)")
            case .settled, .failed, .refused: return
            }
            try settle(hash, parts)
        } catch { throw Refused("\(error)") }
    }

    private func settle(_ hash: PaymentHash, _ parts: PendingParts) throws(PartsError) {
        guard case .claimed = try parts.claim(hash) else { return }
        if case .done = try parts.settle(hash) {
            environment.report("settled \(PartsLedger.payment(of: hash))")
        }
    }
}
