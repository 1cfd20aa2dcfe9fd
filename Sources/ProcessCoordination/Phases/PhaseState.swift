/// The gates, who went through them, and how far the way to suspension is: one value, changed as a
/// whole under one lock, so that no order of threads shows half a step.
///
/// Its times are deadlines that are judged, not timers that are set off: a deadline that was given up
/// can be forgotten nowhere.
struct PhaseState {
    /// How far the way to suspension is.
    enum Stage {
        /// `Phase.active`.
        case open
        /// `Phase.background`, and nothing is closed: a sensitive task needs the connection.
        case lingering(until: ClockDeadline)
        /// `Phase.background`: network gates close one after another.
        case draining(until: ClockDeadline)
        /// `Phase.suspended`: everything is closed, and what is under way finishes.
        case closing(until: ClockDeadline, Suspension.Cause)
        /// `Phase.suspended`, and told so.
        case suspended
    }

    /// An operation that a thread is inside of, as often as `depth` says.
    private struct Entered {
        let thread: UInt
        let operation: GatedOperation
        var depth: Int
    }

    private(set) var stage = Stage.open
    private var closed = InlineArray<5, Bool>(repeating: false)
    private var underWay = InlineArray<5, Int>(repeating: 0)
    private var entered: [Entered] = []
    /// Threads in front of a closed gate.
    var waiting = 0
    /// Brackets that hold the lock of the database's file.
    var databasesHeld = 0
    /// How long the network has to finish once the process is in the background.
    var backgroundTime = CoordinationLimits.backgroundTime
    /// Whether the database closes as soon as the network has finished.
    var closesWhenIdle = false
    /// Notifications under way in an extension, and until when it waits for another one.
    private(set) var notifications = 0
    private(set) var idle: ClockDeadline?
    /// Whether somebody looks at the deadlines.
    var isWatched = false
    private var suspensions: UInt64 = 0
    private var toldIdle = false
    private var eventsNetworkIdle = false
    private var eventSuspended: Suspension?

    /// What the system would call this process.
    var phase: Phase {
        switch stage {
        case .open: .active
        case .lingering, .draining: .background
        case .closing, .suspended: .suspended
        }
    }

    /// Whether a deadline has to be looked at.
    var needsWatch: Bool {
        switch stage {
        case .open, .suspended: idle != nil
        case .lingering, .draining, .closing: true
        }
    }

    /// Whether whoever comes to this gate has to wait.
    func isClosed(_ operation: GatedOperation) -> Bool { closed[operation.rawValue] }

    /// Operations of one kind that are under way.
    func countUnderWay(_ operation: GatedOperation) -> Int { underWay[operation.rawValue] }

    /// Operations of every kind that are under way.
    private var countUnderWay: Int {
        GatedOperation.allCases.reduce(0) { sum, operation in sum + underWay[operation.rawValue] }
    }

    /// Goes through a gate; false when it is closed.
    mutating func begin(_ operation: GatedOperation) throws(OperationError) -> Bool {
        guard !closed[operation.rawValue] else { return false }
        try beginInside(operation)
        return true
    }

    /// Goes through a gate as a part of something that went through it before.
    mutating func beginInside(_ operation: GatedOperation) throws(OperationError) {
        guard underWay[operation.rawValue] < CoordinationLimits.operationsMax else {
            throw .tooMany
        }
        underWay[operation.rawValue] += 1
    }

    /// The operation has ended.
    mutating func end(_ operation: GatedOperation) {
        precondition(underWay[operation.rawValue] > 0, "an operation ends once")
        underWay[operation.rawValue] -= 1
    }

    /// Counts one more level when `thread` is inside of such an operation already.
    mutating func reenter(_ operation: GatedOperation, _ thread: UInt) -> Bool {
        let index = entered.firstIndex { entry in
            entry.thread == thread && entry.operation == operation
        }
        guard let index else { return false }
        entered[index].depth += 1
        return true
    }

    /// `thread` is inside of the operation it has just begun.
    mutating func enter(_ operation: GatedOperation, _ thread: UInt) {
        entered.append(Entered(thread: thread, operation: operation, depth: 1))
    }

    /// One level less; the operation ends with the last.
    mutating func exit(_ operation: GatedOperation, _ thread: UInt) {
        let index = entered.firstIndex { entry in
            entry.thread == thread && entry.operation == operation
        }
        guard let index else { preconditionFailure("who leaves an operation has entered it") }
        entered[index].depth -= 1
        guard entered[index].depth == 0 else { return }
        entered.swapAt(index, entered.count - 1)
        entered.removeLast()
        end(operation)
    }

    /// Everything opens, and what was to come is given up.
    mutating func activate() {
        stage = .open
        toldIdle = false
        idle = nil
        for operation in GatedOperation.allCases { closed[operation.rawValue] = false }
    }

    /// The process is in the background; nothing changes when it was there before.
    mutating func enterBackground(staysConnected: Bool, on clock: any CoordinationClock) {
        guard case .open = stage else { return }
        if staysConnected {
            let longest = CoordinationLimits.sensitiveTaskTime
            stage = .lingering(until: ClockDeadline(longest, on: clock))
        } else {
            drain(within: backgroundTime, on: clock)
        }
    }

    /// Everything closes now; nothing changes when it was closed before.
    /// What is under way has `time` to finish.
    mutating func close(
        _ cause: Suspension.Cause, finishing time: Duration = CoordinationLimits.finishTime,
        on clock: any CoordinationClock
    ) {
        switch stage {
        case .closing, .suspended: return
        case .open, .lingering, .draining: break
        }
        for operation in GatedOperation.allCases { closed[operation.rawValue] = true }
        idle = nil
        suspensions += 1
        stage = .closing(until: ClockDeadline(time, on: clock), cause)
    }

    /// A notification begins in an extension.
    mutating func beginNotification() {
        notifications += 1
        activate()
    }

    /// One has ended; with the last the wait for another one begins.
    mutating func endNotification(on clock: any CoordinationClock) {
        precondition(notifications > 0, "a notification ends once")
        notifications -= 1
        guard notifications == 0, case .open = stage else { return }
        idle = ClockDeadline(CoordinationLimits.extensionIdleTime, on: clock)
    }

    /// Does what is due by now, however much that is.
    mutating func judge(staysConnected: Bool, on clock: any CoordinationClock) {
        if let idle, idle.isPassed(on: clock) {
            self.idle = nil
            enterBackground(staysConnected: false, on: clock)
        }
        if case .lingering(let until) = stage {
            let left = until.remaining(on: clock)
            if left == .zero {
                close(.time, on: clock)
            } else if !staysConnected {
                // The system gave its time for the tasks; what is left of it is the most there is.
                drain(within: min(backgroundTime, left), on: clock)
            }
        }
        if case .draining(let until) = stage {
            cascade()
            let isIdle = toldIdle && countUnderWay == 0 && closesWhenIdle
            if isIdle || until.isPassed(on: clock) { close(isIdle ? .idle : .time, on: clock) }
        }
        if case .closing(let until, let cause) = stage {
            let unfinished = countUnderWay
            guard unfinished == 0 || until.isPassed(on: clock) else { return }
            assert(
                databasesHeld == 0,
                "the database is locked while the process is suspended: iOS would end it")
            stage = .suspended
            eventSuspended = Suspension(number: suspensions, cause: cause, unfinished: unfinished)
        }
    }

    /// What is to be told, once.
    mutating func takeEvents() -> (networkIdle: Bool, suspended: Suspension?) {
        defer { (eventsNetworkIdle, eventSuspended) = (false, nil) }
        return (eventsNetworkIdle, eventSuspended)
    }

    private mutating func drain(within time: Duration, on clock: any CoordinationClock) {
        stage = .draining(until: ClockDeadline(time, on: clock))
        cascade()
    }

    /// Closes each network gate whose forerunners have nothing under way any more.
    private mutating func cascade() {
        closed[GatedOperation.notificationNetwork.rawValue] = true
        closed[GatedOperation.receiveNetwork.rawValue] = true
        guard countUnderWay(.receiveNetwork) == 0 else { return }
        closed[GatedOperation.messageDelivery.rawValue] = true
        guard countUnderWay(.messageDelivery) == 0 else { return }
        closed[GatedOperation.sendNetwork.rawValue] = true
        guard countUnderWay(.sendNetwork) == 0, countUnderWay(.notificationNetwork) == 0,
            !toldIdle
        else { return }
        toldIdle = true
        eventsNetworkIdle = true
    }
}
