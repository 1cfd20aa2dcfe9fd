import BackgroundWork
import Testing

/// A machine, and what it asked for.
struct Tasks {
    var machine: BackgroundTasks
    var now = Duration.zero
    var unix: UInt64 = 1_700_000_000
    var scheduled: [(kind: BackgroundKind, earliest: UInt64)] = []
    var performed: [(step: BackgroundStep, position: UInt64, within: Duration)] = []
    var saved: [BackgroundState] = []
    var logged: [BackgroundError] = []
    var completed: [TaskID: BackgroundTasks.Outcome] = [:]
    var run: UInt32 = 0
    var prepares = 0
    var cancels = 0
    var stops = 0
    static let charging = BackgroundConditions(hasNetwork: true, isCharging: true)
    static let battery = BackgroundConditions(hasNetwork: true, isCharging: false)
    static let nowhere = BackgroundConditions(hasNetwork: false, isCharging: true)

    init(_ state: BackgroundState = BackgroundState()) {
        machine = BackgroundTasks(state)
    }

    mutating func tell(_ event: BackgroundTasks.Event) {
        for effect in machine.handle(event, at: now, unix: unix) {
            switch effect {
            case .schedule(let kind, let earliest): scheduled.append((kind, earliest))
            case .prepare(let run):
                #expect(prepares == stops, "no node is started over another")
                prepares += 1
                self.run = run
            case .perform(let run, let step, let position, let within):
                #expect(run == self.run)
                performed.append((step, position, within))
            case .cancel: cancels += 1
            case .save(let state): saved.append(state)
            case .log(_, let error): logged.append(error)
            case .stop: stops += 1
            case .complete(let task, let outcome):
                #expect(completed[task] == nil, "a task is completed once")
                completed[task] = outcome
            }
        }
    }

    mutating func begin(
        _ task: UInt64 = 1, _ kind: BackgroundKind = .processing,
        _ conditions: BackgroundConditions = charging
    ) {
        tell(.began(TaskID(task), kind, conditions))
        tell(.prepared(run: run, .ready))
    }

    mutating func end(_ result: StepResult) {
        guard let step = performed.last?.step else { return }
        tell(.stepEnded(run: run, step, result))
    }

    mutating func stopped() { tell(.stopped(run: run)) }
}

struct TasksTests {
    @Test func theStepsComeOneAfterAnotherAndTheTaskEndsOnceTheNodeIsStopped() {
        var tasks = Tasks()
        tasks.begin()
        tasks.now = .seconds(2)
        tasks.end(.done(position: 800_000, count: 144))
        tasks.end(.done(position: 5, count: 12))
        tasks.end(.done(position: 0, count: 3))
        tasks.end(.done(position: 0, count: 160_000))
        #expect(tasks.performed.map(\.step) == [.sync, .channels, .events, .gossip])
        #expect(tasks.performed.map(\.position) == [0, 0, 0, 0])
        #expect(tasks.completed.isEmpty && tasks.stops == 1)
        tasks.stopped()
        #expect(tasks.completed == [TaskID(1): .done])
        let metrics = tasks.machine.state.metrics
        #expect(
            metrics.json
                == #"{"last_sync":1700000000,"sync_duration":2000,"blocks_synced":144,"#
                + #""channels_updated":12}"#)
        #expect(tasks.machine.state.next == .sync && tasks.machine.state.height == 800_000)
        #expect(tasks.saved.last == tasks.machine.state)
    }

    @Test func eachKindIsAskedForAgainBeforeItsRun() {
        var tasks = Tasks()
        tasks.tell(.began(TaskID(1), .refresh, Tasks.battery))
        #expect(tasks.scheduled.map(\.kind) == [.refresh])
        #expect(tasks.scheduled.map(\.earliest) == [tasks.unix + 900])
        tasks.tell(.appFinished)
        #expect(tasks.scheduled.map(\.kind) == [.refresh, .refresh, .processing])
        #expect(BackgroundKind.processing.needsPower && BackgroundKind.processing.needsNetwork)
        #expect(!BackgroundKind.refresh.needsPower && BackgroundKind.refresh.needsNetwork)
    }

    /// The guide's own sample completes twice: when the task expires, and when the work ends.
    @Test func anExpiredTaskIsCompletedOnceAndItsLateWorkIgnored() {
        var tasks = Tasks()
        tasks.begin()
        tasks.now = .seconds(5)
        tasks.tell(.expired(TaskID(2)))
        #expect(tasks.stops == 0)
        tasks.tell(.expired(TaskID(1)))
        tasks.tell(.expired(TaskID(1)))
        #expect(tasks.cancels == 1 && tasks.stops == 1)
        tasks.end(.done(position: 1, count: 1))
        tasks.stopped()
        tasks.stopped()
        tasks.tell(.expired(TaskID(1)))
        #expect(tasks.completed == [TaskID(1): .expired])
        #expect(tasks.machine.state.height == 0)
    }

    @Test func aNodeThatWillNotStopHoldsUpTheCompletionForASecondOnly() {
        var tasks = Tasks()
        tasks.begin()
        tasks.now = .seconds(5)
        tasks.tell(.expired(TaskID(1)))
        #expect(tasks.machine.deadline == .seconds(6))
        tasks.now = .seconds(6)
        tasks.tell(.timeCame)
        #expect(tasks.completed == [TaskID(1): .expired])
        // And no second node beside it.
        tasks.begin(2)
        #expect(tasks.completed[TaskID(2)] == .alreadyRunning)
        tasks.stopped()
        tasks.begin(3)
        #expect(tasks.completed[TaskID(3)] == nil && tasks.prepares == 2)
    }

    @Test func theBudgetHoldsWhereverARunHangs() {
        for hangs in 0..<3 {
            var tasks = Tasks()
            tasks.tell(.began(TaskID(1), .processing, Tasks.charging))
            if hangs > 0 { tasks.tell(.prepared(run: tasks.run, .ready)) }
            while let deadline = tasks.machine.deadline {
                #expect(deadline <= .seconds(25))
                tasks.now = deadline
                tasks.tell(.timeCame)
                if hangs == 2, tasks.stops == 1 { tasks.stopped() }
            }
            #expect(tasks.completed == [TaskID(1): .partial])
            #expect(tasks.now == (hangs == 2 ? .seconds(22) : .seconds(25)))
        }
    }

    @Test func aStepGetsTheTimeThatIsLeftAndIsNotBegunWithLess() {
        var tasks = Tasks()
        tasks.now = .seconds(100)
        tasks.begin()
        #expect(tasks.performed.last?.within == .seconds(22))
        tasks.now += .seconds(20)
        tasks.end(.done(position: 9, count: 1))
        #expect(tasks.performed.last?.within == .seconds(2))
        tasks.now += .milliseconds(1)
        tasks.end(.done(position: 0, count: 1))
        tasks.stopped()
        #expect(tasks.completed == [TaskID(1): .partial])
        #expect(tasks.machine.state.next == .events)
    }

    @Test func theNextRunGoesOnWhereTheProcessWasKilled() {
        var tasks = Tasks()
        tasks.begin()
        tasks.tell(.progressed(run: tasks.run, .sync, position: 700_100, count: 100))
        tasks.tell(.progressed(run: tasks.run, .channels, position: 3, count: 3))
        var next = Tasks(tasks.saved.last ?? BackgroundState())
        next.begin()
        #expect(next.performed.last?.step == .sync && next.performed.last?.position == 700_100)
        next.end(.done(position: 700_200, count: 100))
        next.tell(.progressed(run: next.run, .channels, position: 17, count: 17))
        var last = Tasks(next.saved.last ?? BackgroundState())
        last.unix += 3600
        last.begin()
        #expect(last.performed.last?.step == .channels && last.performed.last?.position == 17)
        last.end(.done(position: 0, count: 1))
        #expect(last.machine.state.metrics.channelsUpdated == 18)
    }

    @Test(arguments: [3601, -1])
    func behindAnOldChainNothingGoesOn(seconds: Int) {
        var tasks = Tasks()
        tasks.begin()
        tasks.end(.done(position: 5, count: 1))
        var next = Tasks(tasks.saved.last ?? BackgroundState())
        next.unix = UInt64(Int(next.unix) + seconds)
        next.begin()
        #expect(next.performed.last?.step == .sync && next.performed.last?.position == 5)
    }

    @Test func withoutANetworkNothingIsBegunAndTheNextTimeIsLater() {
        var tasks = Tasks()
        var waits: [UInt64] = []
        for task in 1...6 {
            tasks.tell(.began(TaskID(UInt64(task)), .refresh, Tasks.nowhere))
            waits.append((tasks.scheduled.last?.earliest ?? 0) - tasks.unix)
        }
        #expect(waits == [900, 1800, 3600, 7200, 14_400, 14_400])
        #expect(tasks.prepares == 0)
        #expect(tasks.completed.values.allSatisfy { $0 == .failed(.networkUnavailable) })
        tasks.begin(7)
        tasks.end(.done(position: 1, count: 1))
        #expect(tasks.machine.state.delays == 0)
    }

    @Test func errorsAreRescheduledKeptOrLogged() {
        for error: BackgroundError in [
            .networkUnavailable, .syncTimeout, .insufficientTime, .chainSyncFailed, .failed,
        ] {
            var tasks = Tasks()
            tasks.begin()
            tasks.tell(.progressed(run: tasks.run, .sync, position: 10, count: 10))
            tasks.end(.failed(error))
            tasks.stopped()
            #expect(tasks.completed == [TaskID(1): .failed(error)])
            #expect(tasks.scheduled.count == (error.response == .reschedule ? 2 : 1))
            #expect(tasks.logged == (error.response == .log ? [error] : []))
            #expect(tasks.saved.last?.height == 10)
        }
    }

    @Test func aStepThatFailsAgainAndAgainBeginsFromTheStart() {
        var tasks = Tasks()
        for task: UInt64 in 1...3 {
            tasks.begin(task)
            #expect(tasks.performed.last?.position == (task == 1 ? 0 : 10))
            tasks.tell(.progressed(run: tasks.run, .sync, position: 10, count: 1))
            tasks.end(.failed(.chainSyncFailed))
            tasks.stopped()
        }
        tasks.begin(4)
        #expect(tasks.performed.last?.position == 0)
    }

    @Test func whoeverHasTheLeaseDoesTheWork() {
        var tasks = Tasks()
        tasks.tell(.began(TaskID(1), .refresh, Tasks.battery))
        tasks.tell(.prepared(run: tasks.run, .leaseRefused))
        tasks.tell(.prepared(run: tasks.run, .ready))
        tasks.stopped()
        #expect(tasks.completed == [TaskID(1): .leaseRefused])
        #expect(tasks.performed.isEmpty && tasks.stops == 1)
    }

    @Test func aNodeThatDoesNotStartIsStoppedAllTheSame() {
        var tasks = Tasks()
        tasks.tell(.began(TaskID(1), .refresh, Tasks.battery))
        tasks.tell(.prepared(run: tasks.run, .failed(.failed)))
        tasks.stopped()
        #expect(tasks.completed == [TaskID(1): .failed(.failed)])
        #expect(tasks.stops == 1)
    }

    @Test func theGraphWaitsForACharger() {
        var tasks = Tasks()
        tasks.begin(1, .refresh, Tasks.battery)
        for _ in 0..<3 { tasks.end(.done(position: 0, count: 0)) }
        tasks.stopped()
        #expect(tasks.completed == [TaskID(1): .done])
        #expect(tasks.performed.map(\.step) == [.sync, .channels, .events])
        var charged = Tasks()
        charged.begin(1, .refresh, Tasks.charging)
        for _ in 0..<3 { charged.end(.done(position: 0, count: 0)) }
        #expect(charged.performed.last?.step == .gossip)
        charged.tell(.conditionsChanged(Tasks.battery))
        charged.stopped()
        #expect(charged.completed == [TaskID(1): .partial])
        // On the battery the chain comes first again, not the graph.
        charged.begin(2, .refresh, Tasks.battery)
        #expect(charged.performed.last?.step == .sync)
    }

    @Test func aNetworkThatGoesEndsTheRun() {
        var tasks = Tasks()
        tasks.begin()
        tasks.tell(.conditionsChanged(Tasks.nowhere))
        #expect(tasks.cancels == 1)
        tasks.stopped()
        #expect(tasks.completed == [TaskID(1): .failed(.networkUnavailable)])
        #expect(tasks.scheduled.map(\.earliest) == [tasks.unix + 3600, tasks.unix + 3600])
    }

    /// Six moves in every order (four where the sanitizer slows each down): one completion each,
    /// one node at a time, all within the budget.
    @Test func everyTaskIsCompletedOnceAndTheNodeIsStopped() {
        var worlds = 0
        func walk(_ world: Tasks, _ task: UInt64, _ depth: Int) {
            guard depth > 0 else {
                worlds += 1
                var world = world
                while let deadline = world.machine.deadline {
                    world.now = max(world.now, deadline)
                    world.tell(.timeCame)
                }
                #expect(world.completed.count == Int(task))
                if world.prepares > world.stops { Issue.record("a node is left running") }
                #expect(world.saved.last ?? BackgroundState() == world.machine.state)
                return
            }
            for move in 0..<10 {
                var next = world
                next.now += .milliseconds(1)
                var task = task
                switch move {
                case 0:
                    task += 1
                    next.tell(.began(TaskID(task), .refresh, Tasks.charging))
                case 1: next.tell(.prepared(run: next.run, .ready))
                case 2: next.tell(.prepared(run: next.run, .leaseRefused))
                case 3: next.end(.done(position: 1, count: 1))
                case 4: next.end(.failed(.failed))
                case 5: next.stopped()
                case 6: next.tell(.expired(TaskID(task)))
                case 7: next.tell(.conditionsChanged(Tasks.nowhere))
                case 8:
                    next.now += .seconds(22)
                    next.tell(.timeCame)
                default: next.tell(.progressed(run: next.run, .sync, position: 2, count: 1))
                }
                walk(next, task, depth - 1)
            }
        }
        #if NTF_THREAD_SANITIZER
        let depth = 4
        #else
        let depth = 6
        #endif
        walk(Tasks(), 0, depth)
        #expect(worlds == (depth == 6 ? 1_000_000 : 10_000))
    }
}
