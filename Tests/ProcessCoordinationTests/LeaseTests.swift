import Foundation
import Testing

@testable import ProcessCoordination

@Suite struct LeaseTests {
    let directory = LockDirectory()
    let clock = ManualClock()

    func app() throws -> Leases {
        try Leases(groupDirectory: directory.path, context: .foregroundApp, clock: clock)
    }

    func other(
        _ process: OtherProcess, _ context: ExecutionContext = .pushNotificationExtension
    ) throws -> Leases {
        try Leases(
            groupDirectory: directory.path, context: context, clock: clock,
            process: process.identity)
    }

    @Test func oneHoldsAndTheOtherIsToldSo() throws {
        let (app, process) = (try app(), try OtherProcess(bootID: clock.bootID))
        let `extension` = try other(process)
        #expect(!app.isLocked(.lightning))
        try app.lock(.lightning)
        #expect(app.isHeld(.lightning))
        #expect(!`extension`.isHeld(.lightning))
        #expect(`extension`.isLocked(.lightning))
        #expect(!`extension`.isLocked(.onchain))
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try `extension`.lock(.lightning) }
        #expect(throws: LeaseError.differentEnvironmentLocked) {
            try `extension`.unlock(.lightning)
        }
        #expect(throws: LeaseError.differentEnvironmentLocked) { try `extension`.renew(.lightning) }
        #expect(throws: LeaseError.staleLock) { try app.unlock(.onchain) }
        let holder = try `extension`.holder(.lightning)
        #expect(holder?.context == .foregroundApp)
        #expect(holder?.process == .current(bootID: clock.bootID))
        #expect(holder?.isThisProcess == false)
        try `extension`.lock(.onchain)
        #expect(try app.holder(.onchain)?.process == process.identity)
        try app.unlock(.lightning)
        #expect(try `extension`.holder(.lightning) == nil)
        try `extension`.lock(.lightning)
        #expect(`extension`.isHeld(.lightning))
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try app.lock(.lightning) }
        #expect(directory.names() == ["coordination", "lightning.lock", "onchain.lock"])
        #expect(directory.names("coordination") == ["lease.guard"])
    }

    @Test func aWaitEndsWithTheHolderOrAtItsDeadline() throws {
        let (app, process) = (try app(), try OtherProcess(bootID: clock.bootID))
        let `extension` = try other(process)
        try app.lock(.lightning)
        var began = clock.sinceBoot
        #expect(throws: LeaseError.alreadyLocked(.lightning)) {
            try `extension`.lock(.lightning, wait: .seconds(5))
        }
        #expect(clock.sinceBoot - began == .seconds(5))
        clock.advance(by: .seconds(290))
        // The lease ends 5 seconds from here.
        began = clock.sinceBoot
        try `extension`.lock(.lightning, wait: .seconds(600))
        #expect(clock.sinceBoot - began == .seconds(5))
    }

    @Test func objectsOfOneProcessShareALeaseAndCannotReleaseEachOthers() throws {
        let (first, second) = (try app(), try app())
        let process = try OtherProcess(bootID: clock.bootID)
        let third = try other(process)
        defer { extendLifetime(process) }
        try first.lock(.lightning)
        try first.lock(.lightning)
        #expect(!second.isHeld(.lightning))
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try second.unlock(.lightning) }
        try second.lock(.lightning)
        try first.unlock(.lightning)
        try first.unlock(.lightning)
        #expect(!first.isHeld(.lightning))
        #expect(second.isHeld(.lightning))
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try first.unlock(.lightning) }
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try third.lock(.lightning) }
        try second.unlock(.lightning)
        #expect(directory.names() == ["coordination"])
        #expect(throws: LeaseError.staleLock) { try second.unlock(.lightning) }
    }

    @Test(arguments: ExecutionContext.allCases)
    func aLeaseEndsByItselfAndARenewalPutsThatOff(context: ExecutionContext) throws {
        let mine = try Leases(groupDirectory: directory.path, context: context, clock: clock)
        let process = try OtherProcess(bootID: clock.bootID)
        let its = try other(process)
        let time = context == .foregroundApp ? Duration.seconds(300) : .seconds(35)
        #expect(context.leaseTime == time)
        try mine.lock(.onchain)
        for _ in 0..<20 {
            clock.advance(by: time - .milliseconds(1))
            #expect(mine.isHeld(.onchain))
            try mine.renew(.onchain)
        }
        clock.advance(by: time - .milliseconds(1))
        #expect(its.isLocked(.onchain))
        clock.advance(by: .milliseconds(1))
        #expect(!its.isLocked(.onchain))
        #expect(!mine.isHeld(.onchain))
        #expect(throws: LeaseError.staleLock) { try mine.renew(.onchain) }
        // Nobody's use any more.
        #expect(directory.names() == ["coordination"])
    }

    @Test func theFormerOwnerNeitherRenewsNorReleasesWhatWasTakenOver() throws {
        let (app, process) = (try app(), try OtherProcess(bootID: clock.bootID))
        let `extension` = try other(process)
        try app.lock(.lightning)
        clock.advance(by: .seconds(300))
        try `extension`.lock(.lightning)
        let file = directory.data("lightning.lock")
        #expect(!app.isHeld(.lightning))
        #expect(throws: LeaseError.staleLock) { try app.renew(.lightning) }
        #expect(throws: LeaseError.differentEnvironmentLocked) { try app.unlock(.lightning) }
        #expect(directory.data("lightning.lock") == file)
        #expect(`extension`.isHeld(.lightning))
        clock.advance(by: .seconds(35))
        try app.lock(.lightning)
        #expect(throws: LeaseError.staleLock) { try `extension`.unlock(.lightning) }
        #expect(app.isHeld(.lightning))
    }

    @Test func aLeaseTakenAnewIsNotTheOneThatWasLost() throws {
        let (first, second) = (try app(), try app())
        try first.lock(.lightning)
        clock.advance(by: .seconds(300))
        try second.lock(.lightning)
        // Same process, but anybody may have been in between.
        #expect(!first.isHeld(.lightning))
        #expect(throws: LeaseError.staleLock) { try first.unlock(.lightning) }
        #expect(second.isHeld(.lightning))
        try second.unlock(.lightning)
        #expect(!second.isLocked(.lightning))
    }

    @Test func aDeadOwnersLeaseIsFreeAtOnceAndALivingOnesIsNot() throws {
        let (app, process) = (try app(), try OtherProcess(bootID: clock.bootID))
        try other(process).lock(.lightning)
        kill(process.identity.pid, SIGSTOP)
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try app.lock(.lightning) }
        process.kill()
        #expect(!app.isLocked(.lightning))
        try app.lock(.lightning)
        #expect(app.isHeld(.lightning))
    }

    @Test func aLeaseDoesNotOutliveTheBoot() throws {
        let process = try OtherProcess(bootID: clock.bootID)
        let its = try other(process)
        try its.lock(.lightning)
        defer { extendLifetime(process) }
        clock.reboot()
        let app = try app()
        #expect(!app.isLocked(.lightning))
        try app.lock(.lightning)
        #expect(!its.isHeld(.lightning))
    }

    @Test func theWallClockMovesNothing() throws {
        let app = try app()
        let process = try OtherProcess(bootID: clock.bootID)
        let its = try other(process)
        defer { extendLifetime(process) }
        try app.lock(.lightning)
        for jump: Int64 in [86_400_000, -172_800_000, 315_360_000_000, -1_000_000_000_000_000] {
            clock.jumpWall(by: jump)
            #expect(app.isHeld(.lightning))
            #expect(its.isLocked(.lightning))
            try app.renew(.lightning)
            #expect(throws: LeaseError.alreadyLocked(.lightning)) { try its.lock(.lightning) }
        }
    }

    @Test func aClockThatWentBackFreesNothingAndEndsAllTheSame() throws {
        let app = try app()
        let process = try OtherProcess(bootID: clock.bootID)
        let its = try other(process)
        defer { extendLifetime(process) }
        try app.lock(.lightning)
        clock.jumpBoot(by: .seconds(-600))
        // Its end lies farther off than it can.
        #expect(!app.isHeld(.lightning))
        #expect(its.isLocked(.lightning))
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try its.lock(.lightning) }
        // The owner may have it anew at any time.
        try app.lock(.lightning)
        #expect(app.isHeld(.lightning))
        clock.jumpBoot(by: .seconds(-600))
        #expect(its.isLocked(.lightning))
        let began = clock.sinceBoot
        clock.advance(by: .seconds(290))
        try its.lock(.lightning, wait: .seconds(400))
        #expect(clock.sinceBoot - began == .seconds(300))
    }

    @Test func aClockBelowZeroIsAClock() throws {
        let app = try app()
        let process = try OtherProcess(bootID: clock.bootID)
        let its = try other(process)
        defer { extendLifetime(process) }
        clock.jumpBoot(by: .seconds(-100_000))
        try app.lock(.lightning)
        #expect(app.isHeld(.lightning))
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try its.lock(.lightning) }
        clock.advance(by: .seconds(300))
        try its.lock(.lightning)
    }

    @Test func noWaitIsLongerThanAnHour() throws {
        let process = try OtherProcess(bootID: clock.bootID)
        let its = try other(process)
        try its.lock(.lightning)
        kill(process.identity.pid, SIGSTOP)
        let (app, began) = (try app(), clock.sinceBoot)
        try app.lock(.lightning, wait: .seconds(Int64.max))
        #expect(clock.sinceBoot - began == .seconds(35))
        var wait = BoundedWait(.seconds(Int64.max), pause: .seconds(60), clock: clock)
        var rests = 0
        while wait.rest() { rests += 1 }
        #expect(rests == 60)
        // A clock that stands still ends it too.
        let still = StillClock()
        var other = BoundedWait(.seconds(1), pause: .milliseconds(20), clock: still)
        rests = 0
        while other.rest() { rests += 1 }
        #expect(rests == 102)
    }

    @Test func whoCannotBeAskedForIsWaitedForUntilItsTimeIsUp() throws {
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        let elsewhere = ProcessIdentity(
            pid: 1, startedAt: 1, namespace: mine.namespace + 1, bootID: clock.bootID)
        let its = try Leases(
            groupDirectory: directory.path, context: .pushNotificationExtension, clock: clock,
            process: elsewhere)
        try its.lock(.lightning)
        let (app, began) = (try app(), clock.sinceBoot)
        try app.lock(.lightning, wait: .seconds(60))
        #expect(clock.sinceBoot - began == .seconds(35))
    }

    @Test func withoutABootThatIsKnownALeaseIsWaitedForAsAWhole() throws {
        let unknown = BootID(high: 0, low: 0)
        let process = try OtherProcess(bootID: unknown)
        clock.setBoot(unknown)
        let its = try other(process)
        try its.lock(.lightning)
        let (app, began) = (try app(), clock.sinceBoot)
        #expect(app.isLocked(.lightning))
        clock.advance(by: .seconds(290))
        try app.lock(.lightning, wait: .seconds(600))
        #expect(clock.sinceBoot - began == .seconds(300))
    }

    @Test func whoeverStandsInTheMiddleIsWaitedForASecond() throws {
        let app = try app()
        try app.lock(.lightning)
        let descriptor = open(directory("coordination/lease.guard"), O_RDWR)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let began = clock.sinceBoot
        #expect(throws: LeaseError.busy) { try app.renew(.lightning) }
        #expect(clock.sinceBoot - began == .seconds(1))
        #expect(throws: LeaseError.busy) { try app.unlock(.lightning) }
        #expect(throws: LeaseError.alreadyLocked(.onchain)) { try app.lock(.onchain) }
        #expect(app.isHeld(.lightning))
        #expect(app.isLocked(.lightning))
        flock(descriptor, LOCK_UN)
        try app.unlock(.lightning)
        try app.lock(.onchain)
    }

    @Test func ofManyThreadsOneAtATimeHasIt() throws {
        let clock = DeviceClock()
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        nonisolated(unsafe) var (inside, most, rounds) = (0, 0, 0)
        let path = directory.path
        let counting = NSLock()
        DispatchQueue.concurrentPerform(iterations: 4) { index in
            // Four processes as far as the files can tell.
            let process = ProcessIdentity(
                pid: mine.pid, startedAt: mine.startedAt,
                namespace: mine.namespace + 1 + UInt64(index), bootID: mine.bootID)
            guard
                let leases = try? Leases(
                    groupDirectory: path, context: .foregroundApp, clock: clock, process: process)
            else { return }
            for _ in 0..<25 {
                guard (try? leases.lock(.lightning, wait: .seconds(20))) != nil else { continue }
                counting.withLock {
                    inside += 1
                    most = max(most, inside)
                    rounds += 1
                }
                try? leases.renew(.lightning)
                counting.withLock { inside -= 1 }
                try? leases.unlock(.lightning)
            }
        }
        #expect(most == 1)
        #expect(rounds == 100)
        #expect(directory.names() == ["coordination"])
    }
}

/// A clock that does not go.
private struct StillClock: CoordinationClock {
    var unixMilliseconds: Int64 { 0 }
    var sinceBoot: Duration { .zero }
    var bootID: BootID { BootID(high: 1, low: 1) }
    func pause(for time: Duration) {}
}
