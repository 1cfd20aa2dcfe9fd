public import Machines

/// A task that the system began: its number, which is the system's.
public struct TaskID: Hashable, Sendable {
    /// Unlike that of every other task.
    public let number: UInt64

    /// The task of this number.
    public init(_ number: UInt64) {
        self.number = number
    }
}

/// When waiting messages are sent unseen: at most so many an hour, at times that say nothing.
///
/// Without input or output: it is told what happened and says what is to be done. Every task that
/// began ends with one `ended`, and every run too. Allocates nothing.
public struct MessageSending: Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// The app was started, not merely shown again.
        case appStarted
        /// The app goes to the background or is about to end.
        case appFinished
        /// The system gives time for the task.
        case taskBegan(TaskID)
        /// The system wants its time back.
        case taskExpired(TaskID)
        /// What `send` of this run came to.
        case sent(run: UInt32, SendResult)
        /// The deadline is reached.
        case timeCame
    }

    /// What trying to send one message came to.
    public enum SendResult: Equatable, Sendable {
        /// It is sent, and no longer in the queue.
        case sent
        /// There is none left.
        case queueEmpty
        /// It is still in the queue.
        case failed
    }

    /// What is to be done, in the order in which it is said.
    public enum Effect: Equatable, Sendable {
        /// Write the state down before anything that follows.
        case save(SendingState)
        /// Ask the system for a task, in place of what was asked before; Unix seconds.
        case schedule(earliest: UInt64)
        /// Take one message from the queue, send it, and answer `sent` with this run.
        case send(run: UInt32)
        /// Leave the message of this run alone; an answer would be ignored.
        case cancelSend(run: UInt32)
        /// A run is over, or none was permitted. Where there is a task, this is its completion.
        case ended(Outcome, TaskID?)
    }

    /// How a run ended.
    public enum Outcome: Equatable, Sendable {
        /// So many messages were sent, and no more are to be sent now.
        case sent(UInt8)
        /// It was too early; nothing was tried.
        case skipped
        /// A message could not be sent, which is remembered.
        case failed
        /// The time was over before the messages were, which is remembered.
        case expired
        /// There is a run with a task of its own already.
        case alreadyRunning

        /// What the system is told.
        public var isSuccess: Bool {
            switch self {
            case .sent, .skipped: true
            case .failed, .expired, .alreadyRunning: false
            }
        }
    }

    private struct Run {
        let number: UInt32
        let messagesMax: UInt8
        let end: Duration
        var sent: UInt8 = 0
        var task: TaskID?
        /// Runs in a row that failed before this one.
        let failures: UInt8
        /// Whether work was scheduled that this run does not stand for.
        var isFollowed: Bool
    }

    /// What is remembered; written down whenever `save` says so.
    public private(set) var state: SendingState
    private let isEnabled: Bool
    private let intervalSeconds: UInt64
    private var run: Run?
    private var runs: UInt32 = 0

    /// Goes on from `state`.
    ///
    /// - Parameters:
    ///   - isEnabled: whether the system may be asked for tasks; without, the app sends when it
    ///     starts.
    ///   - intervalSeconds: from one run that succeeded to the next.
    public init(
        _ state: SendingState, isEnabled: Bool = true,
        intervalSeconds: UInt64 = BackgroundLimits.sendingIntervalSeconds
    ) {
        self.state = state
        self.isEnabled = isEnabled
        self.intervalSeconds = intervalSeconds
    }

    /// When `timeCame` is to be said, nil for never.
    public var deadline: Duration? { run?.end }

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - now: since any fixed beginning; never goes back.
    ///   - unix: seconds of the wall clock, which may go anywhere.
    ///   - draw: 64 random bits; nil when there are none to be had.
    public mutating func handle(
        _ event: Event, at now: Duration, unix: UInt64, draw: () -> UInt64?
    ) -> Effects<Effect> {
        var effects = Effects<Effect>()
        switch event {
        case .appStarted:
            let isDue = state.isPending && run == nil
            let verdict = isDue ? begin(at: now, unix: unix, task: nil) : nil
            follow(unix: unix, extra: BackgroundLimits.sendingFailSafeSeconds, draw(), &effects)
            if isDue { effects.append(verdict.map { .send(run: $0) } ?? .ended(.skipped, nil)) }
        case .appFinished:
            follow(unix: unix, extra: 0, draw(), &effects)
        case .taskBegan(let task):
            take(task, at: now, unix: unix, draw(), &effects)
        case .taskExpired(let task):
            if run?.task == task { cut(unix: unix, &effects) }
        case .timeCame:
            if let end = run?.end, end <= now { cut(unix: unix, &effects) }
        case .sent(let number, let result):
            if run?.number == number { go(on: result, unix: unix, &effects) }
        }
        return effects
    }

    /// Schedules and remembers that it did.
    private mutating func follow(
        unix: UInt64, extra: UInt64, _ draw: UInt64?, _ effects: inout Effects<Effect>
    ) {
        state.isPending = true
        run?.isFollowed = true
        effects.append(.save(state))
        schedule(unix: unix, extra: extra, draw, &effects)
    }

    private func schedule(
        unix: UInt64, extra: UInt64, _ draw: UInt64?, _ effects: inout Effects<Effect>
    ) {
        guard isEnabled else { return }
        let drawn = later(unix, by: SendingDelay.seconds(draw: draw, extra: extra))
        // A retry is not put off by the delay, which is for messages that nobody tried to send.
        let isRetry = run == nil && state.owed > 0
        let retry = isRetry ? state.retryAt.map { max($0, unix) } : nil
        effects.append(.schedule(earliest: min(drawn, retry ?? drawn)))
    }

    private mutating func take(
        _ task: TaskID, at now: Duration, unix: UInt64, _ draw: UInt64?,
        _ effects: inout Effects<Effect>
    ) {
        if run != nil {
            guard run?.task == nil else {
                if run?.task != task { effects.append(.ended(.alreadyRunning, task)) }
                return
            }
            // The app began, and the system's time is good for the same run.
            run?.task = task
            return schedule(unix: unix, extra: 0, draw, &effects)
        }
        let number = begin(at: now, unix: unix, task: task)
        effects.append(.save(state))
        // Before the run: whatever becomes of it, there is a next time.
        schedule(unix: unix, extra: 0, draw, &effects)
        effects.append(number.map { .send(run: $0) } ?? .ended(.skipped, task))
    }

    /// Begins a run where that is permitted now, and answers its number.
    private mutating func begin(at now: Duration, unix: UInt64, task: TaskID?) -> UInt32? {
        let isDue = isDue(unix: unix)
        state.lastTrigger = unix
        guard isDue else { return nil }
        // Left from a clock that went wrong, they would permit every further run.
        if let last = state.lastSuccess, last > unix { state.lastSuccess = nil }
        runs &+= 1
        let run = Run(
            number: runs,
            messagesMax: state.owed > 0 ? state.owed : BackgroundLimits.sendingMessagesMax,
            end: now + BackgroundLimits.sendingRunMax, task: task, failures: state.failures,
            isFollowed: task == nil)
        self.run = run
        // It has failed until it succeeds: a process that is killed says nothing any more.
        remember(run, unix: unix)
        return runs
    }

    /// Makes what `run` has not sent the work of a retry.
    private mutating func remember(_ run: Run, unix: UInt64) {
        state.failures = min(run.failures, 254) + 1
        state.owed = run.messagesMax - run.sent
        state.retryAt = later(unix, by: SendingDelay.retrySeconds(failures: state.failures))
        state.isPending = true
    }

    /// Whether a run is permitted.
    private func isDue(unix: UInt64) -> Bool {
        if state.owed > 0, let retryAt = state.retryAt {
            let isFromAnotherTime =
                retryAt > later(unix, by: BackgroundLimits.sendingRetrySecondsMax)
                || state.lastTrigger.map { $0 > unix } ?? false
            return retryAt <= unix || isFromAnotherTime
        }
        guard let last = state.lastSuccess, last <= unix else { return true }
        return unix - last >= intervalSeconds
    }

    private mutating func go(
        on result: SendResult, unix: UInt64, _ effects: inout Effects<Effect>
    ) {
        guard var run else { return }
        switch result {
        case .sent where run.sent + 1 < run.messagesMax:
            run.sent += 1
            self.run = run
            remember(run, unix: unix)
            effects.append(.save(state))
            effects.append(.send(run: run.number))
        case .sent, .queueEmpty:
            if result == .sent { run.sent += 1 }
            let trigger = state.lastTrigger
            state = SendingState()
            state.isPending = run.isFollowed
            state.lastSuccess = unix
            state.lastTrigger = trigger
            self.run = nil
            effects.append(.save(state))
            effects.append(.ended(.sent(run.sent), run.task))
        case .failed:
            fail(.failed, unix: unix, &effects)
        }
    }

    /// Ends the run although a message may be under way.
    private mutating func cut(unix: UInt64, _ effects: inout Effects<Effect>) {
        guard let run else { return }
        effects.append(.cancelSend(run: run.number))
        fail(.expired, unix: unix, &effects)
    }

    private mutating func fail(
        _ outcome: Outcome, unix: UInt64, _ effects: inout Effects<Effect>
    ) {
        guard let run else { return }
        remember(run, unix: unix)
        self.run = nil
        effects.append(.save(state))
        if isEnabled, let retryAt = state.retryAt { effects.append(.schedule(earliest: retryAt)) }
        effects.append(.ended(outcome, run.task))
    }

    private func later(_ unix: UInt64, by seconds: UInt64) -> UInt64 {
        let (sum, overflow) = unix.addingReportingOverflow(seconds)
        return overflow ? .max : sum
    }
}
