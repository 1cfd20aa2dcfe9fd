import Foundation
import Testing
import Threading

@testable import ProcessCoordination

/// A system that keeps account of the time it gave.
final class CountingSystem: BackgroundTime {
    struct Account {
        var begun: [Int] = []
        var ended: [Int] = []
        var expirations: [@Sendable () -> Void] = []
        var log: [String] = []
        var givesNone = false
        var expiresAtOnce = false
    }

    let account = Monitor(Account())

    func begin(expiration: @escaping @Sendable () -> Void) -> Int? {
        let (number, isOver) = account.withLock { account -> (Int?, Bool) in
            account.log.append("begin")
            guard !account.givesNone else { return (nil, false) }
            account.begun.append(account.begun.count + 1)
            account.expirations.append(expiration)
            return (account.begun.count, account.expiresAtOnce)
        }
        if isOver { expiration() }
        return number
    }

    func end(_ time: Int) {
        account.withLock { account in
            account.ended.append(time)
            account.log.append("end")
        }
    }

    func log(_ line: String) { account.withLock { account in account.log.append(line) } }

    func expire(_ index: Int = 0) {
        let body = account.withLock { account in account.expirations[index] }
        body()
    }

    var begun: [Int] { account.withLock { account in account.begun } }
    var ended: [Int] { account.withLock { account in account.ended } }
    var lines: [String] { account.withLock { account in account.log } }
}

@Suite struct SensitiveTasksTests {
    private let clock = ManualClock()
    private let system = CountingSystem()

    private func tasks() -> SensitiveTasks {
        let tasks = SensitiveTasks(clock: clock, system: system)
        tasks.onIdle { [system] in system.log("idle") }
        return tasks
    }

    @Test func theFirstAsksForTimeAndTheLastGivesItBack() throws {
        let tasks = tasks()
        #expect(!tasks.mayStayConnected)
        let payment = try tasks.begin(.outgoingPayment) {}
        let splice = try tasks.begin(.splice) {}
        let second = try tasks.begin(.outgoingPayment) {}
        #expect(system.begun == [1])
        #expect(tasks.count(of: .outgoingPayment) == 2 && tasks.count(of: .splice) == 1)
        payment.end()
        second.end()
        #expect(tasks.mayStayConnected && system.ended == [])
        splice.end()
        #expect(!tasks.mayStayConnected)
        #expect(system.lines == ["begin", "idle", "end"])
        try tasks.begin(.incomingPayment) {}.end()
        #expect(system.begun == [1, 2] && system.ended == [1, 2])
    }

    @Test func aTaskThatIsDroppedHasEnded() throws {
        let tasks = tasks()
        do { _ = try tasks.begin(.splice) {} }
        #expect(!tasks.mayStayConnected)
        #expect(system.ended == [1])
    }

    @Test func threeMinutesAreTheEndByTheClock() throws {
        let tasks = tasks()
        let first = try tasks.begin(.outgoingPayment) { [system] in system.log("first") }
        clock.advance(by: .seconds(100))
        let second = try tasks.begin(.splice) { [system, tasks] in
            system.log("second, connected \(tasks.mayStayConnected)")
        }
        clock.advance(by: .seconds(79))
        tasks.expireOverdue()
        #expect(system.lines == ["begin"])
        clock.advance(by: .seconds(1))
        tasks.expireOverdue()
        tasks.expireOverdue()
        #expect(system.lines == ["begin", "first"])
        first.end()
        #expect(tasks.mayStayConnected)
        clock.advance(by: .seconds(100))
        tasks.expireOverdue()
        second.end()
        #expect(system.lines == ["begin", "first", "second, connected true", "idle", "end"])
        #expect(!tasks.mayStayConnected)
    }

    @Test func nobodyHasToAskWhetherTheTimeIsOver() throws {
        let tasks = tasks()
        let expired = Monitor(0)
        let task = try tasks.begin(.incomingPayment) {
            expired.withLock { expired in expired += 1 }
        }
        clock.advance(by: .seconds(181))
        let count = expired.waiting(atMost: .seconds(10)) { expired in
            expired > 0 ? expired : nil
        }
        #expect(count == 1)
        task.end()
    }

    @Test func theSystemsWordEndsEveryTaskOnce() throws {
        let tasks = tasks()
        let first = try tasks.begin(.outgoingPayment) { [system] in system.log("first") }
        let second = try tasks.begin(.splice) { [system] in system.log("second") }
        system.expire()
        system.expire()
        clock.advance(by: .seconds(1000))
        tasks.expireOverdue()
        first.end()
        second.end()
        #expect(system.lines == ["begin", "first", "second", "idle", "end"])
    }

    @Test func aTaskBegunByAHandlerGetsTimeOfItsOwn() throws {
        let tasks = tasks()
        let successor = Mutex<SensitiveTaskToken?>(nil)
        let task = try tasks.begin(.outgoingPayment) { [system] in
            successor.withLock { token in
                token = try? tasks.begin(.splice) { system.log("next") }
            }
        }
        system.expire()
        task.end()
        #expect(system.begun == [1, 2] && system.ended == [1])
        #expect(tasks.mayStayConnected)
        system.expire(1)
        #expect(system.begun == [1, 2] && system.ended == [1, 2])
        #expect(!tasks.mayStayConnected)
        // The first time's word means nothing any more.
        try tasks.begin(.splice) { [system] in system.log("wrong") }.end()
        system.expire(0)
        #expect(!system.lines.contains("wrong"))
    }

    @Test func aSystemThatGivesNoTimeStopsNobody() throws {
        system.account.withLock { account in account.givesNone = true }
        let tasks = tasks()
        let task = try tasks.begin(.splice) {}
        #expect(tasks.mayStayConnected)
        task.end()
        #expect(system.lines == ["begin", "idle"])
    }

    @Test func aSystemWhoseTimeIsOverAtOnceIsGivenItBack() throws {
        system.account.withLock { account in account.expiresAtOnce = true }
        let tasks = tasks()
        let task = try tasks.begin(.splice) { [system] in system.log("expired") }
        #expect(!tasks.mayStayConnected)
        task.end()
        #expect(system.lines == ["begin", "expired", "idle", "end"])
    }

    @Test func aClockThatWentBackEndsTheTask() throws {
        let tasks = tasks()
        let task = try tasks.begin(.splice) { [system] in system.log("expired") }
        clock.jumpBoot(by: .seconds(-10))
        tasks.expireOverdue()
        #expect(system.lines == ["begin", "expired", "idle", "end"])
        task.end()
    }

    @Test func moreThanThereMayBeAreRefused() throws {
        let tasks = tasks()
        let all = Mutex<[Int: Int]>([:])
        func fill(_ depth: Int) throws {
            guard depth < CoordinationLimits.sensitiveTasksMax else {
                #expect(throws: SensitiveTaskError.tooMany) { _ = try tasks.begin(.splice) {} }
                return
            }
            let task = try tasks.begin(.incomingPayment) {}
            all.withLock { all in all[depth] = 1 }
            try fill(depth + 1)
            task.end()
        }
        try fill(0)
        #expect(!tasks.mayStayConnected)
        #expect(system.begun == [1] && system.ended == [1])
    }

    @Test func anyNumberOfThreadsLeavesTheAccountEven() throws {
        let tasks = tasks()
        let threads = (0..<4).compactMap { seed in
            Thread {
                for round in 0..<500 {
                    let kind = SensitiveTask.allCases[(round + seed) % 3]
                    if let task = try? tasks.begin(kind, onExpiry: {}) {
                        if round % 7 == 0 { tasks.expireOverdue() }
                        task.end()
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(!tasks.mayStayConnected)
        #expect(system.begun.count == system.ended.count)
        #expect(Set(system.ended).count == system.ended.count)
    }
}
