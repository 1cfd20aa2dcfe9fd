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

    /// Whether just `expected` was told. Over notify(3) words are all that is known, and a busy
    /// machine's silence is told of as well: there at least that was.
    func told(_ expected: [PeerPresence]) -> Bool {
        #if canImport(Darwin)
        var rest = expected[...]
        for state in all where state == rest.first { rest.removeFirst() }
        return rest.isEmpty
        #else
        return all == expected
        #endif
    }

    /// Whether `state` was the last word within a minute: a loaded machine is slow, not wrong.
    func settles(on state: PeerPresence) -> Bool {
        states.waiting(atMost: .seconds(60)) { states in states.last == state ? true : nil } ?? false
    }
}

@Suite struct PresenceTests {
    func pair(
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
        #expect(toApp.told([.active, .suspended, .active]))
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
        #expect(told.told([.suspended, .active]))
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
        withExtendedLifetime((app, next)) {}
    }

    @Test func whoIsDroppedIsGone() throws {
        let group = try GroupScratch()
        let app = Presence(side: .app, groupDirectory: group.path)
        try app.start()
        try Presence(side: .extension, groupDirectory: group.path).start()
        #expect(probes(app, .gone))
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
