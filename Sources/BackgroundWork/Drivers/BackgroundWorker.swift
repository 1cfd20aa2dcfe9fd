public import SecureFiles

/// The node, as background work needs it, with the lease it may only run under.
public protocol BackgroundNode: Sendable {
    /// Takes the lease and starts the node; what it took when it fails is given back by `stop`.
    func prepare() async -> BackgroundTasks.Preparation
    /// Does a step from `position` on, in `within` at most; returns soon when the task is
    /// cancelled.
    ///
    /// `onProgress` takes the position to go on from, which is written down, and what was done
    /// since the last one: blocks, channels, events, updates.
    func perform(
        _ step: BackgroundStep, from position: UInt64, within: Duration,
        onProgress: @Sendable (_ position: UInt64, _ count: UInt64) async -> Void
    ) async -> StepResult
    /// Stops the node and gives the lease back; does nothing where there is neither. A step that
    /// was cancelled may not have returned yet; a preparation has.
    func stop() async
}

/// Runs `BackgroundTasks` with a node, a system, a clock and a file.
public actor BackgroundWorker {
    private var machine: BackgroundTasks
    private let directory: SecureDirectory
    private let node: any BackgroundNode
    private let system: any BackgroundSystem
    private let clock: any BackgroundClock
    private let onEnd: @Sendable (BackgroundTasks.Outcome, BackgroundMetrics) -> Void
    private let onError: @Sendable (BackgroundStep, BackgroundError) -> Void
    private var preparation: Task<Void, Never>?
    private var work: Task<Void, Never>?
    private var alarm = Alarm()
    /// How often the state could not be written. The process then goes on with the one it has.
    public private(set) var statesLost = 0

    /// Goes on from the state in `directory`.
    ///
    /// - Parameters:
    ///   - onEnd: takes the outcome of each task and the figures.
    ///   - onError: takes what is to be logged.
    public init(
        directory: consuming SecureDirectory, node: any BackgroundNode,
        system: any BackgroundSystem, clock: any BackgroundClock = SystemBackgroundClock(),
        onEnd: @escaping @Sendable (BackgroundTasks.Outcome, BackgroundMetrics) -> Void,
        onError: @escaping @Sendable (BackgroundStep, BackgroundError) -> Void = { _, _ in }
    ) {
        machine = BackgroundTasks(BackgroundState.read(in: directory))
        self.directory = directory
        self.node = node
        self.system = system
        self.clock = clock
        self.onEnd = onEnd
        self.onError = onError
    }

    /// What is remembered.
    public var state: BackgroundState { machine.state }

    /// Takes an event. Those that name a run, and `timeCame`, are the driver's own.
    public func handle(_ event: BackgroundTasks.Event) {
        let effects = machine.handle(event, at: clock.now, unix: clock.unixSeconds)
        for effect in effects { perform(effect) }
        alarm.set(machine.deadline, by: clock) { [weak self] in await self?.handle(.timeCame) }
    }

    private func perform(_ effect: BackgroundTasks.Effect) {
        switch effect {
        case .schedule(let kind, let earliest):
            system.schedule(
                TaskRequest(
                    purpose: .node(kind), earliest: earliest, needsNetwork: kind.needsNetwork,
                    needsPower: kind.needsPower))
        case .prepare(let run):
            preparation = Task { [node] in
                let preparation = await node.prepare()
                self.handle(.prepared(run: run, preparation))
            }
        case .perform(let run, let step, let position, let within):
            work = Task { [node] in
                let result = await node.perform(step, from: position, within: within) {
                    position, count in
                    await self.handle(
                        .progressed(run: run, step, position: position, count: count))
                }
                self.handle(.stepEnded(run: run, step, result))
            }
        case .cancel:
            work?.cancel()
        case .save(let state):
            do { try state.write(in: directory) } catch { statesLost += 1 }
        case .log(let step, let error):
            onError(step, error)
        case .stop(let run):
            stop(run)
        case .complete(let task, let outcome):
            system.complete(task, isSuccess: outcome.isSuccess)
            onEnd(outcome, machine.state.metrics)
        }
    }

    private func stop(_ run: UInt32) {
        let preparation = preparation
        preparation?.cancel()
        Task { [node] in
            // A node that is only half there cannot be stopped.
            await preparation?.value
            await node.stop()
            self.handle(.stopped(run: run))
        }
    }
}
