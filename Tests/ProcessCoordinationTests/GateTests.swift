import Foundation
import NotificationPipeline
import Testing

@testable import ProcessCoordination

@Suite struct GateTests {
    let directory = LockDirectory()
    let clock = ManualClock()

    private func gate(_ side: Side, _ process: OtherProcess? = nil) throws -> PeerGate {
        try PeerGate(
            side: side, groupDirectory: directory.path, clock: clock,
            process: process?.identity ?? .current(bootID: clock.bootID))
    }

    /// How an entry ended, and what was shown on the way.
    private func enter(
        _ gate: PeerGate, _ wait: Duration
    ) -> (error: GateError?, shown: [GateState]) {
        var shown: [GateState] = []
        do throws(GateError) {
            try gate.enter(within: wait) { state in shown.append(state) }.close()
            return (nil, shown)
        } catch {
            return (error, shown)
        }
    }

    @Test func whoComesFirstIsAlone() throws {
        let (app, `extension`) = (try gate(.app), try gate(.extension))
        let (otherApp, otherExtension) = (try gate(.app), try gate(.extension))
        var permit = try app.enter(within: .zero)
        let look1 = permit.isValid()
        #expect(look1)
        #expect(enter(`extension`, .seconds(10)).error == .appConnected)
        let second = enter(otherApp, .seconds(3))
        #expect(second.error == .deadline)
        #expect(second.shown == [.waiting(.otherApp)])
        permit.close()
        permit = try `extension`.enter(within: .zero)
        let third = enter(otherApp, .seconds(60))
        #expect(third.error == .deadline)
        #expect(third.shown == [.waiting(.receivingInBackground)])
        let began = clock.sinceBoot
        #expect(enter(otherExtension, .seconds(2)).error == .deadline)
        #expect(clock.sinceBoot - began == .seconds(2))
        permit.close()
        let fourth = enter(otherApp, .zero)
        #expect(fourth.error == nil)
        #expect(fourth.shown == [.open])
    }

    @Test func theAppWaitsForABeatAndGoesOnAtTheRightMoment() throws {
        let app = try gate(.app)
        // A process nobody can ask for, so that only the beat tells.
        let elsewhere = ProcessIdentity(
            pid: 1, startedAt: 1, namespace: 1, bootID: clock.bootID)
        let place = try CoordinationPlace(groupDirectory: directory.path)
        let heart = try Heart(place: place, process: elsewhere, clock: clock)
        clock.advance(by: .seconds(3))
        try heart.beat()
        let began = clock.sinceBoot
        let entry = enter(app, .seconds(60))
        #expect(entry.error == nil)
        #expect(entry.shown == [.waiting(.receivingInBackground), .open])
        #expect(clock.sinceBoot - began == .seconds(5))
        try heart.beat()
        #expect(enter(app, .seconds(4)).error == .deadline)
        try heart.beat()
        heart.end()
        let last = enter(app, .zero)
        #expect(last.error == nil)
        #expect(last.shown == [.open])
    }

    @Test func anExtensionIsRefusedWhileTheAppWaitsForAFormerBeat() throws {
        let place = try CoordinationPlace(groupDirectory: directory.path)
        let elsewhere = ProcessIdentity(pid: 1, startedAt: 1, namespace: 1, bootID: clock.bootID)
        _ = try Heart(place: place, process: elsewhere, clock: clock)
        let (app, `extension`) = (try gate(.app), try gate(.extension))
        var refusal: GateError?
        try app.enter(within: .seconds(60)) { state in
            if state != .open { refusal = enter(`extension`, .seconds(1)).error }
        }.close()
        #expect(refusal == .appConnected)
    }

    @Test func aDeadExtensionsBeatIsNoBeat() throws {
        let process = try OtherProcess(bootID: clock.bootID)
        let place = try CoordinationPlace(groupDirectory: directory.path)
        let heart = try Heart(place: place, process: process.identity, clock: clock)
        let reader = try HeartbeatReader(groupDirectory: directory.path, clock: clock)
        #expect(try reader.read() == .fresh(until: clock.sinceBoot + .seconds(5)))
        kill(process.identity.pid, SIGSTOP)
        #expect(try reader.read() == .fresh(until: clock.sinceBoot + .seconds(5)))
        process.kill()
        #expect(try reader.read() == .stale)
        #expect(enter(try gate(.app), .zero).error == nil)
        heart.end()
    }

    @Test func theAppIsRefusedForNobodyWhoIsDead() throws {
        // A note of an app that was killed, and somebody has the lock who has not yet written.
        let process = try OtherProcess(bootID: clock.bootID)
        let dead = try gate(.app, process)
        let note = directory("coordination/peer.lock")
        var bytes = Data()
        do {
            let permit = try dead.enter(within: .zero)
            bytes = try #require(directory.data("coordination/peer.lock"))
            permit.close()
        }
        let descriptor = open(note, O_RDWR)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        _ = bytes.withUnsafeBytes { raw in pwrite(descriptor, raw.baseAddress, raw.count, 0) }
        let `extension` = try gate(.extension)
        #expect(enter(`extension`, .seconds(1)).error == .appConnected)
        process.kill()
        #expect(enter(`extension`, .seconds(1)).error == .deadline)
        // Garbage is not the app.
        _ = pwrite(descriptor, "garbage", 7, 0)
        #expect(enter(`extension`, .seconds(1)).error == .deadline)
        flock(descriptor, LOCK_UN)
        #expect(enter(`extension`, .seconds(1)).error == nil)
    }

    @Test func whoWasStoppedOnTheWayForTooLongDoesNotConnect() throws {
        let place = try CoordinationPlace(groupDirectory: directory.path)
        let elsewhere = ProcessIdentity(pid: 1, startedAt: 1, namespace: 1, bootID: clock.bootID)
        _ = try Heart(place: place, process: elsewhere, clock: clock)
        let app = try gate(.app)
        #expect(throws: GateError.deadline) {
            try app.enter(within: .seconds(10)) { _ in clock.advance(by: .seconds(180)) }.close()
        }
        #expect(enter(try gate(.extension), .zero).error == nil)
    }

    @Test func aPermitIsWorthNothingWhenItsLockWasRemoved() throws {
        let (app, `extension`) = (try gate(.app), try gate(.extension))
        let permit = try app.enter(within: .zero)
        let look2 = permit.isValid()
        #expect(look2)
        unlink(directory("coordination/peer.lock"))
        let look3 = permit.isValid()
        #expect(!look3)
        try `extension`.enter(within: .zero).close()
        let look4 = permit.isValid()
        #expect(!look4)
        let group = directory.path
        rename(group, group + ".moved")
        defer { rename(group + ".moved", group) }
        #expect(enter(app, .zero).error == .file(.notFound))
        mkdir(group, 0o700)
        mkdir(group + "/coordination", 0o700)
        #expect(enter(app, .zero).error == .file(.notFound))
        #expect(enter(try gate(.app), .zero).error == nil)
        try FileManager.default.removeItem(atPath: group)
    }

    @Test func placesThatAreNoFilesAreErrors() throws {
        let app = try gate(.app)
        symlink("/tmp/nothing", directory("coordination/peer.lock"))
        #expect(enter(app, .zero).error == .file(.symbolicLink))
        unlink(directory("coordination/heartbeat"))
        mkdir(directory("coordination/heartbeat"), 0o700)
        #expect(throws: GateError.file(.wrongKind)) { try gate(.app) }
    }

    @Test func theAppHasATextToShow() {
        #expect(GateState.waiting(.receivingInBackground).text == .receivingInBackground)
        #expect(GateState.waiting(.otherApp).text == nil)
        #expect(GateState.open.text == nil)
        Catalog().withText(.receivingInBackground) { title, body in
            #expect(title.count > 0 && body.count > 0)
        }
    }

    @Test func onlyOneOfManyThreadsIsThrough() throws {
        let clock = DeviceClock()
        nonisolated(unsafe) var (inside, most, entries) = (0, 0, 0)
        let (path, counting) = (directory.path, NSLock())
        DispatchQueue.concurrentPerform(iterations: 4) { index in
            guard
                let gate = try? PeerGate(
                    side: index % 2 == 0 ? .app : .extension, groupDirectory: path, clock: clock)
            else { return }
            for _ in 0..<20 {
                do throws(GateError) {
                    let permit = try gate.enter(within: .milliseconds(200))
                    counting.withLock {
                        inside += 1
                        most = max(most, inside)
                        entries += 1
                    }
                    counting.withLock { inside -= 1 }
                    permit.close()
                } catch {}
            }
        }
        #expect(most == 1)
        #expect(entries > 0)
    }
}
