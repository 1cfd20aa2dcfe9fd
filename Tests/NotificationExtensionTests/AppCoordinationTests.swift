import Foundation
import NotificationPipeline
import ProcessCoordination
import Testing
import Threading

@testable import NotificationExtension

/// The way to the app, with an app in this process.
@Suite struct AppCoordinationTests {
    /// A group directory of a test's own, removed with it.
    private final class Group: Sendable {
        let path = FileManager.default.temporaryDirectory.path + "/ntf-app-\(UUID().uuidString)"
        deinit { try? FileManager.default.removeItem(atPath: path) }
        func app() -> Presence { Presence(side: .app, groupDirectory: path) }
    }

    /// How often the app took over.
    private func takeovers(_ coordination: AppCoordination) -> Monitor<Int> {
        let count = Monitor(0)
        coordination.onTakeover { count.withLock { count in count += 1 } }
        return count
    }

    private func waits(for body: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while !body() && ContinuousClock.now < deadline { usleep(500) }
        return body()
    }

    @Test func makingOneOpensNothing() {
        let group = Group()
        let coordination = AppCoordination(groupDirectory: group.path)
        coordination.extensionChanged(to: .working)
        coordination.extensionChanged(to: .idle)
        #expect(!coordination.isAppActive)
        #expect(!FileManager.default.fileExists(atPath: group.path))
    }

    @Test func anAppThatWasActiveBeforeIsKnownAfterTheStart() throws {
        let group = Group()
        let app = group.app()
        try app.start()
        let coordination = AppCoordination(groupDirectory: group.path)
        coordination.extensionChanged(to: .working)
        try coordination.start()
        #expect(waits { coordination.isAppActive })
        #expect(waits { app.current == .active })
    }

    @Test func anAppThatBecomesActiveTakesOverOnce() throws {
        let group = Group()
        let app = group.app()
        app.suspend()
        try app.start()
        let coordination = AppCoordination(groupDirectory: group.path)
        let takeovers = takeovers(coordination)
        coordination.extensionChanged(to: .working)
        try coordination.start()
        #expect(!coordination.isAppActive)
        app.resume()
        let count = takeovers.waiting(atMost: .seconds(10)) { count in count > 0 ? count : nil }
        #expect(count == 1)
        #expect(waits { coordination.isAppActive })
        app.suspend()
        #expect(waits { !coordination.isAppActive })
        app.stop()
        #if !canImport(Darwin)
        // Over notify(3) a busy machine's silence is a suspension, and its end a takeover.
        #expect(takeovers.withLock { count in count } == 1)
        #endif
    }

    @Test func whileConnectedToThePeerNobodyTakesOver() throws {
        let group = Group()
        let app = group.app()
        app.suspend()
        try app.start()
        let coordination = AppCoordination(groupDirectory: group.path)
        let takeovers = takeovers(coordination)
        coordination.extensionChanged(to: .working)
        try coordination.start()
        coordination.peerChanged(isConnected: true)
        app.resume()
        #expect(waits { app.isOtherConnected })
        #expect(!coordination.isAppActive)
        #expect(takeovers.withLock { count in count } == 0)
        coordination.peerChanged(isConnected: false)
        #expect(waits { coordination.isAppActive })
        #expect(waits { !app.isOtherConnected })
    }

    @Test func theAppSeesWhetherTheExtensionIsAtWork() throws {
        let group = Group()
        let app = group.app()
        try app.start()
        let coordination = AppCoordination(groupDirectory: group.path)
        coordination.extensionChanged(to: .working)
        try coordination.start()
        #expect(waits { app.current == .active })
        coordination.extensionChanged(to: .idle)
        #expect(waits { app.current == .suspended })
        coordination.extensionChanged(to: .working)
        #expect(waits { app.current == .active })
    }

    @Test func aGroupDirectoryThatCannotBeUsedIsAnErrorAndNoApp() {
        let coordination = AppCoordination(groupDirectory: "/dev/null")
        coordination.extensionChanged(to: .working)
        #expect(throws: PresenceError.file(.wrongKind)) { try coordination.start() }
        #expect(!coordination.isAppActive)
        coordination.extensionChanged(to: .idle)
    }

    @Test(arguments: [false, true]) func anActiveAppTakesThePushOverUnlessConnected(
        isConnected: Bool
    ) throws {
        let group = Group()
        let app = group.app()
        try app.start()
        let phone = Phone()
        let coordination = AppCoordination(groupDirectory: group.path)
        let it = phone.makeExtension(coordination: coordination, beforeSetup: {
            #expect(throws: Never.self) { try coordination.start() }
            // A loaded machine may keep the answer longer than the start waits.
            #expect(waits { coordination.isAppActive })
            coordination.peerChanged(isConnected: isConnected)
        })
        phone.push(to: it)
        let expected: NotificationPipeline.Notification.Outcome = isConnected ? .decrypted : .fallback(.appActive)
        #expect(phone.screen.shown().map(\.outcome) == [expected])
        #expect(phone.store.stored.withLock { stored in stored.count } == (isConnected ? 1 : 0))
    }

    @Test func anAppThatIsBroughtForwardEndsARequestUnderWay() throws {
        let group = Group()
        let app = group.app()
        app.suspend()
        try app.start()
        let phone = Phone()
        phone.keys.close()
        let coordination = AppCoordination(groupDirectory: group.path)
        let it = phone.makeExtension(coordination: coordination, beforeSetup: {
            #expect(throws: Never.self) { try coordination.start() }
        })
        coordination.onTakeover { [weak it] in it?.appTookOver() }
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.keys.waitUntilReached())
        #expect(phone.screen.shown().isEmpty)
        app.resume()
        #expect(waits { !phone.screen.shown().isEmpty })
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.appActive)])
        phone.keys.open()
        worker.join()
        #expect(phone.screen.shown().count == 1)
    }
}
