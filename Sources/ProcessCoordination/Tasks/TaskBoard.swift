internal import Threading

/// Which tasks are under way, and the system's time for them. Handlers and the system are never
/// called under the lock.
final class TaskBoard: Sendable {
    private struct Entry {
        let number: UInt64
        let task: SensitiveTask
        let begunAt: Duration
        /// Nil once it was called: the task is over as soon as it returns.
        var onExpiry: (@Sendable () -> Void)?
    }

    /// What is known of the system's time.
    private enum SystemTime: Equatable {
        case none
        /// It is being asked for; the system may have taken it back already.
        case beginning(isOver: Bool)
        case given(Int)
    }

    private struct State {
        var entries: [Entry] = []
        var lastNumber: UInt64 = 0
        var time = SystemTime.none
        /// Tells the expiration of one time from that of a former one.
        var timeNumber: UInt64 = 0
        var isLooking = false
        var onIdle: (@Sendable () -> Void)?
    }

    private let clock: any CoordinationClock
    private let system: any BackgroundTime
    private let state = Monitor(State())

    init(clock: any CoordinationClock, system: any BackgroundTime) {
        self.clock = clock
        self.system = system
    }

    var count: Int { state.withLock { state in state.entries.count } }

    func count(of task: SensitiveTask) -> Int {
        state.withLock { state in state.entries.count { entry in entry.task == task } }
    }

    func setOnIdle(_ body: @escaping @Sendable () -> Void) {
        state.withLock { state in state.onIdle = body }
    }

    /// Counts a task in and answers its number.
    func begin(
        _ task: SensitiveTask, _ onExpiry: @escaping @Sendable () -> Void
    ) throws(SensitiveTaskError) -> UInt64 {
        let (number, mustAsk, mustLook) = try state.withLock {
            (state) throws(SensitiveTaskError) -> (UInt64, Bool, Bool) in
            guard state.entries.count < CoordinationLimits.sensitiveTasksMax else {
                throw .tooMany
            }
            state.lastNumber += 1
            state.entries.append(
                Entry(
                    number: state.lastNumber, task: task, begunAt: clock.sinceBoot,
                    onExpiry: onExpiry))
            let mustLook = !state.isLooking
            state.isLooking = true
            return (state.lastNumber, Self.mustAsk(&state), mustLook)
        }
        if mustAsk { askForTime() }
        if mustLook { startLooking() }
        return number
    }

    /// Ends a task that has not expired.
    func end(_ number: UInt64) {
        remove { entry in entry.number == number && entry.onExpiry != nil }
    }

    /// Expires the tasks whose time is over by the clock, or all.
    func expire(all: Bool) {
        let due = state.withLock { state -> [Entry] in
            let now = clock.sinceBoot
            var due: [Entry] = []
            for index in state.entries.indices {
                let entry = state.entries[index]
                let age = now - entry.begunAt
                // A clock that went back tells nothing, and the safe side is the end.
                guard all || age >= CoordinationLimits.sensitiveTaskTime || age < .zero,
                    entry.onExpiry != nil
                else { continue }
                due.append(entry)
                state.entries[index].onExpiry = nil
            }
            return due
        }
        guard !due.isEmpty else { return }
        for entry in due { entry.onExpiry?() }
        remove { entry in due.contains { one in one.number == entry.number } }
    }

    private func remove(where isMeant: (Entry) -> Bool) {
        let onIdle = state.withLock { state -> (@Sendable () -> Void)? in
            let before = state.entries.count
            state.entries.removeAll(where: isMeant)
            return state.entries.isEmpty && before > 0 ? state.onIdle : nil
        }
        onIdle?()
        giveBackTime()
    }

    // The system's time.

    private static func mustAsk(_ state: inout State) -> Bool {
        guard state.time == .none, !state.entries.isEmpty else { return false }
        state.time = .beginning(isOver: false)
        state.timeNumber += 1
        return true
    }

    /// Asks the system, and again only when it took its time back at once and a new task has begun.
    private func askForTime() {
        var mustAsk = true
        while mustAsk {
            let number = state.withLock { state in state.timeNumber }
            let given = system.begin { [weak self] in self?.systemExpired(number) }
            let (unneeded, again) = state.withLock { state -> (Int?, Bool) in
                let isOver = state.time == .beginning(isOver: true)
                guard let given else {
                    state.time = .none
                    return (nil, false)
                }
                guard isOver || state.entries.isEmpty else {
                    state.time = .given(given)
                    return (nil, false)
                }
                state.time = .none
                return (given, Self.mustAsk(&state))
            }
            if let unneeded { system.end(unneeded) }
            mustAsk = again
        }
    }

    private func giveBackTime() {
        let given = state.withLock { state -> Int? in
            guard state.entries.isEmpty, case .given(let given) = state.time else { return nil }
            state.time = .none
            return given
        }
        if let given { system.end(given) }
    }

    /// The system's time is nearly over: for everything that is under way.
    private func systemExpired(_ number: UInt64) {
        let isCurrent = state.withLock { state -> Bool in
            guard state.timeNumber == number, state.time != .none else { return false }
            if case .beginning = state.time { state.time = .beginning(isOver: true) }
            return true
        }
        guard isCurrent else { return }
        expire(all: true)
        endExpiredTime(number)
    }

    /// Whatever was begun meanwhile is not covered by a time that has expired: it gets another.
    private func endExpiredTime(_ number: UInt64) {
        // Handlers that another thread is calling come before the end, too.
        let _: Void? = state.waiting(atMost: CoordinationLimits.sensitiveTaskExpiryWait) { state in
            state.entries.allSatisfy { entry in entry.onExpiry != nil } ? () : nil
        }
        let (given, mustAsk) = state.withLock { state -> (Int?, Bool) in
            guard state.timeNumber == number, case .given(let given) = state.time else {
                return (nil, false)
            }
            state.time = .none
            return (given, Self.mustAsk(&state))
        }
        if let given { system.end(given) }
        if mustAsk { askForTime() }
    }

    // The clock.

    private func startLooking() {
        let isStarted = Thread.detach(stackBytes: CoordinationLimits.sensitiveTaskStackBytes) {
            self.keepLooking()
        }
        // Without a thread the next begin tries again, and the system's word still counts.
        if !isStarted { state.withLock { state in state.isLooking = false } }
    }

    /// The thread's life: as long as any task is under way.
    private func keepLooking() {
        while true {
            let isOver: Bool? = state.waiting(atMost: CoordinationLimits.sensitiveTaskLook) {
                state in
                guard state.entries.isEmpty else { return nil }
                state.isLooking = false
                return true
            }
            if isOver == true { return }
            expire(all: false)
        }
    }
}
