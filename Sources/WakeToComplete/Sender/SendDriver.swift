internal import Threading

/// A payment to be sent.
public struct OutgoingPayment: Equatable, Sendable {
    /// What it is known by.
    public var hash: PaymentHash
    /// Whom it is for.
    public var recipient: NodeID
    /// How much, in millisatoshi.
    public var amountMsat: UInt64

    /// A payment of these.
    public init(hash: PaymentHash, recipient: NodeID, amountMsat: UInt64) {
        self.hash = hash
        self.recipient = recipient
        self.amountMsat = amountMsat
    }
}

/// What a node says of an attempt.
public enum AttemptAnswer: Equatable, Sendable {
    /// The recipient has it.
    case succeeded
    /// It failed and can never settle.
    case failed(PaymentFailure)
    /// It is under way, or the node cannot say. `settlement` will.
    case pending
}

/// A node that sends payments.
public protocol PayingNode: Sendable {
    /// Attempts a payment once. The node gives up by itself after `timeout`, but who asks does not
    /// rely on it.
    func attempt(_ payment: OutgoingPayment, timeout: Duration) async -> AttemptAnswer
    /// The end of an attempt that is under way, whenever it comes: true when it settled.
    func settlement(of hash: PaymentHash) async -> Bool
    /// Stops trying, if that is still possible. The attempt ends all the same.
    func abandon(_ hash: PaymentHash) async
}

/// Sends payments with a node, a server's advice and a clock, each as its `RetryMachine` says.
///
/// A payment is known by its hash: who sends one that is being sent waits with the others for its
/// outcome. A node, a server or a clock that hangs delays nobody: the outcome comes when the time of
/// the policy is up, as far as the clock is on time.
public actor SendDriver<Node: PayingNode, Hints: HintSource, Time: Clock<Duration>> {
    private struct Run {
        let payment: OutgoingPayment
        var machine: RetryMachine
        var waiters: [UInt64: CheckedContinuation<SendOutcome, Never>] = [:]
        var alarm: Task<Void, Never>?
    }

    private let node: Node
    private let hints: Hints
    private let clock: Time
    private let beginning: Time.Instant
    private let policy: RetryPolicy
    private let decidedLate: @Sendable (PaymentHash, _ isPaid: Bool) -> Void
    private var randomness: any RandomNumberGenerator & Sendable
    private var runs: [PaymentHash: Run] = [:]
    private var tickets: UInt64 = 0

    /// - Parameter decidedLate: is told when a payment settled, or failed, whose outcome had been
    ///   `undecided` or `cancelled`.
    public init(
        node: Node, hints: Hints, clock: Time, policy: RetryPolicy = RetryPolicy(),
        randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        decidedLate: @escaping @Sendable (PaymentHash, _ isPaid: Bool) -> Void = { _, _ in }
    ) {
        self.node = node
        self.hints = hints
        self.clock = clock
        beginning = clock.now
        self.policy = policy
        self.randomness = randomness
        self.decidedLate = decidedLate
    }

    /// Sends a payment, or sends it again; or waits for the outcome of sending it, when that goes on
    /// already. When the task is cancelled, the outcome is `cancelled`, at once; what others wait for
    /// goes on.
    ///
    /// Returns nil when `WakeLimits.paymentsMax` payments are being sent or may still settle.
    public func send(_ payment: OutgoingPayment) async -> SendOutcome? {
        guard makeRoom(for: payment.hash) else { return nil }
        tickets += 1
        let ticket = tickets
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(payment, ticket, continuation)
            }
        } onCancel: {
            Task { await self.cancel(payment.hash, ticket) }
        }
    }

    /// Whether a payment is being sent or may still settle.
    public func isUnderWay(_ hash: PaymentHash) -> Bool {
        guard let run = runs[hash] else { return false }
        return run.machine.isSending || run.machine.mayStillSettle
    }

    /// Forgets payments that are over, where there are too many.
    private func makeRoom(for hash: PaymentHash) -> Bool {
        guard runs[hash] == nil, runs.count >= WakeLimits.paymentsMax else { return true }
        let over = runs.first { _, run in !run.machine.isSending && !run.machine.mayStillSettle }
        guard let over else { return false }
        runs[over.key] = nil
        return true
    }

    private func begin(
        _ payment: OutgoingPayment, _ ticket: UInt64,
        _ continuation: CheckedContinuation<SendOutcome, Never>
    ) {
        guard !Task.isCancelled else { return continuation.resume(returning: .cancelled) }
        var run = runs[payment.hash] ?? Run(payment: payment, machine: RetryMachine(policy: policy))
        run.waiters[ticket] = continuation
        runs[payment.hash] = run
        take(.sendAsked, payment.hash)
    }

    private func cancel(_ hash: PaymentHash, _ ticket: UInt64) {
        guard let waiter = runs[hash]?.waiters.removeValue(forKey: ticket) else { return }
        waiter.resume(returning: .cancelled)
        if runs[hash]?.waiters.isEmpty == true { take(.cancelled, hash) }
    }

    private func take(_ event: RetryMachine.Event, _ hash: PaymentHash) {
        guard var run = runs[hash] else { return }
        let now = beginning.duration(to: clock.now)
        let effects = run.machine.handle(event, at: now, &randomness)
        run.alarm?.cancel()
        run.alarm = run.machine.deadline.map { deadline in alarm(deadline, hash) }
        runs[hash] = run
        for effect in effects { perform(effect, run.payment) }
    }

    private func alarm(_ deadline: Duration, _ hash: PaymentHash) -> Task<Void, Never> {
        Task { [clock, time = beginning.advanced(by: deadline)] in
            // Cancelled when something else happened first.
            guard (try? await clock.sleep(until: time, tolerance: nil)) != nil else {
                return
            }
            take(.timeCame, hash)
        }
    }

    private func perform(_ effect: RetryMachine.Effect, _ payment: OutgoingPayment) {
        switch effect {
        case .attempt(let number, let timeout):
            Task { [node] in
                switch await node.attempt(payment, timeout: timeout) {
                case .succeeded: take(.attemptSucceeded(number), payment.hash)
                case .failed(let failure): take(.attemptFailed(number, failure), payment.hash)
                case .pending:
                    take(.attemptPending(number), payment.hash)
                    let isPaid = await node.settlement(of: payment.hash)
                    take(
                        isPaid ? .attemptSucceeded(number) : .attemptFailed(number, .unknown),
                        payment.hash)
                }
            }
        case .askHint(let number, let timeout):
            Task { [hints] in
                let hint = try? await hints.hint(
                    recipient: payment.recipient, amountMsat: payment.amountMsat, timeout: timeout)
                take(.hintCame(number, hint), payment.hash)
            }
        case .abandon: Task { [node] in await node.abandon(payment.hash) }
        case .finish(let outcome):
            let waiters = runs[payment.hash]?.waiters ?? [:]
            runs[payment.hash]?.waiters = [:]
            for (_, waiter) in waiters { waiter.resume(returning: outcome) }
        case .decidedLate(let isPaid): decidedLate(payment.hash, isPaid)
        }
    }
}
