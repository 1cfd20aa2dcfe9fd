public import NotificationPipeline
internal import Threading

/// The life of a notification service extension: requests come in, each is answered exactly once.
///
/// Making one does nothing; everything is set up inside the first request, where the system's clock
/// is running and a failure can still be answered. Any number of requests may come, one after
/// another or at once, on any threads.
///
/// Every way a request can end delivers: its work is done, a stage refused, the setup failed, the
/// system's or our own time is over, the app took over. Which comes first delivers, the others find
/// nothing left to do. A process that is killed delivers nothing: the system shows the original.
public final class NotificationExtension<
    Keys: Keystore, Crypto: Cryptography & ~Copyable, Store: NotificationStore & Sendable
>: Sendable {
    /// What is made for the first request.
    public typealias Setup = ExtensionSetup<Keys, Crypto, Store>

    private enum SetupState {
        case none
        case making
        case made(Setup)
    }

    private struct State {
        var setup = SetupState.none
        var requests: [Request] = []
        /// Pipelines that nobody uses at the moment.
        var idle: [Worker] = []
        /// Pipelines there are.
        var workers = 0
        var isAlarmSet = false
    }

    /// A pipeline, used by one request at a time.
    private final class Worker: @unchecked Sendable {
        // SAFETY (Sendable): it is in `idle`, or with the one thread that took it from there.
        var pipeline: Pipeline<Keys, Crypto, Store>

        init(_ setup: Setup) {
            pipeline = Pipeline(
                keys: setup.keys, crypto: setup.crypto(), store: setup.store,
                payloadBytesMax: setup.payloadBytesMax)
        }
    }

    private let state = Monitor(State())
    private let clock: any ExtensionClock
    private let coordination: any Coordination
    private let onStage: (@Sendable (UInt64, Stage) -> Void)?
    private let setUp: @Sendable () throws(Refusal) -> Setup

    /// Keeps its arguments and does nothing else.
    ///
    /// - Parameters:
    ///   - clock: time, for records and for the extension's own deadline.
    ///   - coordination: the way to the app.
    ///   - onStage: told of each stage of each request as it begins, for measuring.
    ///   - setUp: makes what the extension works with. Runs inside the first request; what it throws
    ///     is the reason that request falls back for, and the next one tries again.
    public init(
        clock: any ExtensionClock = SystemClock(), coordination: any Coordination = Alone(),
        onStage: (@Sendable (UInt64, Stage) -> Void)? = nil,
        setUp: @escaping @Sendable () throws(Refusal) -> Setup
    ) {
        self.clock = clock
        self.coordination = coordination
        self.onStage = onStage
        self.setUp = setUp
    }

    /// Works on a request and returns when nothing of it is under way any more. The answer may have
    /// been delivered before, by whatever ended the request.
    ///
    /// - Parameters:
    ///   - payload: the push as it arrived, lent for the length of the call.
    ///   - number: tells requests apart for `timeWillExpire`.
    ///   - delivery: the platform's handler; called before this returns.
    public func didReceive(
        _ payload: Span<UInt8>, number: UInt64 = 0, deliver delivery: consuming Delivery
    ) {
        let request = Request(
            number: number, deadline: clock.uptime + ExtensionLimits.requestTime,
            delivery: consume delivery)
        guard begin(request) else { return stop(request, for: .deadlineExceeded) }
        defer {
            waitUntilDelivered(request)
            end(request)
        }
        do throws(Refusal) {
            let setup = try setup(for: request)
            let worker = try worker(setup, for: request)
            var watch = Watch(request: request, coordination: coordination, onStage: onStage)
            let notification = worker.pipeline.process(
                payload, now: clock.unixSeconds, observer: &watch)
            giveBack(worker)
            request.finish(notification, setup.catalog)
        } catch {
            stop(request, for: error)
        }
    }

    /// The system says that the time of a request is nearly over: it is answered now, with the best
    /// there is. Without a number this goes for every request under way.
    public func timeWillExpire(number: UInt64? = nil) {
        for request in requests() where number == nil || request.number == number {
            stop(request, for: .deadlineExceeded)
        }
    }

    /// The app announced itself: requests that have not yet left anything behind are answered now,
    /// with the best there is; the app sees to the push.
    public func appTookOver() {
        for request in requests() { stop(request, for: .appActive) }
    }
}

extension NotificationExtension where Crypto: ~Copyable {
    private func requests() -> [Request] {
        state.withLock { state in state.requests }
    }

    /// Answers with the best there is, and lets a thread that waits for its turn go.
    private func stop(_ request: Request, for reason: Refusal) {
        let made: Catalog? = state.withLock { state in
            if case .made(let setup) = state.setup { setup.catalog } else { nil }
        }
        request.stop(for: reason, made ?? Catalog())
        // Whoever waits looks again.
        state.withLock { _ in }
    }

    /// Whoever ended a request may still be handing its answer over, on another thread: a process that
    /// said it was done meanwhile could be suspended before the user sees anything.
    private func waitUntilDelivered(_ request: Request) {
        guard !request.isDelivered else { return }
        let _: Void? = state.waiting(atMost: ExtensionLimits.requestTime) { _ in
            request.isDelivered ? () : nil
        }
    }

    /// Counts a request in; false when there are too many.
    private func begin(_ request: Request) -> Bool {
        let isAdmitted = state.withLock { state in
            guard state.requests.count < ExtensionLimits.requestsMax else { return false }
            if state.requests.isEmpty { coordination.extensionChanged(to: .working) }
            state.requests.append(request)
            return true
        }
        if isAdmitted { setAlarm() }
        return isAdmitted
    }

    private func end(_ request: Request) {
        state.withLock { state in
            state.requests.removeAll { other in other === request }
            if state.requests.isEmpty { coordination.extensionChanged(to: .idle) }
        }
    }

    /// One alarm at a time, for the request whose deadline comes first; the rest follow from it.
    private func setAlarm() {
        let time: Duration? = state.withLock { state in
            // Requests that were answered but still work have no more use for an alarm.
            let first = state.requests.first { request in !request.isAnswered }
            guard !state.isAlarmSet, let first else { return nil }
            state.isAlarmSet = true
            return first.deadline
        }
        guard let time else { return }
        clock.setAlarm(at: time) { [weak self] in self?.alarmRang() }
    }

    private func alarmRang() {
        state.withLock { state in state.isAlarmSet = false }
        let now = clock.uptime
        for request in requests() where request.deadline <= now {
            stop(request, for: .deadlineExceeded)
        }
        setAlarm()
    }

    /// What was set up before, or is set up now; of several requests one does, the others wait.
    private func setup(for request: Request) throws(Refusal) -> Setup {
        let known: Setup?? = state.waiting(atMost: request.deadline - clock.uptime) { state in
            if request.isAnswered { return .some(nil) }
            switch state.setup {
            case .made(let setup): return setup
            case .making: return nil
            case .none:
                state.setup = .making
                return .some(nil)
            }
        }
        if let known, let setup = known { return setup }
        guard known != nil, !request.isAnswered else { throw .deadlineExceeded }
        do throws(Refusal) {
            let setup = try setUp()
            state.withLock { state in state.setup = .made(setup) }
            return setup
        } catch {
            state.withLock { state in state.setup = .none }
            throw error
        }
    }

    /// A pipeline that is free, or a new one; waits while all are at work.
    private func worker(_ setup: Setup, for request: Request) throws(Refusal) -> Worker {
        let found: Worker?? = state.waiting(atMost: request.deadline - clock.uptime) { state in
            if let worker = state.idle.popLast() { return worker }
            guard state.workers < ExtensionLimits.pipelinesMax || request.isAnswered else {
                return nil
            }
            if !request.isAnswered { state.workers += 1 }
            return .some(nil)
        }
        if let found, let worker = found { return worker }
        guard found != nil, !request.isAnswered else { throw .deadlineExceeded }
        return Worker(setup)
    }

    private func giveBack(_ worker: Worker) {
        state.withLock { state in state.idle.append(worker) }
    }
}

/// Follows a request through the pipeline and stops it when it is over.
private struct Watch: StageObserver {
    let request: Request
    let coordination: any Coordination
    let onStage: (@Sendable (UInt64, Stage) -> Void)?

    func enter(_ stage: Stage, _ best: borrowing Notification) throws(Refusal) {
        onStage?(request.number, stage)
        try request.enter(stage, best, isAppActive: coordination.isAppActive)
    }
}
