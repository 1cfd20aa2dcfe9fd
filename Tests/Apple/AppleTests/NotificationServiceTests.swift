import Foundation
import NotificationPipeline
import NotificationService
import Testing
import Threading
import UserNotifications

@Suite struct NotificationServiceTests {
    private static let fallback = "Bitkit / Open Bitkit to check for new activity"
    private static let opened = "Payment Incoming / Open now to receive - funds are being held"

    @Test func aSealedPushIsShownAsWhatItIs() throws {
        enum Mine {}
        let group = temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: group) }
        Bench.prepare(Mine.self, group: group)
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: Service<Mine>()) { content in
            content.badge = 5
            content.subtitle = "from the server"
            content.categoryIdentifier = "SERVER"
        }
        let shown = try #require(host.shown())
        #expect(shown.text == Self.opened)
        #expect(shown.content.subtitle == "")
        #expect(shown.content.sound == .default)
        #expect(shown.content.badge == 5)
        #expect(shown.content.categoryIdentifier == "INCOMING_PAYMENT")
        #expect(shown.content.threadIdentifier == "blocktank.incomingHtlc")
        #expect(shown.content.interruptionLevel == .timeSensitive)
        #expect(shown.content.relevanceScore == 1)
        #expect(shown.ntf["outcome"] as? String == "decrypted")
        #expect(shown.ntf["orderId"] as? String == "abc")
        #expect(shown.ntf["stored"] as? Bool == true)
        // What arrived is still there, and still sealed.
        #expect((shown.content.userInfo["aps"] as? [String: Any])?["sound"] as? String == "ping.aiff")
        #expect(host.verdict() == .once)
        let records = try FileManager.default.contentsOfDirectory(atPath: group + "/inbox/new")
        #expect(records.count == 1)
    }

    @Test func whatIsNoPushIsShownAsTheFallback() {
        enum Mine {}
        Bench.prepare(Mine.self)
        let service = Service<Mine>()
        var deep: Any = "end"
        for _ in 0..<400 { deep = ["a": deep] }
        let pushes: [[AnyHashable: Any]] = [
            [:], ["aps": 1], ["aps": ["alert": ["payload": 7]]], ["when": Date()], [7: "seven"],
            ["data": Data([1, 2])], ["number": Double.nan], ["deep": deep],
            ["long": String(repeating: "x", count: 100_000)],
            ["ntf": ["outcome": "decrypted", "paymentHash": String(repeating: "00", count: 32)]],
        ]
        for push in pushes {
            let host = ServiceHost()
            host.push(push, to: service)
            #expect(host.verdict() == .once)
            #expect(host.shown()?.text == Self.fallback)
            #expect(host.shown()?.ntf["outcome"] as? String == "fallback")
            #expect(host.shown()?.ntf["paymentHash"] == nil)
        }
    }

    @Test func aBlankRequestIsNotShownBlank() {
        enum Mine {}
        Bench.prepare(Mine.self)
        let host = ServiceHost()
        host.push([:], to: Service<Mine>()) { content in (content.title, content.body) = ("", "") }
        #expect(host.verdict() == .once)
        #expect(host.shown()?.text == Self.fallback)
    }

    @Test func aFallbackLeavesWhatItSaysNothingOf() {
        enum Mine {}
        Bench.prepare(Mine.self)
        let host = ServiceHost()
        host.push(["aps": 1], to: Service<Mine>()) { content in
            content.badge = 3
            content.threadIdentifier = "thread"
            content.categoryIdentifier = "SERVER"
        }
        #expect(host.shown()?.content.badge == 3)
        #expect(host.shown()?.content.threadIdentifier == "thread")
        #expect(host.shown()?.content.categoryIdentifier == "SERVER")
    }

    @Test func aFailedSetUpFallsBackAndIsTriedAgain() {
        enum Mine {}
        let failures = Mutex([Refusal.keys(.locked)])
        Bench.prepare(Mine.self) { () throws(Refusal) in
            if let failure = failures.withLock({ $0.popLast() }) { throw failure }
            return NotificationServiceSetup(
                keystore: GatedKeys(gate: Gate()), groupDirectory: nil,
                catalog: Catalog(appName: "Bitkit", locale: "en"))
        }
        let (first, second) = (ServiceHost(), ServiceHost())
        first.push(Pushes.sealed(), to: Service<Mine>())
        #expect(first.verdict() == .once)
        #expect(first.shown()?.reason == "keystore-locked")
        second.push(Pushes.sealed(), to: Service<Mine>())
        #expect(second.verdict() == .once)
        #expect(second.shown()?.text == Self.opened)
    }

    @Test func aServiceThatSaysNothingOfItselfFallsBack() {
        final class Bare: NotificationService {}
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: Bare())
        #expect(host.verdict() == .once)
        #expect(host.shown()?.reason == "keystore-unavailable")
    }

    @Test func oneInstanceServesManyPushes() {
        enum Mine {}
        Bench.prepare(Mine.self)
        let service = Service<Mine>()
        for _ in 0..<30 {
            let host = ServiceHost()
            host.push(Pushes.sealed(), to: service)
            #expect(host.shown()?.text == Self.opened)
            #expect(host.count == 1)
        }
    }

    @Test func setUpIsAskedOnceForAllInstances() {
        enum Mine {}
        let asked = Mutex(0)
        Bench.prepare(Mine.self) { () throws(Refusal) in
            asked.withLock { $0 += 1 }
            return NotificationServiceSetup(
                keystore: GatedKeys(gate: Gate()), groupDirectory: nil, catalog: Catalog())
        }
        let hosts = (0..<8).map { _ in ServiceHost() }
        for host in hosts { host.push(Pushes.sealed(), to: Service<Mine>()) }
        for host in hosts { #expect(host.verdict() == .once) }
        #expect(asked.withLock { $0 } == 1)
    }
}

/// The system's expiry at every moment, from another thread than the request's.
@Suite struct ServiceExpiryTests {
    private static let fallback = "Bitkit / Open Bitkit to check for new activity"

    @Test func beforeAnyRequestItDoesNothing() {
        enum Mine {}
        Bench.prepare(Mine.self)
        let service = Service<Mine>()
        service.serviceExtensionTimeWillExpire()
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: service)
        #expect(host.verdict() == .once)
        #expect(host.shown()?.reason == nil)
    }

    @Test func whileTheSetUpHangsItAnswers() {
        enum Mine {}
        let gate = Gate(isOpen: false)
        Bench.prepare(Mine.self) { () throws(Refusal) in
            gate.pass()
            return NotificationServiceSetup(
                keystore: GatedKeys(gate: Gate()), groupDirectory: nil, catalog: Catalog())
        }
        let (host, service) = (ServiceHost(), Service<Mine>())
        host.push(Pushes.sealed(), to: service)
        #expect(gate.waitUntilReached())
        #expect(host.count == 0)
        service.serviceExtensionTimeWillExpire()
        #expect(host.count == 1)
        #expect(host.shown()?.text == Self.fallback)
        #expect(host.shown()?.reason == "deadline-exceeded")
        gate.open()
        #expect(host.verdict() == .once)
    }

    @Test func whileTheKeystoreHangsItAnswersAndNobodyElseDoes() {
        enum Mine {}
        let gate = Gate(isOpen: false)
        Bench.prepare(Mine.self, gate: gate)
        let (one, other) = (Service<Mine>(), Service<Mine>())
        let (first, second) = (ServiceHost(), ServiceHost())
        first.push(Pushes.sealed(), to: one)
        second.push(Pushes.sealed(), to: other)
        #expect(gate.waitUntilReached(by: 2))
        one.serviceExtensionTimeWillExpire()
        #expect(first.count == 1)
        // The other instance's time is its own.
        #expect(second.count == 0)
        gate.open()
        #expect(first.verdict() == .once)
        #expect(second.verdict() == .once)
        #expect(second.shown()?.reason == nil)
    }

    @Test func afterTheAnswerItDoesNothing() {
        enum Mine {}
        Bench.prepare(Mine.self)
        let (host, service) = (ServiceHost(), Service<Mine>())
        host.push(Pushes.sealed(), to: service)
        _ = host.shown()
        for _ in 0..<3 { service.serviceExtensionTimeWillExpire() }
        #expect(host.verdict() == .once)
    }

    @Test func itGoesForEveryRequestOfTheInstance() {
        enum Mine {}
        let gate = Gate(isOpen: false)
        Bench.prepare(Mine.self, gate: gate)
        let service = Service<Mine>()
        let hosts = (0..<3).map { _ in ServiceHost() }
        for host in hosts { host.push(Pushes.sealed(), to: service) }
        #expect(gate.waitUntilReached(by: 3))
        service.serviceExtensionTimeWillExpire()
        gate.open()
        for host in hosts {
            #expect(host.verdict() == .once)
            #expect(host.shown()?.reason == "deadline-exceeded")
        }
    }

    @Test func anInstanceThatIsGoneIsAnsweredForAllTheSame() {
        enum Mine {}
        let gate = Gate(isOpen: false)
        Bench.prepare(Mine.self, gate: gate)
        let host = ServiceHost()
        var service: Service<Mine>? = Service()
        weak let left = service
        host.push(Pushes.sealed(), to: service!)
        #expect(gate.waitUntilReached())
        service = nil
        #expect(left == nil)
        gate.open()
        #expect(host.verdict() == .once)
        #expect(host.shown()?.reason == nil)
    }
}

/// The check itself: what calls the handler twice, or not at all, is seen.
@Suite struct HandlerCheckTests {
    final class Eager: NotificationService {
        override func didReceive(
            _ request: UNNotificationRequest,
            withContentHandler contentHandler: @escaping (UNNotificationContent) -> Void
        ) {
            super.didReceive(request, withContentHandler: contentHandler)
            contentHandler(request.content)
        }
    }

    final class Late: NotificationService {
        private var handler: ((UNNotificationContent) -> Void)?

        override func didReceive(
            _ request: UNNotificationRequest,
            withContentHandler contentHandler: @escaping (UNNotificationContent) -> Void
        ) {
            handler = contentHandler
            super.didReceive(request, withContentHandler: contentHandler)
        }

        override func serviceExtensionTimeWillExpire() {
            super.serviceExtensionTimeWillExpire()
            handler?(UNNotificationContent())
        }
    }

    final class Silent: NotificationService {
        override func didReceive(
            _ request: UNNotificationRequest,
            withContentHandler contentHandler: @escaping (UNNotificationContent) -> Void
        ) {
            super.didReceive(request) { _ in }
        }
    }

    @Test func aHandlerThatIsCalledTwiceIsSeen() {
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: Eager())
        #expect(host.verdict(settling: .seconds(20)) == .times(2))
    }

    @Test func aHandlerThatIsCalledAgainAtTheExpiryIsSeen() {
        let (host, service) = (ServiceHost(), Late())
        host.push(Pushes.sealed(), to: service)
        #expect(host.verdict() == .once)
        service.serviceExtensionTimeWillExpire()
        #expect(host.verdict() == .times(2))
    }

    @Test func aHandlerThatIsNeverCalledIsSeen() {
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: Silent())
        #expect(host.verdict(within: .milliseconds(300)) == .never)
    }
}
