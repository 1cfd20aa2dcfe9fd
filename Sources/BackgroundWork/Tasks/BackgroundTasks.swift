public import Machines

/// What the app does in the time the system gives it unseen: the chain, the channels, the node's
/// events, the network graph, one after another, from where the last run was cut off.
///
/// Without input or output: it is told what happened and says what is to be done. Every task that
/// began is completed exactly once, within the budget, and whatever `prepare` took is given back by
/// `stop` before the next run takes it. Allocates nothing.
public struct BackgroundTasks: Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// The app goes to the background or is about to end.
        case appFinished
        /// The system gives time for the task.
        case began(TaskID, BackgroundKind, BackgroundConditions)
        /// What `prepare` came to.
        case prepared(run: UInt32, Preparation)
        /// The step is so far: its position to go on from, and what it did since it last said so.
        case progressed(run: UInt32, BackgroundStep, position: UInt64, count: UInt64)
        /// What `perform` came to.
        case stepEnded(run: UInt32, BackgroundStep, StepResult)
        /// `stop` is done.
        case stopped(run: UInt32)
        /// A network or a charger came or went.
        case conditionsChanged(BackgroundConditions)
        /// The system wants its time back.
        case expired(TaskID)
        /// The deadline is reached.
        case timeCame
    }

    /// What taking the lease and starting the node came to.
    public enum Preparation: Equatable, Sendable {
        /// Both are there.
        case ready
        /// Somebody else has the lease: the app, or the extension.
        case leaseRefused
        /// The node did not start.
        case failed(BackgroundError)
    }

    /// What is to be done, in the order in which it is said.
    public enum Effect: Equatable, Sendable {
        /// Ask the system for a task, in place of what was asked for its kind before; Unix seconds.
        case schedule(BackgroundKind, earliest: UInt64)
        /// Take the lease, start the node, answer `prepared`.
        case prepare(run: UInt32)
        /// Do the step from `position` on, in `within` at most, and answer `stepEnded`.
        case perform(run: UInt32, BackgroundStep, position: UInt64, within: Duration)
        /// Leave the step alone; an answer would be ignored.
        case cancel(run: UInt32)
        /// Write the state down.
        case save(BackgroundState)
        /// Say that a step failed.
        case log(BackgroundStep, BackgroundError)
        /// Stop the node and give the lease back, whatever of both there is; answer `stopped`.
        case stop(run: UInt32)
        /// The run is over, and with it the task.
        case complete(TaskID, Outcome)
    }

    /// How a run ended.
    public enum Outcome: Equatable, Sendable {
        /// All that was to be done is.
        case done
        /// Somebody else has the node, who does it.
        case leaseRefused
        /// The time was over; the next run goes on.
        case partial
        /// The system wanted its time back; the next run goes on.
        case expired
        /// A step or the node's start failed.
        case failed(BackgroundError)
        /// Another run has not ended.
        case alreadyRunning

        /// What the system is told.
        public var isSuccess: Bool { self == .done || self == .leaseRefused }
    }

    enum Phase {
        case preparing
        case performing(BackgroundStep)
        case stopping(Outcome, end: Duration)
    }

    struct Run {
        let number: UInt32
        let kind: BackgroundKind
        let began: Duration
        var conditions: BackgroundConditions
        var phase = Phase.preparing
        /// Nil once it is completed.
        var task: TaskID?

        /// When the node is to be stopped at the latest.
        var stepsEnd: Duration {
            began + BackgroundLimits.taskBudget - BackgroundLimits.taskStopMax
        }
        var mayGossip: Bool { conditions.isCharging || kind == .processing }
    }

    /// What is remembered; written down whenever `save` says so.
    public internal(set) var state: BackgroundState
    var run: Run?
    private var runs: UInt32 = 0

    /// Goes on from `state`.
    public init(_ state: BackgroundState) {
        self.state = state
    }

    /// When `timeCame` is to be said, nil for never.
    public var deadline: Duration? {
        guard let run, run.task != nil else { return nil }
        if case .stopping(_, let end) = run.phase { return end }
        return run.stepsEnd
    }

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - now: since any fixed beginning; never goes back.
    ///   - unix: seconds of the wall clock, which may go anywhere.
    public mutating func handle(
        _ event: Event, at now: Duration, unix: UInt64
    ) -> Effects<Effect> {
        var effects = Effects<Effect>()
        switch event {
        case .appFinished:
            schedule(.refresh, unix: unix, &effects)
            schedule(.processing, unix: unix, &effects)
        case .began(let task, let kind, let conditions):
            begin(task, kind, conditions, at: now, unix: unix, &effects)
        case .prepared(let number, let preparation):
            guard run?.number == number, case .preparing = run?.phase else { break }
            take(preparation, at: now, unix: unix, &effects)
        case .progressed(let number, let step, let position, let count):
            guard run?.number == number, case .performing(step) = run?.phase else { break }
            note(step, position: position, count: count)
            effects.append(.save(state))
        case .stepEnded(let number, let step, let result):
            guard run?.number == number, case .performing(step) = run?.phase else { break }
            take(result, of: step, at: now, unix: unix, &effects)
        case .stopped(let number):
            guard run?.number == number, case .stopping = run?.phase else { break }
            complete(&effects)
            run = nil
        case .conditionsChanged(let conditions):
            change(conditions, at: now, unix: unix, &effects)
        case .expired(let task):
            if run?.task == task { expire(at: now, &effects) }
        case .timeCame:
            timeCame(at: now, &effects)
        }
        return effects
    }

    private mutating func begin(
        _ task: TaskID, _ kind: BackgroundKind, _ conditions: BackgroundConditions,
        at now: Duration, unix: UInt64, _ effects: inout Effects<Effect>
    ) {
        guard run?.task != task else { return }
        guard run == nil else {
            schedule(kind, unix: unix, &effects)
            effects.append(.complete(task, .alreadyRunning))
            return
        }
        guard conditions.hasNetwork else {
            delay(kind, unix: unix, &effects)
            effects.append(.complete(task, .failed(.networkUnavailable)))
            return
        }
        // Before the run: whatever becomes of it, there is a next time.
        schedule(kind, unix: unix, &effects)
        runs &+= 1
        run = Run(number: runs, kind: kind, began: now, conditions: conditions, task: task)
        effects.append(.prepare(run: runs))
    }

    func schedule(_ kind: BackgroundKind, unix: UInt64, _ effects: inout Effects<Effect>) {
        let seconds =
            kind == .refresh ? BackgroundLimits.refreshSeconds : BackgroundLimits.processingSeconds
        effects.append(.schedule(kind, earliest: unix &+ seconds))
    }

    /// Schedules for when there may be a network again.
    mutating func delay(
        _ kind: BackgroundKind, unix: UInt64, _ effects: inout Effects<Effect>
    ) {
        let first =
            kind == .refresh ? BackgroundLimits.refreshSeconds : BackgroundLimits.processingSeconds
        let seconds = min(
            first << UInt64(min(state.delays, 16)), BackgroundLimits.delayedSecondsMax)
        state.delays = min(state.delays, 254) + 1
        effects.append(.save(state))
        effects.append(.schedule(kind, earliest: unix &+ seconds))
    }
}
