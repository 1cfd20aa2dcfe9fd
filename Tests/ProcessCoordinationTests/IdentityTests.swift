import Foundation
import Testing

@testable import ProcessCoordination

@Suite struct IdentityTests {
    @Test func aProcessKnowsItselfAlive() {
        let clock = DeviceClock()
        #expect(clock.bootID.isKnown)
        let identity = ProcessIdentity.current(bootID: clock.bootID)
        #expect(identity.pid == getpid())
        #expect(identity.startedAt > 0)
        #expect(identity.namespace > 0)
        #expect(identity.liveness(bootID: clock.bootID) == .alive)
        #expect(identity == ProcessIdentity.current(bootID: clock.bootID))
    }

    @Test func aProcessThatEndedIsDeadAlsoBeforeItsParentAsked() throws {
        let clock = DeviceClock()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let stat = try String(
            contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        let started = UInt64(stat.split(separator: " ")[21]) ?? 0
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        let identity = ProcessIdentity(
            pid: process.processIdentifier, startedAt: started, namespace: mine.namespace,
            bootID: clock.bootID)
        #expect(identity.liveness(bootID: clock.bootID) == .alive)
        kill(process.processIdentifier, SIGSTOP)
        #expect(identity.liveness(bootID: clock.bootID) == .alive)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(identity.liveness(bootID: clock.bootID) == .dead)
    }

    @Test func anotherProcessOfTheSameNumberIsNotTheOne() {
        let clock = DeviceClock()
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        let earlier = ProcessIdentity(
            pid: mine.pid, startedAt: mine.startedAt - 1, namespace: mine.namespace,
            bootID: mine.bootID)
        #expect(earlier.liveness(bootID: clock.bootID) == .dead)
    }

    @Test func anotherBootIsDeathAndAnotherNamespaceIsSilence() {
        let clock = DeviceClock()
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        #expect(mine.liveness(bootID: BootID(high: 1, low: 2)) == .dead)
        #expect(mine.liveness(bootID: BootID(high: 0, low: 0)) == .alive)
        let elsewhere = ProcessIdentity(
            pid: mine.pid, startedAt: mine.startedAt, namespace: mine.namespace + 1,
            bootID: mine.bootID)
        #expect(elsewhere.liveness(bootID: clock.bootID) == .unknown)
        let unstarted = ProcessIdentity(
            pid: mine.pid, startedAt: 0, namespace: mine.namespace, bootID: mine.bootID)
        #expect(unstarted.liveness(bootID: clock.bootID) == .unknown)
    }

    @Test func numbersOfEveryLengthAreLookedUp() {
        let clock = DeviceClock()
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        for pid: Int32 in [1, 99, 12345, .max] {
            let other = ProcessIdentity(
                pid: pid, startedAt: 1, namespace: mine.namespace, bootID: mine.bootID)
            #expect(other.liveness(bootID: clock.bootID) != .alive)
        }
    }
}
