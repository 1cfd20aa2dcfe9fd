import Foundation
import Testing
import Threading

@testable import ProcessCoordination

/// What a presence makes of datagrams that are not its own.
extension PresenceTests {
    private func message(
        _ side: Side, _ word: PresenceMessage.Word, age: Duration = .zero
    ) -> PresenceMessage {
        let sent = DeviceClock().sinceBoot - age
        return PresenceMessage(
            side: side, word: word, isConnected: false, sequence: 7,
            sentAt: UInt64(sent / .nanoseconds(1)))
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
            #expect(becomes { app.droppedCount >= expected })
            #expect(app.droppedCount == expected)
        }
        homeless.send(good, to: "app.0")
        #expect(becomes { app.droppedCount > kinds.count })
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
            #expect(becomes { app.droppedCount >= count })
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
