public import NotificationPipeline
public import SharedGroup

/// What the app does with what the driver finds out.
public struct WakeHandlers: Sendable {
    /// The screen of the incoming payment is to show this. Called in order; must not wait.
    public let show: @Sendable (IncomingPaymentState) -> Void
    /// Everything that had to wait for the node; runs once, in a task of background priority.
    public let everythingElse: @Sendable () async -> Void
    /// A tap has come to its end. Must not wait.
    public let tapEnded: @Sendable (TapMachine.Outcome) -> Void
    /// A completed payment could not be written into the group directory. Must not wait.
    public let notWritten: @Sendable (ReceivedTransaction, StoreError) -> Void

    /// What is left out does nothing.
    public init(
        show: @escaping @Sendable (IncomingPaymentState) -> Void = { _ in },
        everythingElse: @escaping @Sendable () async -> Void = {},
        tapEnded: @escaping @Sendable (TapMachine.Outcome) -> Void = { _ in },
        notWritten: @escaping @Sendable (ReceivedTransaction, StoreError) -> Void = { _, _ in }
    ) {
        self.show = show
        self.everythingElse = everythingElse
        self.tapEnded = tapEnded
        self.notWritten = notWritten
    }
}

/// Does what `NodeCoordinator` decides, with a real node, lease and clock. One for each app.
///
/// Every silent push is answered once, every wait has its deadline. A step that does not return is
/// given up by the coordinator; the driver begins nothing that must not run beside it.
public actor WakeDriver {
    private struct Completion {
        let number: UInt32
        let answer: CheckedContinuation<BackgroundFetchResult, Never>
    }

    private let node: any LightningNode
    private let lease: any LeaseTaking
    private let clock: any WakeClock
    private let groupDirectory: String
    private let counters: Counters?
    private let handlers: WakeHandlers
    private var machine = NodeCoordinator()
    private var completions: [Completion] = []
    private var pushes: UInt32 = 0
    private var operation: (step: NodeStep, task: Task<Void, Never>)?
    private var alarm: (time: Duration, task: Task<Void, Never>)?

    /// Begins nothing.
    ///
    /// - Parameters:
    ///   - node: the one node of this process.
    ///   - lease: the lease of what the node uses.
    ///   - groupDirectory: where records wait and completed payments are written.
    ///   - counters: where waking up is counted; nil for nowhere.
    ///   - handlers: the app's part.
    public init(
        node: any LightningNode, lease: any LeaseTaking, groupDirectory: String,
        counters: Counters? = nil, clock: any WakeClock = SystemWakeClock(),
        handlers: WakeHandlers = WakeHandlers()
    ) {
        self.node = node
        self.lease = lease
        self.clock = clock
        self.groupDirectory = groupDirectory
        self.counters = counters
        self.handlers = handlers
    }

    /// A notification was tapped. Without a hash the newest payment of the inbox is meant, or, where
    /// there is none, the next that comes.
    public func tapped(paymentHash: PaymentHash? = nil) {
        count { values in values[.tapped].addSaturating(1) }
        handle(.tapped(paymentHash ?? waitingPayment()))
    }

    /// An inbox that cannot be read names nothing.
    private func waitingPayment() -> PaymentHash? {
        try? PendingPayment.newest(groupDirectory: groupDirectory, now: clock.unixSeconds)
    }

    /// The user wants the expired payment tried again.
    public func retry() {
        handle(.retried)
    }

    /// A push came in the background. Returns when the system may be told the result: at once for
    /// every push but `incoming_htlc_wake`.
    public func didReceiveRemoteNotification(
        _ payload: [UInt8]
    ) async -> BackgroundFetchResult {
        count { values in values[.silentPushReceived].addSaturating(1) }
        guard let push = SilentPush(payload.span),
            completions.count < WakeLimits.silentPushesMax
        else { return .noData }
        return await withCheckedContinuation { answer in
            pushes &+= 1
            completions.append(Completion(number: pushes, answer: answer))
            handle(.silentPush(pushes, push.paymentHash))
        }
    }

    /// The system says that the time in the background is over.
    public func backgroundTimeExpires() {
        handle(.expired)
    }

    /// The app is being closed: the node is stopped, unless a silent push still needs it.
    public func close() {
        handle(.closed)
    }

    /// What the machine stands at.
    public var state: NodeCoordinator { machine }
}

extension WakeDriver {
    private func handle(_ event: NodeCoordinator.Event) {
        let effects = machine.handle(event, at: clock.now)
        for effect in effects { perform(effect) }
        setAlarm()
    }

    private func perform(_ effect: NodeCoordinator.Effect) {
        switch effect {
        case .begin(let step, let number, let wait): begin(step, number, wait)
        case .renewLease: renewLease()
        case .complete(let last, let result, let received, let fellBack):
            count { values in
                values[.received].addSaturating(UInt64(received))
                values[.fellBackToAlert].addSaturating(UInt64(fellBack))
            }
            // In the order they came; whoever waits is let go behind the counting.
            while let first = completions.first, first.number <= last {
                completions.removeFirst()
                first.answer.resume(returning: result)
            }
        case .show(let state):
            if state == .expired {
                count { values in values[.paymentExpired].addSaturating(1) }
            }
            handlers.show(state)
        case .writeReceived(let sats, let kind, let time):
            count { values in values[.received].add(time) }
            write(ReceivedTransaction(kind: kind, sats: sats))
        case .tapEnded(let outcome):
            if outcome == .completed {
                count { values in values[.tapCompleted].addSaturating(1) }
            }
            handlers.tapEnded(outcome)
        case .everythingElse:
            let everythingElse = handlers.everythingElse
            Task(priority: .background) { await everythingElse() }
        case .measured(let measurement): measure(measurement)
        }
    }

    private func measure(_ measurement: NodeCoordinator.Measurement) {
        switch measurement {
        case .silentPush(let began):
            if began { count { values in values[.handlerStarted].addSaturating(1) } }
        case .nodeStarted(let time): count { values in values[.nodeStart].add(time) }
        case .connected(let time): count { values in values[.connected].add(time) }
        }
    }

    /// Counting that fails is no reason to do anything else differently.
    private func count(_ change: (inout CounterValues) -> Void) {
        try? counters?.update(change)
    }

    private func write(_ transaction: ReceivedTransaction) {
        do throws(StoreError) {
            try transaction.write(groupDirectory: groupDirectory)
        } catch { handlers.notWritten(transaction, error) }
    }

    /// Cancels the step that is under way, waits for it where the next one must not run beside it, and
    /// begins the next one.
    private func begin(_ step: NodeStep, _ number: UInt32, _ wait: Duration) {
        let previous = operation
        previous?.task.cancel()
        // A node that hangs while connecting has to be stopped all the same.
        let mayOverlap = previous?.step == .connect || previous?.step == .sync
        let task = Task {
            if !mayOverlap { await previous?.task.value }
            let succeeded = await perform(step, wait)
            handle(.ended(number, succeeded: succeeded))
        }
        operation = (step, task)
    }

    private func perform(_ step: NodeStep, _ wait: Duration) async -> Bool {
        do throws(NodeError) {
            switch step {
            case .lease: return await lease.take(waiting: wait)
            case .setUp: try await node.setUp()
            case .start:
                try await node.start { [weak self] event in
                    Task { await self?.tell(event) }
                }
            case .connect: try await node.connectToTrustedPeers()
            case .sync: try await node.sync()
            case .stop: try await node.stop()
            case .release: await lease.release()
            }
            return true
        } catch { return false }
    }

    private func tell(_ event: NodeEvent) {
        switch event {
        case .received(let payment): handle(.received(payment))
        }
    }

    private func renewLease() {
        Task {
            if await !lease.renew() { handle(.leaseLost) }
        }
    }

    /// One alarm, for the machine's next deadline.
    private func setAlarm() {
        let deadline = machine.deadline
        guard deadline != alarm?.time else { return }
        alarm?.task.cancel()
        alarm = deadline.map { time in
            let task = Task {
                await clock.sleep(until: time)
                if !Task.isCancelled { ring(time) }
            }
            return (time, task)
        }
    }

    private func ring(_ time: Duration) {
        guard alarm?.time == time else { return }
        alarm = nil
        // Where the clock woke us too early nothing is due, and the alarm is set again.
        while let deadline = machine.deadline, deadline <= clock.now {
            for effect in machine.handle(.timeCame, at: clock.now) { perform(effect) }
        }
        setAlarm()
    }
}
