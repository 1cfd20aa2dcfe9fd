internal import Threading

/// The gates every operation goes through that needs the network or the database.
///
/// Open while the process is active; on the way to suspension they close in the order of
/// `GatedOperation`, so that what has begun finds the later gates open. Who comes to a closed gate
/// waits for `active`, and never longer than it said. Who moves the phases is `PhaseController` in
/// an app and `ExtensionPhases` in an extension. May be used from several threads.
public final class OperationGates: Sendable {
    /// What is called without the lock.
    struct Handlers: Sendable {
        var onEvent: @Sendable (PhaseEvent) -> Void = { _ in }
        var mayStayConnected: @Sendable () -> Bool = { false }
    }

    let clock: any CoordinationClock
    private let state = Monitor(PhaseState())
    private let handlers = Mutex<Handlers?>(nil)

    /// Begins active, with every gate open.
    public init(clock: any CoordinationClock) {
        self.clock = clock
    }

    /// Goes through the gate of `operation`, waiting for it at most `wait`.
    public func begin(
        _ operation: GatedOperation, within wait: Duration
    ) throws(OperationError) -> OperationPermit {
        try pass(within: wait) { (state) throws(OperationError) in try state.begin(operation) }
        return OperationPermit(self, operation)
    }

    /// The same as a part of `outer`: one of its own kind is under way already and not kept waiting.
    public func begin(
        _ operation: GatedOperation, inside outer: borrowing OperationPermit, within wait: Duration
    ) throws(OperationError) -> OperationPermit {
        let isPart = outer.operation == operation && outer.gates === self
        try pass(within: wait) { (state) throws(OperationError) in
            guard isPart else { return try state.begin(operation) }
            try state.beginInside(operation)
            return true
        }
        return OperationPermit(self, operation)
    }

    /// Runs `body` as `operation`, which ends with it, also when it throws. Inside of it the same
    /// thread is not kept waiting by the same gate again.
    public func perform<Result: ~Copyable, Failure: Error>(
        _ operation: GatedOperation, within wait: Duration,
        _ body: () throws(Failure) -> Result
    ) throws(BracketError<OperationError, Failure>) -> Result {
        do throws(OperationError) {
            try enter(operation, within: wait)
        } catch { throw .refused(error) }
        defer { exit(operation) }
        do throws(Failure) {
            return try body()
        } catch { throw .failed(error) }
    }

    /// What the process is now.
    public var phase: Phase {
        settle()
        return state.withLock { state in state.phase }
    }

    /// Whether an operation of that kind would have to wait now.
    public func isClosed(_ operation: GatedOperation) -> Bool {
        settle()
        return state.withLock { state in state.isClosed(operation) }
    }

    /// How many operations of that kind are under way.
    public func underWay(_ operation: GatedOperation) -> Int {
        state.withLock { state in state.countUnderWay(operation) }
    }

    /// How many threads wait at closed gates.
    public var waiting: Int { state.withLock { state in state.waiting } }

    /// The first half of `perform`.
    func enter(_ operation: GatedOperation, within wait: Duration) throws(OperationError) {
        let thread = Thread.currentNumber
        try pass(within: wait) { (state) throws(OperationError) in
            if state.reenter(operation, thread) { return true }
            guard try state.begin(operation) else { return false }
            state.enter(operation, thread)
            return true
        }
    }

    /// The other half, by the same thread.
    func exit(_ operation: GatedOperation) {
        let thread = Thread.currentNumber
        change(asking: false) { state, _ in state.exit(operation, thread) }
    }

    /// A permit is gone.
    func leave(_ operation: GatedOperation) {
        change(asking: false) { state, _ in state.end(operation) }
    }

    /// A bracket has the lock of the database's file; false when everything is suspended already.
    func holdDatabase() -> Bool {
        settle()
        return state.withLock { state in
            if case .suspended = state.stage { return false }
            state.databasesHeld += 1
            return true
        }
    }

    /// It gave the lock back.
    func releaseDatabase() {
        state.withLock { state in state.databasesHeld -= 1 }
    }

    /// Says who is told of events, once for each object.
    func attach(_ added: Handlers, _ configure: (inout PhaseState) -> Void) {
        handlers.withLock { handlers in
            precondition(handlers == nil, "one object moves the phases of one set of gates")
            handlers = added
        }
        state.withLock { state in configure(&state) }
    }

    /// Changes the state, does what is due then, tells of it, and sees to it that deadlines are kept.
    ///
    /// - Parameter asking: whether it matters now if the connection is still needed; where nobody
    ///   asked, it counts as needed.
    func change(
        asking: Bool = true, _ body: (inout PhaseState, _ staysConnected: Bool) -> Void
    ) {
        let handlers = handlers.withLock { handlers in handlers } ?? Handlers()
        // Asked without the lock, since whoever answers may have one of his own.
        let staysConnected = !asking || handlers.mayStayConnected()
        let (events, startsWatch) = state.withLock { state in
            body(&state, staysConnected)
            state.judge(staysConnected: staysConnected, on: clock)
            let startsWatch = state.needsWatch && !state.isWatched
            if startsWatch { state.isWatched = true }
            return (state.takeEvents(), startsWatch)
        }
        if events.networkIdle { handlers.onEvent(.networkIdle) }
        if let suspension = events.suspended { handlers.onEvent(.suspended(suspension)) }
        if startsWatch { watch() }
    }

    /// Does what is due by now.
    func settle() {
        change { _, _ in }
    }

    /// Tries `step` until it says true, or the time is up.
    private func pass(
        within wait: Duration, _ step: (inout PhaseState) throws(OperationError) -> Bool
    ) throws(OperationError) {
        let deadline = ClockDeadline(wait, on: clock)
        var isCounted = false
        defer {
            if isCounted { state.withLock { state in state.waiting -= 1 } }
        }
        while true {
            settle()
            let slice = min(CoordinationLimits.phaseSlice, deadline.remaining(on: clock))
            let outcome = state.waiting(atMost: slice) { state -> Result<Void, OperationError>? in
                do throws(OperationError) {
                    if try step(&state) { return .success(()) }
                } catch { return .failure(error) }
                if !isCounted {
                    guard state.waiting < CoordinationLimits.operationsMax else {
                        return .failure(.tooMany)
                    }
                    (state.waiting, isCounted) = (state.waiting + 1, true)
                }
                return nil
            }
            if let outcome { return try outcome.get() }
            guard !deadline.isPassed(on: clock) else { throw .deadline }
        }
    }

    /// One thread looks at the deadlines while there are any: at most one at any time. It keeps the
    /// gates for one slice only, so that they can go.
    private func watch() {
        let started = Thread.detach(stackBytes: CoordinationLimits.phaseStackBytes) {
            [weak self] in
            while let gates = self, gates.keepWatch() {}
        }
        // Without a thread nobody would see the time pass: the safe side is to close at once.
        if !started { closeUnwatched() }
    }

    /// Rests for one slice, then looks; false when there is nothing to look at any more.
    private func keepWatch() -> Bool {
        let isOver = state.waiting(atMost: CoordinationLimits.phaseSlice) { state -> Bool? in
            guard !state.needsWatch else { return nil }
            state.isWatched = false
            return true
        }
        guard isOver == nil else { return false }
        settle()
        return true
    }

    /// Ends what nobody can watch: operations under way are given no time to finish.
    private func closeUnwatched() {
        let handlers = handlers.withLock { handlers in handlers } ?? Handlers()
        let events = state.withLock { state in
            state.isWatched = false
            state.close(.time, finishing: .zero, on: clock)
            state.judge(staysConnected: false, on: clock)
            return state.takeEvents()
        }
        if let suspension = events.suspended { handlers.onEvent(.suspended(suspension)) }
    }
}
