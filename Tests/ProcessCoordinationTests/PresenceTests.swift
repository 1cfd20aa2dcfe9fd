import Foundation
import Testing
import Threading

@testable import ProcessCoordination

/// What a presence told, in order.
final class Told: Sendable {
    private let states = Monitor<[PeerPresence]>([])

    func hear(_ presence: Presence) {
        presence.onChange { [states] state in states.withLock { states in states.append(state) } }
    }

    var all: [PeerPresence] { states.withLock { states in states } }

    /// Whether `state` was the last word within ten seconds: a loaded machine is slow, not wrong.
    func settles(on state: PeerPresence) -> Bool {
        states.waiting(atMost: .seconds(10)) { states in states.last == state ? true : nil } ?? false
    }
}

@Suite struct PresenceTests {
    private func pair(
        _ group: GroupScratch
    ) throws -> (app: Presence, its: Presence, toApp: Told, toIts: Told) {
        let app = Presence(side: .app, groupDirectory: group.path)
        let its = Presence(side: .extension, groupDirectory: group.path)
        let (toApp, toIts) = (Told(), Told())
        toApp.hear(app)
        toIts.hear(its)
        try app.start()
        try its.start()
        return (app, its, toApp, toIts)
    }

    /// Whether a probe says so; a loaded machine may keep an answer longer than a probe waits.
    private func probes(_ presence: Presence, _ state: PeerPresence) -> Bool {
        (0..<100).contains { _ in presence.probe() == state }
    }

    private func message(
        _ side: Side, _ word: PresenceMessage.Word, age: Duration = .zero
    ) -> PresenceMessage {
        let sent = DeviceClock().sinceBoot - age
        return PresenceMessage(
            side: side, word: word, isConnected: false, sequence: 7,
            sentAt: UInt64(sent / .nanoseconds(1)))
    }

    @Test func bothSidesFindEachOther() throws {
        let group = try GroupScratch()
        let (app, its, toApp, toIts) = try pair(group)
        #expect(toApp.settles(on: .active))
        #expect(toIts.settles(on: .active))
        #expect(probes(app, .active) && probes(its, .active))
    }

    @Test func aloneThereIsNobodyAndNoWait() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        #expect(app.current == .gone)
        #expect(app.probe() == .gone)
        try app.start()
        let clock = ContinuousClock()
        let times = (0..<20).map { _ in clock.measure { #expect(app.probe() == .gone) } }
        // The best of twenty: an answer that were waited for would take 80 ms each time.
        #expect(try #require(times.min()) < .milliseconds(40))
    }

    @Test func suspendIsCountedAndTheLastResumeCounts() throws {
        let group = try GroupScratch()
        let (app, its, toApp, _) = try pair(group)
        #expect(toApp.settles(on: .active))
        its.suspend()
        #expect(toApp.settles(on: .suspended))
        its.suspend()
        its.resume()
        #expect(app.probe() == .suspended)
        its.resume()
        #expect(toApp.settles(on: .active))
        #expect(toApp.all == [.active, .suspended, .active])
    }

    @Test func aSideThatWasSuspendedFromTheBeginningSaysSo() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        app.suspend()
        try app.start()
        let its = Presence(side: .extension, groupDirectory: group.path)
        let told = Told()
        told.hear(its)
        try its.start()
        #expect(told.settles(on: .suspended))
        app.resume()
        #expect(told.settles(on: .active))
        #expect(told.all == [.suspended, .active])
    }

    @Test func whoStopsIsGoneAndAnotherMayFollow() throws {
        let group = try GroupScratch()
        let (app, its, toApp, _) = try pair(group)
        #expect(toApp.settles(on: .active))
        its.stop()
        #expect(toApp.settles(on: .gone))
        its.stop()
        let next = Presence(side: .extension, groupDirectory: group.path)
        try next.start()
        #expect(toApp.settles(on: .active))
        withExtendedLifetime(next) {}
    }

    @Test func whoIsDroppedIsGone() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        try app.start()
        try Presence(side: .extension, groupDirectory: group.path).start()
        #expect(app.probe() == .gone)
    }

    @Test func stopMayBeCalledByWhoIsTold() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        let ended = Monitor(false)
        app.onChange { [weak app] _ in
            app?.stop()
            ended.withLock { ended in ended = true }
        }
        try app.start()
        let its = Presence(side: .extension, groupDirectory: group.path)
        try its.start()
        let isEnded = ended.waiting(atMost: .seconds(10)) { ended in ended ? true : nil }
        #expect(isEnded == true)
    }

    @Test func whoIsThereAndSilentIsSuspendedAndThenGone() throws {
        let group = try GroupScratch()
        let told = Told()
        let app = Presence(side: .app, groupDirectory: group.path)
        told.hear(app)
        var silent: Wire? = try Wire(group)
        #expect(silent?.bind("ext.2") == true)
        try app.start()
        #expect(app.probe() == .suspended)
        #expect(told.settles(on: .suspended))
        silent = nil
        #expect(told.settles(on: .gone))
    }

    @Test func theMostAwakeOfSeveralCounts() throws {
        let group = try GroupScratch()
        let (app, its, toApp, _) = try pair(group)
        its.suspend()
        #expect(toApp.settles(on: .suspended))
        let successor = Presence(side: .extension, groupDirectory: group.path)
        try successor.start()
        #expect(toApp.settles(on: .active))
        #expect(probes(app, .active))
        successor.stop()
        // Both live in this process, so that the kernel's word is about both.
        #expect(app.probe() != .active)
    }

    @Test func thereAreFourPlacesForOneSide() throws {
        let group = try GroupScratch()
        let four = (0..<4).map { _ in Presence(side: .extension, groupDirectory: group.path) }
        for one in four { try one.start() }
        let fifth = Presence(side: .extension, groupDirectory: group.path)
        #expect(throws: PresenceError.noPlace) { try fifth.start() }
        four[1].stop()
        try fifth.start()
    }

    @Test func whoIsConnectedSaysSo() throws {
        let group = try GroupScratch()
        let (app, its, toApp, _) = try pair(group)
        #expect(toApp.settles(on: .active))
        #expect(!app.isOtherConnected)
        its.setConnected(true)
        #expect(probes(app, .active))
        #expect(app.isOtherConnected)
        its.suspend()
        #expect(toApp.settles(on: .suspended))
        #expect(!app.isOtherConnected)
    }

    @Test func anUnbalancedResumeTraps() async {
        await #expect(processExitsWith: .failure) {
            Presence(side: .app, groupDirectory: "/").resume()
        }
    }

    @Test func aSecondStartTraps() async {
        await #expect(processExitsWith: .failure) {
            let group = try GroupScratch()
            let app = Presence(side: .app, groupDirectory: group.path)
            try app.start()
            try app.start()
        }
    }
}

extension PresenceTests {
    @Test func garbageIsDroppedCountedAndNeverAnswered() throws {
        let group = try GroupScratch()
        let told = Told()
        let app = Presence(side: .app, groupDirectory: group.path)
        told.hear(app)
        try app.start()
        let wire = try Wire(group)
        let homeless = try Wire(group)
        #expect(wire.bind("ext.0"))
        #expect(homeless.bind("ext.9"))
        let good = Wire.bytes(message(.extension, .ping))
        let otherVersion = good.enumerated().map { index, byte in index == 4 ? 2 : byte }
        let kinds: [[UInt8]] = [
            [], [0], Array("hello".utf8), good + [0], Array(good.dropLast()),
            [UInt8](repeating: 0xff, count: 65_000), otherVersion,
            Wire.bytes(message(.app, .ping)), Wire.bytes(message(.app, .unavailable)),
        ]
        for (index, bytes) in kinds.enumerated() {
            while !wire.send(bytes, to: "app.0") {}
            let expected = UInt64(index + 1)
            let deadline = ContinuousClock.now + .seconds(10)
            while app.droppedCount < expected && ContinuousClock.now < deadline { usleep(200) }
            #expect(app.droppedCount == expected)
        }
        homeless.send(good, to: "app.0")
        let deadline = ContinuousClock.now + .seconds(10)
        while app.droppedCount < kinds.count + 1 && ContinuousClock.now < deadline { usleep(200) }
        #expect(app.droppedCount == kinds.count + 1)
        #expect(wire.receive(within: 100) == nil && homeless.receive(within: 0) == nil)
        #expect(told.all.allSatisfy { state in state == .suspended })
        wire.send(message(.extension, .ping), to: "app.0")
        #expect(wire.message(from: .app)?.word == .pong)
        #expect(told.settles(on: .active))
    }

    @Test func afterAFloodOfGarbageWhatWasSaidIsKnown() throws {
        let group = try GroupScratch()
        let (app, its, toApp, _) = try pair(group)
        #expect(toApp.settles(on: .active))
        let isOver = Monitor(false)
        let wire = try Wire(group)
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<64).map { _ in
            (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        let thread = try #require(
            Thread {
                while !isOver.withLock({ isOver in isOver }) {
                    for bytes in noise { wire.send(bytes, to: "app.0") }
                }
            })
        while app.droppedCount < 1000 { usleep(1000) }
        its.suspend()
        usleep(200_000)
        isOver.withLock { isOver in isOver = true }
        thread.join()
        #expect(toApp.settles(on: .suspended))
        #expect(app.droppedCount > 0)
    }

    @Test func attachedDescriptorsAreNotLetIn() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        try app.start()
        let wire = try Wire(group)
        let attached = open("/dev/null", O_RDONLY)
        defer { close(attached) }
        let mark = fcntl(attached, F_DUPFD, 900)
        for count in 1...20 {
            let bytes = Wire.bytes(message(.extension, .ping))
            while !wire.send(bytes, attaching: mark, to: "app.0") {}
            let deadline = ContinuousClock.now + .seconds(10)
            while app.droppedCount < count && ContinuousClock.now < deadline { usleep(200) }
        }
        #expect(app.droppedCount == 20)
        close(mark)
        #expect(app.current == .gone)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        #expect(open.count < 500)
    }

    @Test(arguments: [Duration.seconds(3600), .seconds(2), .seconds(-5)])
    func aMessageFromThePastOrTheFutureIsNotBelievedButAskedAbout(age: Duration) throws {
        let group = try GroupScratch()
        let told = Told()
        let app = Presence(side: .app, groupDirectory: group.path)
        told.hear(app)
        try app.start()
        let wire = try Wire(group)
        #expect(wire.bind("ext.3"))
        wire.send(message(.extension, .pong, age: age), to: "app.0")
        let question = try #require(wire.message(from: .app))
        #expect(question.word == .ping)
        #expect(app.current != .active)
        // The answer to a question of a moment ago is believed whatever its sender's clock says.
        let answer = PresenceMessage(
            side: .extension, word: .pong, isConnected: false, sequence: question.sequence,
            sentAt: 0)
        wire.send(answer, to: "app.0")
        #expect(told.settles(on: .active))
    }

    @Test func anAnswerThatComesAnHourAfterTheQuestionIsNotBelieved() throws {
        let group = try GroupScratch()
        let clock = ManualClock()
        let app = Presence(side: .app, groupDirectory: group.path, clock: clock)
        let wire = try Wire(group)
        #expect(wire.bind("ext.0"))
        try app.start()
        let question = try #require(wire.message(from: .app))
        clock.advance(by: .seconds(3600))
        wire.send(
            PresenceMessage(
                side: .extension, word: .pong, isConnected: false, sequence: question.sequence,
                sentAt: question.sentAt), to: "app.0")
        let next = try #require(wire.message(from: .app))
        #expect(next.word == .ping && next.sequence != question.sequence)
        #expect(app.current != .active)
    }

    @Test func aSuspendedSideAnswersThatItIs() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        app.suspend()
        let told = Told()
        told.hear(app)
        try app.start()
        let wire = try Wire(group)
        #expect(wire.bind("ext.1"))
        wire.send(message(.extension, .ping), to: "app.0")
        let answer = try #require(wire.message(from: .app))
        #expect(answer.word == .unavailable && answer.sequence == 7)
        #expect(told.settles(on: .active))
    }

    @Test func whoHadNoRoomIsToldAgain() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        let wire = try Wire(group)
        #expect(wire.bind("ext.0"))
        let filler = try Wire(group)
        while filler.send([1], to: "ext.0") {}
        try app.start()
        while wire.receive(within: 0) == [1] {}
        let told = (0..<10).contains { _ in wire.message(from: .app)?.word == .ping }
        #expect(told)
    }
}
