import Foundation
import Guardrails
import ProcessCoordination
import Testing

/// The program that devices start their processes from in tests.
let probe = DeviceProgram(
    path: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "deviceprobe").path)

/// The simulated device itself: that it does to processes what it says, and sees what it is there to see.
@Suite(.serialized) struct DeviceTests {
    private func device() throws -> Device { try Device(probe, random: Random(seed: 1)) }

    @Test func aProcessAnswersAndACommandThatIsNoneIsRefused() throws {
        let device = try device()
        let app = try device.start(.app)
        defer { device.kill(app) }
        #expect(app.ask("peer close") == .ok(""))
        #expect(app.ask("peer") == .refused("usage"))
        #expect(app.ask("nothing at all") == .refused("no-such-command"))
    }

    @Test func aKilledProcessIsDeadToWhoeverAsks() throws {
        let device = try device()
        let app = try device.start(.app)
        device.kill(app)
        #expect(app.hasEnded)
        #expect(app.ask("peer close") == .dead)
    }

    @Test func aStoppedProcessIsSilentUntilItGoesOn() throws {
        let device = try device()
        let app = try device.start(.app)
        defer { device.kill(app) }
        try app.stop()
        let number = app.begin("peer close")
        #expect(app.answer(to: number, within: .milliseconds(50)) == .silent)
        app.resume()
        #expect(app.answer(to: number) == .ok(""))
        try app.stop()
        #expect(app.isStopped)
        app.resume()
        #expect(app.ask("peer close") == .ok(""))
    }

    @Test func everyProcessOfADeviceSeesItsClockMove() throws {
        let device = try device()
        let other = try ClockPage(directory: device.directory)
        let (wall, boot, id) = (other.unixMilliseconds, other.sinceBoot, other.bootID)
        device.clock.jumpWall(by: -3_600_000)
        #expect(other.unixMilliseconds < wall - 3_590_000)
        #expect(other.sinceBoot - boot < .seconds(600))
        device.advance(by: .seconds(7_200))
        #expect(other.unixMilliseconds > wall + 3_590_000)
        #expect(other.sinceBoot - boot >= .seconds(7_200))
        device.reboot()
        #expect(other.bootID != id)
        #expect(other.sinceBoot < .seconds(600))
    }

    @Test func aStoryThatGoesWrongNamesItsStep() throws {
        let rules = Rule.story(
            "test", "nothing is refused", [.app("peer close"), .extension("nothing")]
        ) { _ in }
        #expect(rules.count == 2)
        let guardrails = Guardrails(probe, seed: 1)
        let whole = guardrails.show(rules[0])
        #expect(whole.violation?.description.contains("no-such-command") == true)
        let recovering = Rule.story("test", "recovery fails", [.app("peer close")]) {
            pair throws(Violation) in
            try pair.process(.app).tell("nothing")
        }
        let dying = guardrails.show(recovering[1])
        #expect(dying.violation?.description.contains("killed at step 1") == true)
    }

    @Test func everyRuleHasARoomANameAndNoTwin() {
        let names = Guardrails.rules.map { rule in "\(rule.room) \(rule.name)" }
        #expect(names.count >= 2)
        #expect(Set(names).count == names.count)
    }

    @Test func theSameSeedDrawsTheSameAndAnotherNameDoesNot() {
        var (one, two) = (Random(seed: 7, for: "a"), Random(seed: 7, for: "a"))
        var other = Random(seed: 7, for: "b")
        let drawn = (0..<8).map { _ in one.next() }
        #expect(drawn == (0..<8).map { _ in two.next() })
        #expect(drawn != (0..<8).map { _ in other.next() })
    }
}
