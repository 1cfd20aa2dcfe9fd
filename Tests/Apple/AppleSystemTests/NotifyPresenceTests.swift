import Foundation
import StandInDarwin
import Testing
import Threading

@testable import ProcessCoordination
@testable import SecureFiles

@Suite(.serialized) struct NotifyPresenceTests {
    /// What a presence tells, with the time it took.
    private final class Told: Sendable {
        private let states = Monitor<[PeerPresence]>([])

        func hear(_ presence: Presence) {
            presence.onChange { [states] state in
                states.withLock { states in states.append(state) }
            }
        }

        func settles(on state: PeerPresence) -> Bool {
            states.waiting(atMost: .seconds(10)) { states in
                states.last == state ? true : nil
            } ?? false
        }
    }

    private func started(_ group: Folder) throws -> (presence: Presence, told: Told) {
        let presence = Presence(side: .extension, groupDirectory: group.path)
        let told = Told()
        told.hear(presence)
        try presence.start()
        return (presence, told)
    }

    @Test func anAppInAnotherProcessIsKnownWithin100Milliseconds() throws {
        let group = try Folder()
        let (presence, told) = try started(group)
        let app = try Probe("presence", "app", group.path)
        #expect(told.settles(on: .active))
        let clock = ContinuousClock()
        // The best of ten: a machine that is busy is no slow channel.
        var times: [Duration] = []
        for _ in 0..<10 {
            times.append(
                clock.measure {
                    app.write("suspend")
                    #expect(told.settles(on: .suspended))
                })
            times.append(
                clock.measure {
                    app.write("resume")
                    #expect(told.settles(on: .active))
                })
        }
        #expect(try #require(times.min()) < CoordinationLimits.presenceKnown)
        withExtendedLifetime(presence) {}
    }

    @Test func anAppThatIsUnavailableSaysSoToWhoComesLater() throws {
        let group = try Folder()
        let app = try Probe("presence", "app", group.path)
        #expect(app.says("started"))
        app.write("suspend")
        #expect(app.says("done"))
        let (presence, told) = try started(group)
        #expect(told.settles(on: .suspended))
        app.write("resume")
        #expect(told.settles(on: .active))
        withExtendedLifetime(presence) {}
    }

    @Test func anAppThatIsKilledIsGoneThoughNobodyGivesItsNumber() throws {
        let group = try Folder()
        let (presence, told) = try started(group)
        let app = try Probe("presence", "app", group.path)
        #expect(told.settles(on: .active))
        app.end(SIGKILL)
        #expect(told.settles(on: .gone))
        withExtendedLifetime(presence) {}
    }

    @Test func anAppThatIsStoppedIsSuspendedAndGoesOn() throws {
        let group = try Folder()
        let (presence, told) = try started(group)
        let app = try Probe("presence", "app", group.path)
        #expect(told.settles(on: .active))
        app.end(SIGSTOP)
        #expect(told.settles(on: .suspended))
        app.end(SIGCONT)
        #expect(told.settles(on: .active))
        withExtendedLifetime(presence) {}
    }

    @Test func bothSidesSeeEachOtherAndOneThatLeavesIsGone() throws {
        let group = try Folder()
        let (presence, told) = try started(group)
        let app = try Probe("presence", "app", group.path)
        #expect(app.says("active"))
        #expect(told.settles(on: .active))
        presence.stop()
        #expect(app.says("gone"))
    }

    @Test func stateWordsThatAreNoMessageArePassedOver() throws {
        let group = try Folder()
        let (presence, told) = try started(group)
        let channel = try channel(group)
        let app = PlaceName(channel, .app, 0)
        // Somebody who knows the names, and has taken a place.
        let place = try #require(NotifyName.register(app))
        defer { _ = notify_cancel(place) }
        #expect(notify_set_state(place, 1) == 0)
        var tokens: [Int32] = []
        for kind in "qa".utf8 {
            for word in "012".utf8 {
                var name = app
                name.append(kind)
                name.append(word)
                tokens.append(try #require(NotifyName.register(name)))
            }
        }
        defer { for token in tokens { _ = notify_cancel(token) } }
        var generator = SystemRandomNumberGenerator()
        for count in 1...50 {
            for token in tokens {
                _ = notify_set_state(token, UInt64.random(in: 1 ... .max, using: &generator))
            }
            _ = PlaceName(channel, .extension, 0).withCString { name in notify_post(name) }
            let deadline = ContinuousClock.now + .seconds(60)
            while presence.droppedCount < count, ContinuousClock.now < deadline { usleep(200) }
            #expect(presence.droppedCount >= count)
        }
        #expect(presence.current != .active)
        func ask(_ word: PresenceMessage.Word) {
            let message = PresenceMessage(
                side: .app, word: word, isConnected: false, sequence: 7,
                sentAt: UInt64(DeviceClock().sinceBoot / .nanoseconds(1)))
            for (token, word) in zip(tokens, [message.sequence, message.sentAt, message.seal]) {
                _ = notify_set_state(token, word)
            }
            _ = PlaceName(channel, .extension, 0).withCString { name in notify_post(name) }
        }
        // An answer where questions lie is none, and is not read again and again.
        let dropped = presence.droppedCount
        ask(.pong)
        let deadline = ContinuousClock.now + .seconds(60)
        while presence.droppedCount == dropped, ContinuousClock.now < deadline { usleep(200) }
        #expect(presence.droppedCount > dropped && presence.droppedCount < dropped + 10)
        #expect(presence.current != .active)
        // What is one is heard all the same.
        ask(.ping)
        #expect(told.settles(on: .active))
    }

    @Test func aSealIsOfItsOwnMessageAndSideAlone() {
        let message = PresenceMessage(
            side: .app, word: .pong, isConnected: true, sequence: 1 << 40 | 3, sentAt: 99)
        func read(_ seal: UInt64, _ sequence: UInt64, _ sentAt: UInt64, _ side: Side) -> Bool {
            PresenceMessage(seal: seal, sequence: sequence, sentAt: sentAt, from: side) == message
        }
        #expect(read(message.seal, message.sequence, 99, .app))
        #expect(!read(message.seal, message.sequence, 99, .extension))
        #expect(!read(message.seal, message.sequence, 98, .app))
        #expect(!read(message.seal, message.sequence ^ 1, 99, .app))
        for bit in 0..<64 {
            #expect(!read(message.seal ^ 1 << UInt64(bit), message.sequence, 99, .app))
        }
    }

    @Test func namesAreTheSameForBothSidesAndNobodyGuessesThem() throws {
        let (group, other) = (try Folder(), try Folder())
        let (mine, its) = (try channel(group), try channel(group))
        #expect(mine == its)
        #expect(try channel(other) != mine)
        let name = PlaceName(mine, .app, 3).withCString { name in String(cString: name) }
        let digits = name.dropFirst("ntf.".count).prefix(32)
        #expect(name == "ntf.\(digits).app.3")
        #expect(digits.allSatisfy(\.isHexDigit) && Set(digits).count > 4)
        let mode = try FileManager.default.attributesOfItem(
            atPath: group.path + "/coordination/channel")[.posixPermissions] as? NSNumber
        #expect(mode == 0o600)
    }

    @Test func nothingIsLeftOfNamesWhenAllHaveLeft() throws {
        let group = try Folder()
        let channel = try channel(group)
        do {
            let (presence, _) = try started(group)
            #expect(NotifyName.stateNow(of: PlaceName(channel, .extension, 0)) != 0)
            presence.stop()
        }
        #expect(NotifyName.stateNow(of: PlaceName(channel, .extension, 0)) == 0)
    }

    private func channel(_ group: Folder) throws -> PresenceChannelID {
        try PresenceChannelID.find(
            in: SecureDirectory(path: group.path, creating: true)
                .openSubdirectory("coordination", creating: true))
    }
}
