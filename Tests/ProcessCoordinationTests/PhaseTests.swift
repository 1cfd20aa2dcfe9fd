import Foundation
import Testing
import Threading

@testable import ProcessCoordination

/// Gates on a clock that stands still, and what they told.
final class PhaseBench: Sendable {
    let clock = ManualClock()
    let gates: OperationGates
    private let told = Mutex<[PhaseEvent]>([])
    private let connected = Mutex(false)

    init() { gates = OperationGates(clock: clock) }

    var events: [PhaseEvent] { told.withLock { told in told } }

    var suspensions: [Suspension] {
        events.compactMap { event in
            if case .suspended(let suspension) = event { suspension } else { nil }
        }
    }

    var isConnected: Bool {
        get { connected.withLock { connected in connected } }
        set { connected.withLock { connected in connected = newValue } }
    }

    func app() -> PhaseController {
        PhaseController(
            gates: gates, mayStayConnected: { [weak self] in self?.isConnected ?? false }
        ) { [weak self] event in self?.told.withLock { told in told.append(event) } }
    }

    func `extension`() -> ExtensionPhases {
        ExtensionPhases(gates: gates) { [weak self] event in
            self?.told.withLock { told in told.append(event) }
        }
    }

    /// The clock goes on, and somebody looks at it.
    func advance(by time: Duration) {
        clock.advance(by: time)
        gates.settle()
    }

    var closed: [GatedOperation] {
        GatedOperation.allCases.filter { operation in gates.isClosed(operation) }
    }
}

/// A thread that does one thing, and what came of it.
final class Worker<Answer: Sendable>: Sendable {
    private let answer = Monitor<Answer?>(nil)

    init(_ body: @escaping @Sendable () -> Answer) {
        let started = Thread.detach(stackBytes: 512 * 1024) { [answer] in
            let value = body()
            answer.withLock { answer in answer = value }
        }
        precondition(started)
    }

    /// What came of it, unless nothing does for 20 seconds.
    func wait() -> Answer? {
        answer.waiting(atMost: .seconds(20)) { answer in answer }
    }

    var isDone: Bool { answer.withLock { answer in answer != nil } }
}

/// Looks again and again until something is so; false after a minute.
func becomes(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        usleep(1_000)
    }
    return true
}

@Suite struct PhaseCommandTests {
    @Test(arguments: [
        ("phase active", Phase.active), ("phase background", .background),
        ("phase suspended", .suspended), ("/_app phase active", .active),
        ("  /_app   phase  suspended \r\n", .suspended),
    ])
    func bothFormsOfTheCommandAreRead(text: String, phase: Phase) throws {
        #expect(try PhaseCommand(parsing: text).phase == phase)
    }

    @Test(arguments: ["", "/_app", "active", "phases active", "/_app activate", "Phase active"])
    func whatIsNoPhaseCommandIsRefused(text: String) {
        #expect(throws: PhaseCommandError.notAPhaseCommand) { try PhaseCommand(parsing: text) }
    }

    @Test(arguments: [
        "phase", "phase Active", "phase activ", "phase active now", "/_app phase suspende",
        "phase active\0", "phase 1",
    ])
    func anUnknownPhaseIsRefused(text: String) {
        #expect(throws: PhaseCommandError.phaseUnknown) { try PhaseCommand(parsing: text) }
    }

    @Test func theListOfWhatIsAllowedNamesEveryPhase() {
        for phase in Phase.allCases {
            #expect("\(PhaseCommand.usage)".contains("phase \(phase.name)"))
        }
    }
}

@Suite struct PhaseTests {
    @Test func networkGatesCloseInTheBackgroundAndTheDatabaseAtTheCap() {
        let bench = PhaseBench()
        let app = bench.app()
        #expect(bench.closed == [])
        app.enter(.background)
        #expect(
            bench.closed == [
                .notificationNetwork, .receiveNetwork, .messageDelivery, .sendNetwork,
            ])
        #expect(bench.events == [.networkIdle])
        bench.advance(by: .milliseconds(19_999))
        #expect(!bench.gates.isClosed(.database) && app.phase == .background)
        bench.advance(by: .milliseconds(1))
        #expect(bench.closed == GatedOperation.allCases && app.phase == .suspended)
        #expect(bench.suspensions == [Suspension(number: 1, cause: .time, unfinished: 0)])
        app.enter(.active)
        #expect(bench.closed == [] && app.phase == .active)
        #expect(bench.suspensions.count == 1)
    }

    @Test func gatesCloseInTheOrderOfTheirForerunners() throws {
        let bench = PhaseBench()
        let app = bench.app()
        let receive = try bench.gates.begin(.receiveNetwork, within: .zero)
        app.enter(.background)
        #expect(bench.closed == [.notificationNetwork, .receiveNetwork])
        let deliver = try bench.gates.begin(.messageDelivery, within: .zero)
        receive.end()
        #expect(bench.closed == [.notificationNetwork, .receiveNetwork, .messageDelivery])
        let send = try bench.gates.begin(.sendNetwork, within: .zero)
        deliver.end()
        #expect(
            bench.closed == [
                .notificationNetwork, .receiveNetwork, .messageDelivery, .sendNetwork,
            ])
        #expect(bench.events == [])
        // What is under way finishes, with the database it needs.
        let database = try bench.gates.begin(.database, within: .zero)
        database.end()
        send.end()
        #expect(bench.events == [.networkIdle])
        _ = app
    }

    @Test func theSystemsWarningClosesEverythingAtOnceAndWhatIsUnderWayFinishes() throws {
        let bench = PhaseBench()
        let app = bench.app()
        let write = try bench.gates.begin(.database, within: .zero)
        app.enter(.background)
        bench.advance(by: .seconds(3))
        app.suspendNow()
        #expect(bench.closed == GatedOperation.allCases)
        #expect(app.phase == .suspended && bench.suspensions == [])
        #expect(throws: OperationError.deadline) {
            _ = try bench.gates.begin(.database, within: .zero)
        }
        write.end()
        #expect(bench.suspensions == [Suspension(number: 1, cause: .commanded, unfinished: 0)])
    }

    @Test func theCapIsHardAndSaysHowManyWereUnfinished() throws {
        let bench = PhaseBench()
        let app = bench.app()
        let receive = try bench.gates.begin(.receiveNetwork, within: .zero)
        let send = try bench.gates.begin(.sendNetwork, within: .zero)
        app.enter(.background)
        bench.advance(by: .seconds(20))
        // Delivery too, which a cascade that waits for receiving would have left open.
        #expect(bench.closed == GatedOperation.allCases)
        #expect(bench.suspensions == [])
        bench.advance(by: .seconds(1))
        #expect(bench.suspensions == [Suspension(number: 1, cause: .time, unfinished: 2)])
        receive.end()
        send.end()
        bench.advance(by: .seconds(100))
        #expect(bench.suspensions.count == 1)
        _ = app
    }

    @Test func aTimerOfAnEarlierSuspensionCutsNoLaterOneShort() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.background)
        bench.advance(by: .seconds(15))
        app.enter(.active)
        bench.advance(by: .seconds(3))
        app.enter(.background)
        bench.advance(by: .seconds(19))
        #expect(app.phase == .background && bench.suspensions == [])
        bench.advance(by: .seconds(1))
        #expect(app.phase == .suspended && bench.suspensions.count == 1)
    }

    @Test func aSecondBackgroundDoesNotLengthenTheFirst() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.background)
        bench.advance(by: .seconds(15))
        app.enter(.background)
        bench.advance(by: .seconds(5))
        #expect(app.phase == .suspended && bench.suspensions.count == 1)
    }

    @Test func suspendedTwiceIsToldOnce() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.suspended)
        app.enter(.suspended)
        app.suspendNow()
        app.enter(.background)
        bench.advance(by: .seconds(100))
        #expect(bench.suspensions == [Suspension(number: 1, cause: .commanded, unfinished: 0)])
        #expect(app.phase == .suspended)
        app.enter(.active)
        app.enter(.suspended)
        #expect(bench.suspensions.map(\.number) == [1, 2])
    }

    @Test func activeBeforeTheEndTellsOfNoSuspension() throws {
        let bench = PhaseBench()
        let app = bench.app()
        let send = try bench.gates.begin(.sendNetwork, within: .zero)
        app.suspendNow()
        app.enter(.active)
        send.end()
        bench.advance(by: .seconds(100))
        #expect(bench.suspensions == [] && bench.closed == [])
        _ = app
    }

    @Test(arguments: GatedOperation.allCases)
    func whoeverIsBlockedGoesOnWithActive(operation: GatedOperation) {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.suspended)
        let gates = bench.gates
        let worker = Worker { () -> Int? in
            try? gates.perform(operation, within: .seconds(60)) { 7 }
        }
        #expect(becomes { gates.waiting == 1 })
        app.enter(.active)
        #expect(worker.wait() == 7)
        #expect(gates.waiting == 0 && gates.underWay(operation) == 0)
    }

    @Test func whoeverIsBlockedGoesAwayAtItsDeadlineByTheClock() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.suspended)
        let gates = bench.gates
        let worker = Worker { () -> OperationError? in
            do throws(OperationError) {
                _ = try gates.begin(.database, within: .seconds(60))
                return nil
            } catch { return error }
        }
        #expect(becomes { gates.waiting == 1 })
        bench.clock.advance(by: .seconds(59))
        #expect(!worker.isDone)
        bench.clock.advance(by: .seconds(1))
        #expect(worker.wait() == .deadline)
        #expect(gates.waiting == 0)
        _ = app
    }

    @Test func aClockThatJumpsBackEndsAWaitInsteadOfLengtheningIt() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.suspended)
        let gates = bench.gates
        let worker = Worker { (try? gates.begin(.database, within: .seconds(60))) == nil }
        #expect(becomes { gates.waiting == 1 })
        bench.clock.jumpBoot(by: .seconds(-500))
        #expect(worker.wait() == true)
        _ = app
    }

    @Test func aClockThatJumpsEitherWayEndsTheBackground() {
        for jump in [Duration.seconds(3_600), .seconds(-500)] {
            let bench = PhaseBench()
            let app = bench.app()
            app.enter(.background)
            bench.clock.jumpBoot(by: jump)
            #expect(app.phase == .suspended)
        }
    }

    @Test func theWallClockChangesNothing() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.background)
        for jump in [Int64(86_400_000), -172_800_000] {
            bench.clock.jumpWall(by: jump)
            #expect(app.phase == .background)
        }
        #expect(bench.suspensions == [])
    }

    @Test func theCapComesWithoutAnybodyAsking() {
        let bench = PhaseBench()
        let app = bench.app()
        app.enter(.background)
        bench.clock.advance(by: .seconds(20))
        // Nobody touches the gates here: their own thread looks at the clock.
        #expect(becomes { bench.suspensions.count == 1 })
        _ = app
    }

    @Test func nestedOperationsAreNotLockedOutByTheirOwnGate() throws {
        let bench = PhaseBench()
        let app = bench.app()
        let answer = try bench.gates.perform(.database, within: .zero) { () -> Int in
            app.suspendNow()
            #expect(bench.gates.isClosed(.database))
            return (try? bench.gates.perform(.database, within: .zero) { 3 }) ?? 0
        }
        #expect(answer == 3)
        #expect(bench.gates.underWay(.database) == 0)
        #expect(bench.suspensions.count == 1)
        #expect(throws: BracketError<OperationError, Never>.refused(.deadline)) {
            try bench.gates.perform(.database, within: .zero) {}
        }
    }

    @Test func aPartOfAnOperationUnderWayIsNotKeptWaitingAndAStrangerIs() throws {
        let bench = PhaseBench()
        let app = bench.app()
        let outer = try bench.gates.begin(.sendNetwork, within: .zero)
        app.suspendNow()
        let inner = try bench.gates.begin(.sendNetwork, inside: outer, within: .zero)
        #expect(bench.gates.underWay(.sendNetwork) == 2)
        #expect(throws: OperationError.deadline) {
            _ = try bench.gates.begin(.database, inside: outer, within: .zero)
        }
        inner.end()
        outer.end()
        #expect(bench.suspensions.map(\.unfinished) == [0])
    }

    @Test func anOperationThatThrowsHasEnded() {
        struct Fault: Error, Equatable {}
        let bench = PhaseBench()
        let app = bench.app()
        #expect(throws: BracketError<OperationError, Fault>.failed(Fault())) {
            try bench.gates.perform(.receiveNetwork, within: .zero) { () throws(Fault) in
                throw Fault()
            }
        }
        #expect(bench.gates.underWay(.receiveNetwork) == 0)
        app.enter(.background)
        #expect(bench.events == [.networkIdle])
    }

    @Test func tooManyOperationsAreRefused() throws {
        let bench = PhaseBench()
        let gates = bench.gates
        func fill(_ count: Int) throws {
            guard count > 0 else {
                #expect(throws: OperationError.tooMany) {
                    _ = try gates.begin(.sendNetwork, within: .zero)
                }
                _ = try gates.begin(.database, within: .zero)
                return
            }
            let permit = try gates.begin(.sendNetwork, within: .zero)
            try fill(count - 1)
            permit.end()
        }
        try fill(CoordinationLimits.operationsMax)
        #expect(gates.underWay(.sendNetwork) == 0)
    }

    @Test func aSensitiveTaskKeepsEverythingOpenInTheBackground() {
        let bench = PhaseBench()
        let app = bench.app()
        bench.isConnected = true
        app.enter(.background)
        bench.advance(by: .seconds(100))
        #expect(app.phase == .background && bench.closed == [])
        bench.isConnected = false
        app.connectionMayClose()
        #expect(bench.closed.count == 4)
        bench.advance(by: .seconds(19))
        #expect(app.phase == .background)
        bench.advance(by: .seconds(1))
        #expect(app.phase == .suspended)
    }

    @Test func aSensitiveTaskThatNeverEndsIsCappedToo() {
        let bench = PhaseBench()
        let app = bench.app()
        bench.isConnected = true
        app.enter(.background)
        bench.advance(by: .seconds(175))
        #expect(bench.closed == [])
        bench.advance(by: .seconds(5))
        #expect(app.phase == .suspended && bench.suspensions.count == 1)
    }

    @Test func whatIsLeftOfASensitiveTasksTimeIsAllThereIs() {
        let bench = PhaseBench()
        let app = bench.app()
        bench.isConnected = true
        app.enter(.background)
        bench.advance(by: .seconds(175))
        bench.isConnected = false
        app.connectionMayClose()
        bench.advance(by: .seconds(5))
        #expect(app.phase == .suspended)
    }

    @Test func theSystemsWarningGoesBeforeASensitiveTask() {
        let bench = PhaseBench()
        let app = bench.app()
        bench.isConnected = true
        app.enter(.background)
        app.suspendNow()
        #expect(bench.suspensions.count == 1)
    }

    @Test func aCommandMovesThePhase() throws {
        let bench = PhaseBench()
        let app = bench.app()
        app.run(try PhaseCommand(parsing: "/_app phase background"))
        #expect(app.phase == .background)
        app.run(try PhaseCommand(parsing: "phase suspended"))
        #expect(app.phase == .suspended)
        app.run(try PhaseCommand(parsing: "phase active"))
        #expect(app.phase == .active)
    }

    @Test func gatesThatNobodyKeepsGoAlthoughTheirTimeRuns() {
        weak var gates: OperationGates?
        do {
            let bench = PhaseBench()
            gates = bench.gates
            bench.app().enter(.background)
        }
        #expect(becomes { gates == nil })
    }

    @Test func manyThreadsAndPhasesLoseNoOperation() {
        let bench = PhaseBench()
        let app = bench.app()
        let gates = bench.gates
        let workers = (0..<4).map { seed in
            Worker { () -> Int in
                var done = 0
                for round in 0..<2_000 {
                    let operation = GatedOperation.allCases[(seed + round) % 5]
                    let inner = try? gates.perform(operation, within: .seconds(1)) {
                        (try? gates.perform(.database, within: .zero) { 1 }) ?? 1
                    }
                    done += inner ?? 1
                }
                return done
            }
        }
        var phases = 0
        while workers.contains(where: { worker in !worker.isDone }) {
            app.enter(Phase.allCases[phases % 3])
            bench.clock.advance(by: .milliseconds(phases % 7 * 100))
            phases += 1
        }
        #expect(workers.allSatisfy { worker in worker.wait() == 2_000 })
        app.enter(.suspended)
        bench.advance(by: .seconds(1))
        #expect(GatedOperation.allCases.allSatisfy { gates.underWay($0) == 0 })
        #expect(bench.suspensions.last?.unfinished == 0)
        let numbers = bench.suspensions.map(\.number)
        #expect(Set(numbers).count == numbers.count)
    }
}

@Suite struct ExtensionPhaseTests {
    @Test func theLastNotificationIsFollowedBySuspensionWhenNoOtherCame() {
        let bench = PhaseBench()
        let phases = bench.extension()
        let one = phases.beginNotification()
        #expect(phases.phase == .active)
        one.end()
        bench.advance(by: .milliseconds(1_999))
        #expect(phases.phase == .active && bench.events == [])
        bench.advance(by: .milliseconds(1))
        #expect(phases.phase == .suspended)
        #expect(bench.suspensions == [Suspension(number: 1, cause: .idle, unfinished: 0)])
    }

    @Test func aNewNotificationStopsTheWayToSuspension() {
        let bench = PhaseBench()
        let phases = bench.extension()
        phases.beginNotification().end()
        bench.advance(by: .milliseconds(1_500))
        let two = phases.beginNotification()
        bench.advance(by: .seconds(60))
        #expect(phases.phase == .active && bench.events == [])
        two.end()
        bench.advance(by: .milliseconds(1_500))
        #expect(phases.phase == .active)
        bench.advance(by: .milliseconds(500))
        #expect(bench.suspensions.count == 1)
    }

    @Test func onlyTheLastOfSeveralNotificationsCounts() {
        let bench = PhaseBench()
        let phases = bench.extension()
        let one = phases.beginNotification()
        let two = phases.beginNotification()
        one.end()
        bench.advance(by: .seconds(10))
        #expect(phases.phase == .active && bench.events == [])
        two.end()
        bench.advance(by: .seconds(2))
        #expect(phases.phase == .suspended)
    }

    @Test func whatIsUnderWayFinishesAndFourSecondsAreTheMost() throws {
        let bench = PhaseBench()
        let phases = bench.extension()
        phases.beginNotification().end()
        let receive = try bench.gates.begin(.receiveNetwork, within: .zero)
        bench.advance(by: .seconds(2))
        #expect(phases.phase == .background && !bench.gates.isClosed(.database))
        bench.advance(by: .milliseconds(3_999))
        #expect(phases.phase == .background)
        bench.advance(by: .milliseconds(1))
        #expect(phases.phase == .suspended && bench.suspensions == [])
        bench.advance(by: .seconds(1))
        #expect(bench.suspensions == [Suspension(number: 1, cause: .time, unfinished: 1)])
        receive.end()
    }

    @Test func theDatabaseClosesWithTheLastNetworkOperation() throws {
        let bench = PhaseBench()
        let phases = bench.extension()
        phases.beginNotification().end()
        let receive = try bench.gates.begin(.receiveNetwork, within: .zero)
        bench.advance(by: .seconds(2))
        let write = try bench.gates.begin(.database, within: .zero)
        receive.end()
        #expect(phases.phase == .background)
        write.end()
        #expect(bench.suspensions == [Suspension(number: 1, cause: .idle, unfinished: 0)])
        #expect(phases.phase == .suspended)
    }

    @Test func aProcessThatIsUsedAgainOpensAgain() {
        let bench = PhaseBench()
        let phases = bench.extension()
        for round in 1...50 {
            let notification = phases.beginNotification()
            #expect(phases.phase == .active && bench.closed == [])
            notification.end()
            bench.advance(by: .seconds(2))
            #expect(bench.suspensions.count == round)
        }
        bench.advance(by: .seconds(1_000))
        #expect(bench.suspensions.count == 50)
    }

    @Test func aNotificationWhileEverythingClosesIsInTime() throws {
        let bench = PhaseBench()
        let phases = bench.extension()
        phases.beginNotification().end()
        let send = try bench.gates.begin(.sendNetwork, within: .zero)
        phases.suspendNow()
        #expect(phases.phase == .suspended)
        let late = phases.beginNotification()
        send.end()
        bench.advance(by: .seconds(10))
        #expect(phases.phase == .active && bench.suspensions == [])
        late.end()
    }

    @Test func expiryOfANotificationThatStillRunsSuspendsAllTheSame() {
        let bench = PhaseBench()
        let phases = bench.extension()
        let one = phases.beginNotification()
        phases.suspendNow()
        #expect(bench.suspensions.map(\.cause) == [.commanded])
        one.end()
        bench.advance(by: .seconds(10))
        #expect(bench.suspensions.count == 1 && phases.phase == .suspended)
    }

    @Test func theExtensionSuspendsWithoutAnybodyAsking() {
        let bench = PhaseBench()
        let phases = bench.extension()
        phases.beginNotification().end()
        bench.clock.advance(by: .seconds(2))
        #expect(becomes { bench.suspensions.count == 1 })
        _ = phases
    }
}
