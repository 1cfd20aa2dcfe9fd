import Foundation
import NotificationApp
import NotificationPipeline
import Testing
import Threading
import UIKit
import UserNotifications
import WakeToComplete

@MainActor @Suite struct NotificationAppTests {
    private let node = StubNode()
    private let clock = StubClock()
    private let application = UIApplication()
    private let results = Results()
    private let driver: WakeDriver
    private let app: NotificationApp
    private static let hash = String(repeating: "ab", count: 32)

    init() {
        driver = WakeDriver(
            node: node, lease: StubLease(), groupDirectory: temporaryDirectory(), clock: clock)
        app = NotificationApp(driver: driver)
    }

    private func wake(_ userInfo: [AnyHashable: Any] = [
        "aps": ["content-available": 1], "type": "incoming_htlc_wake", "amount_msat": 100_000,
        "payment_hash": hash,
    ]) {
        app.didReceiveRemoteNotification(userInfo, in: application) { [results] result in
            results.add(result)
        }
    }

    private func isSettled(_ expected: [UIBackgroundFetchResult]) async -> Bool {
        let came = await eventually { results.all.count >= expected.count }
        // Whatever was too much would be there by now.
        for _ in 0..<50 { await Task.yield() }
        return came && results.all == expected && application.standInTaskCount == 0
    }

    @Test func theCategoriesAreRegisteredExactly() async throws {
        let center = UNUserNotificationCenter(standIn: ())
        app.register(Catalog(locale: "en"), with: center)
        #expect(center.delegate === app)
        let categories = await withCheckedContinuation { continuation in
            center.getNotificationCategories { categories in
                continuation.resume(
                    returning: categories.map { category in
                        let actions = category.actions.map { action in
                            "\(action.identifier) \(action.title) \(action.options.rawValue)"
                        }
                        return "\(category.identifier) \(actions) \(category.options.rawValue)"
                    })
            }
        }
        #expect(categories == ["INCOMING_PAYMENT [\"OPEN_NOW Open Now 4\"] 1"])
        #expect(UNNotificationActionOptions.foreground.rawValue == 4)
        #expect(UNNotificationCategoryOptions.customDismissAction.rawValue == 1)
    }

    @Test func aSilentPushThatBringsItsPaymentIsNewData() async throws {
        wake()
        #expect(await eventually { node.starts == 1 })
        #expect(application.standInTaskCount == 1)
        let hash = try #require(PaymentHash(hex: Self.hash))
        node.tell(.received(ReceivedPayment(id: nil, hash: hash, amountMsat: 100_000)))
        #expect(await isSettled([.newData]))
    }

    @Test func aNodeThatFailsIsFailed() async {
        node.fail()
        wake()
        #expect(await isSettled([.failed]))
    }

    @Test func anyOtherPushIsNoDataAtOnce() async {
        for push: [AnyHashable: Any] in [
            [:], ["type": 7], ["type": "other"], ["when": Date()], ["x": Double.infinity],
        ] { wake(push) }
        #expect(await isSettled([.noData, .noData, .noData, .noData, .noData]))
        #expect(node.starts == 0)
    }

    @Test func whenTheSystemsTimeIsOverThePushIsAnsweredOnce() async {
        node.holdSync()
        wake()
        #expect(await eventually { node.starts == 1 })
        application.standInExpireTasks()
        application.standInExpireTasks()
        #expect(await isSettled([.failed]))
    }

    @Test func whenOurOwnTimeIsOverThePushIsAnsweredOnce() async {
        node.holdSync()
        wake()
        #expect(await eventually { node.starts == 1 })
        // Some steps may be under way: the clock goes on until the push is answered.
        #expect(
            await eventually {
                await clock.advance(by: .seconds(1))
                return !results.all.isEmpty
            })
        application.standInExpireTasks()
        #expect(await isSettled([.failed]))
    }

    @Test func pushesThatComeTogetherAreAnsweredOnceEach() async {
        node.fail()
        for _ in 0..<5 { wake() }
        #expect(await isSettled(Array(repeating: .failed, count: 5)))
    }

    @Test func withoutABackgroundTaskThePushIsAnsweredAllTheSame() async {
        application.standInGrantsTasks = false
        node.fail()
        wake()
        #expect(await isSettled([.failed]))
    }

    private func respond(_ action: String, _ userInfo: [AnyHashable: Any]) -> Int {
        let content = UNMutableNotificationContent()
        content.userInfo = userInfo
        let request = UNNotificationRequest(identifier: "1", content: content, trigger: nil)
        var completions = 0
        app.userNotificationCenter(
            UNUserNotificationCenter(standIn: ()),
            didReceive: UNNotificationResponse(
                standIn: UNNotification(standIn: request), action: action)
        ) { completions += 1 }
        return completions
    }

    @Test func aTapTwiceStartsTheNodeOnce() async {
        let push: [AnyHashable: Any] = ["ntf": ["paymentHash": Self.hash] as [String: Any]]
        #expect(respond(UNNotificationDefaultActionIdentifier, push) == 1)
        #expect(respond("OPEN_NOW", push) == 1)
        #expect(await eventually { await driver.state.tap.outcome == .completed })
        #expect(respond(UNNotificationDefaultActionIdentifier, push) == 1)
        for _ in 0..<50 { await Task.yield() }
        #expect(node.starts == 1)
    }

    @Test func puttingANotificationAwayWakesNothing() async {
        for action in [UNNotificationDismissActionIdentifier, "SOMETHING"] {
            #expect(respond(action, [:]) == 1)
        }
        for _ in 0..<50 { await Task.yield() }
        #expect(node.starts == 0)
    }

    @Test func aResponseIsToldOnce() async {
        let told = Mutex<[NotificationResponse]>([])
        let app = NotificationApp(driver: driver) { response in told.withLock { $0.append(response) } }
        let request = UNNotificationRequest(
            identifier: "1", content: UNNotificationContent(), trigger: nil)
        for action in ["OPEN_NOW", UNNotificationDismissActionIdentifier, "SOMETHING"] {
            app.userNotificationCenter(
                UNUserNotificationCenter(standIn: ()),
                didReceive: UNNotificationResponse(
                    standIn: UNNotification(standIn: request), action: action)
            ) {}
        }
        #expect(told.withLock { $0 } == [.open, .dismiss])
    }
}
