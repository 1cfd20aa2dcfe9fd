import Foundation
import SecureFiles
import Testing
import Threading

@testable import ProcessCoordination

/// One process's gates and bracket over a directory.
struct DatabaseBench {
    let directory: Directory
    let phases: PhaseBench
    let app: PhaseController
    let bracket: DatabaseBracket

    init(in directory: Directory = Directory()) {
        self.directory = directory
        phases = PhaseBench()
        app = phases.app()
        bracket = DatabaseBracket(groupDirectory: directory.path, gates: phases.gates)
    }

    var clock: ManualClock { phases.clock }

    /// The lock as another process would hold it.
    func lockFromOutside() throws -> FileLock {
        let group = try SecureDirectory(path: directory.path, creating: true)
        let coordination = try group.openSubdirectory("coordination", creating: true)
        return try coordination.lock("database.lock", within: .zero)!
    }
}

@Suite struct DatabaseTests {
    @Test func whileOneIsInsideNobodyElseIs() throws {
        let bench = DatabaseBench()
        let other = DatabaseBench(in: bench.directory)
        try bench.bracket.withDatabase(within: .zero) {
            #expect(throws: BracketError<DatabaseError, Never>.refused(.held)) {
                try other.bracket.withDatabase(within: .seconds(1)) {}
            }
            #expect(other.phases.gates.underWay(.database) == 0)
        }
        #expect(try other.bracket.withDatabase(within: .zero) { 5 } == 5)
        #expect(bench.phases.gates.underWay(.database) == 0)
    }

    @Test func theDeadlineIsKeptByTheClock() throws {
        let bench = DatabaseBench()
        let lock = try bench.lockFromOutside()
        for wait in [Duration.zero, .milliseconds(3), .milliseconds(250), .seconds(2)] {
            let before = bench.clock.sinceBoot
            #expect(throws: BracketError<DatabaseError, Never>.refused(.held)) {
                try bench.bracket.withDatabase(within: wait) {}
            }
            #expect(bench.clock.sinceBoot - before == wait)
        }
        _ = lock
    }

    @Test func nobodyWaitsLongerThanTheLongestWait() throws {
        let bench = DatabaseBench()
        let lock = try bench.lockFromOutside()
        let before = bench.clock.sinceBoot
        #expect(throws: BracketError<DatabaseError, Never>.refused(.held)) {
            try bench.bracket.withDatabase(within: .seconds(1_000_000)) {}
        }
        #expect(bench.clock.sinceBoot - before == CoordinationLimits.databaseWaitMax)
        _ = lock
    }

    @Test func theSameThreadMayEnterAgain() throws {
        let bench = DatabaseBench()
        let answer = try bench.bracket.withDatabase(within: .zero) { () -> Int in
            (try? bench.bracket.withDatabase(within: .zero) { () -> Int in
                (try? bench.bracket.withDatabase(within: .zero) { 3 }) ?? 0
            }) ?? 0
        }
        #expect(answer == 3)
        _ = try bench.lockFromOutside()
    }

    @Test func anotherThreadMayNotAndWaitsForItsTurn() throws {
        let bench = DatabaseBench()
        let (bracket, gates) = (bench.bracket, bench.phases.gates)
        let worker = try bracket.withDatabase(within: .zero) { () -> Worker<Int?> in
            let worker = Worker { () -> Int? in
                try? bracket.withDatabase(within: .seconds(10)) { 4 }
            }
            #expect(becomes { gates.underWay(.database) == 2 })
            #expect(!worker.isDone)
            return worker
        }
        #expect(worker.wait() == 4)
    }

    @Test func whatThrowsInsideGivesTheLockBack() throws {
        struct Fault: Error, Equatable {}
        let bench = DatabaseBench()
        #expect(throws: BracketError<DatabaseError, Fault>.failed(Fault())) {
            try bench.bracket.withDatabase(within: .zero) { () throws(Fault) in throw Fault() }
        }
        _ = try bench.lockFromOutside()
        #expect(bench.phases.gates.underWay(.database) == 0)
    }

    @Test func aClosedGateIsWaitedForAndThenRefused() throws {
        let bench = DatabaseBench()
        bench.app.enter(.suspended)
        #expect(throws: BracketError<DatabaseError, Never>.refused(.suspended)) {
            try bench.bracket.withDatabase(within: .zero) {}
        }
        let bracket = bench.bracket
        let worker = Worker { () -> Int? in
            try? bracket.withDatabase(within: .seconds(10)) { 6 }
        }
        #expect(becomes { bench.phases.gates.waiting == 1 })
        _ = try bench.lockFromOutside()
        bench.app.enter(.active)
        #expect(worker.wait() == 6)
    }

    @Test func whoeverWaitsForTheOtherProcessDoesNotKeepThisOneFromBeingSuspended() throws {
        let bench = DatabaseBench()
        let (bracket, gates) = (bench.bracket, bench.phases.gates)
        var lock: FileLock? = try bench.lockFromOutside()
        // A clock that stands still while somebody waits, as far as it can.
        let worker = Worker { () -> Int? in
            try? bracket.withDatabase(within: .seconds(10)) { 7 }
        }
        #expect(becomes { worker.isDone || gates.underWay(.database) == 1 })
        bench.app.suspendNow()
        #expect(becomes { worker.isDone || bench.phases.suspensions.count == 1 })
        if !worker.isDone {
            #expect(bench.phases.suspensions.map(\.unfinished) == [0])
            lock = nil
            bench.app.enter(.active)
            #expect(worker.wait() == 7)
        }
        _ = consume lock
    }

    @Test func partsOfAnOperationUnderWayFinishWhileEverythingCloses() throws {
        let bench = DatabaseBench()
        let answer = try bench.bracket.withDatabase(within: .zero) { () -> Int in
            bench.app.suspendNow()
            #expect(bench.phases.gates.isClosed(.database))
            return (try? bench.bracket.withDatabase(within: .zero) { 8 }) ?? 0
        }
        #expect(answer == 8)
        #expect(bench.phases.suspensions.map(\.unfinished) == [0])
    }

    private static let isDebug = _isDebugAssertConfiguration()

    @Test func aDebugBuildTrapsWhenTheLockIsHeldAcrossSuspension() async {
        await #expect(processExitsWith: Self.isDebug ? .failure : .success) {
            let bench = DatabaseBench()
            try bench.bracket.withDatabase(within: .zero) {
                bench.app.suspendNow()
                bench.phases.advance(by: CoordinationLimits.finishTime)
            }
            precondition(bench.phases.suspensions.map(\.unfinished) == [1])
        }
    }

    @Test func aFileThatCannotBeUsedIsAnErrorAndWhatIsMendedIsFound() throws {
        let bench = DatabaseBench()
        let path = bench.directory.path + "/coordination"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/tmp")
        #expect(throws: BracketError<DatabaseError, Never>.refused(.file(.symbolicLink))) {
            try bench.bracket.withDatabase(within: .zero) {}
        }
        try FileManager.default.removeItem(atPath: path)
        try bench.bracket.withDatabase(within: .zero) {}
        // Somebody removes the directory under our feet.
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: BracketError<DatabaseError, Never>.refused(.file(.notFound))) {
            try bench.bracket.withDatabase(within: .zero) {}
        }
        try bench.bracket.withDatabase(within: .zero) {}
        #expect(bench.phases.gates.underWay(.database) == 0)
    }

    @Test func aFullDiskIsAnErrorAndNoDeadlock() async {
        await #expect(processExitsWith: .success) {
            let bench = DatabaseBench()
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = 8
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            var refusal: DatabaseError?
            do throws(BracketError<DatabaseError, Never>) {
                try bench.bracket.withDatabase(within: .zero) {}
            } catch {
                if case .refused(let error) = error { refusal = error }
            }
            precondition(refusal == .file(.noSpace))
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            try bench.bracket.withDatabase(within: .zero) {}
        }
    }

    @Test func whoeverJustLeftLetsAnotherThatWaitsGoFirst() throws {
        let bench = DatabaseBench()
        let other = DatabaseBench(in: bench.directory)
        try bench.bracket.withDatabase(within: .zero) {
            _ = try? other.bracket.withDatabase(within: .zero) {}
        }
        let before = bench.clock.sinceBoot
        try bench.bracket.withDatabase(within: .zero) {}
        #expect(bench.clock.sinceBoot - before == CoordinationLimits.databasePause * 2)
        // The wish is old now.
        bench.clock.advance(by: CoordinationLimits.databaseWishTime)
        try bench.bracket.withDatabase(within: .zero) {}
        let then = bench.clock.sinceBoot
        try bench.bracket.withDatabase(within: .zero) {}
        #expect(bench.clock.sinceBoot == then)
    }

    @Test func manyThreadsOfTwoProcessesAreInsideOneAtATime() throws {
        let directory = Directory()
        let benches = [DatabaseBench(in: directory), DatabaseBench(in: directory)]
        let inside = Monitor(0)
        let workers = (0..<4).map { index in
            let bracket = benches[index % 2].bracket
            return Worker { () -> Int in
                var done = 0
                var tries = 0
                while done < 100 && tries < 100_000 {
                    tries += 1
                    let entered: Void? = try? bracket.withDatabase(within: .seconds(10)) {
                        let count = inside.withLock { count in
                            count += 1
                            return count
                        }
                        precondition(count == 1, "one at a time")
                        inside.withLock { count in count -= 1 }
                    }
                    if entered != nil { done += 1 }
                }
                return done
            }
        }
        #expect(workers.allSatisfy { worker in worker.wait() == 100 })
    }
}
