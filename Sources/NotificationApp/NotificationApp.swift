#if canImport(UIKit) && canImport(UserNotifications)
public import Foundation
public import NotificationPipeline
internal import PushPayload
public import UIKit
public import UserNotifications
public import WakeToComplete

/// The app's part towards the system: categories, silent pushes, taps. One for each app, made when it
/// is launched and kept: the notification center holds its delegate weakly.
///
/// It decides nothing: `WakeDriver` does, and this tells it and tells the system what came of it.
public final class NotificationApp: NSObject, UNUserNotificationCenterDelegate, Sendable {
    private let driver: WakeDriver
    private let responded: @Sendable (NotificationResponse) -> Void

    /// Begins nothing.
    ///
    /// - Parameters:
    ///   - driver: what runs the node when the app is woken.
    ///   - responded: told of every response to a notification of ours, on any thread, besides what
    ///     the driver does with a tap.
    public init(
        driver: WakeDriver, responded: @escaping @Sendable (NotificationResponse) -> Void = { _ in }
    ) {
        self.driver = driver
        self.responded = responded
    }

    /// Registers the categories, with titles in the user's language, and hears of responses from now
    /// on. To be called before `didFinishLaunching` returns, or the tap that launched the app is
    /// lost.
    public func register(
        _ catalog: Catalog, with center: UNUserNotificationCenter = .current()
    ) {
        center.delegate = self
        let categories = NotificationCategories.all(catalog).map { category in
            UNNotificationCategory(
                identifier: category.identifier.description,
                actions: category.actions.map { action in
                    UNNotificationAction(
                        identifier: action.identifier.description, title: action.title,
                        options: action.isForeground ? .foreground : [])
                },
                intentIdentifiers: [],
                options: category.hasCustomDismissAction ? .customDismissAction : [])
        }
        center.setNotificationCategories(Set(categories))
    }

    /// A push came in the background: to be called by the application's delegate. The handler is
    /// called once, when the driver is done with the push, and the system is asked for the time until
    /// then; when that is over the driver leaves the node.
    @MainActor public func didReceiveRemoteNotification(
        _ userInfo: [AnyHashable: Any], in application: UIApplication,
        fetchCompletionHandler completionHandler: @escaping (UIBackgroundFetchResult) -> Void
    ) {
        let payload = PushPayload.bytes(of: userInfo)
        let driver = driver
        let task = application.beginBackgroundTask(withName: "silent push") {
            Task { await driver.backgroundTimeExpires() }
        }
        Task { @MainActor in
            let result = await driver.didReceiveRemoteNotification(payload)
            completionHandler(UIBackgroundFetchResult(result))
            if task != .invalid { application.endBackgroundTask(task) }
        }
    }

    /// The user tapped a notification, pressed its button or put it away.
    ///
    /// A tap goes to the driver with the payment's hash, where the notification has one; else the
    /// driver looks into the inbox. The same tap twice is one.
    public func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
        withCompletionHandler completionHandler: @escaping () -> Void
    ) {
        let known = NotificationCategories.response(to: response.actionIdentifier)
        if let known { responded(known) }
        if known == .open {
            let hash = PaymentHash(of: response.notification.request.content.userInfo)
            let driver = driver
            Task { await driver.tapped(paymentHash: hash) }
        }
        completionHandler()
    }
}

extension UIBackgroundFetchResult {
    /// What a silent push was good for, as the system wants to hear it.
    public init(_ result: BackgroundFetchResult) {
        switch result {
        case .newData: self = .newData
        case .noData: self = .noData
        case .failed: self = .failed
        }
    }
}

extension PaymentHash {
    /// The one that the extension left beside the push; nil when there is none.
    fileprivate init?(of userInfo: [AnyHashable: Any]) {
        let known = userInfo["ntf"] as? [AnyHashable: Any]
        guard let text = known?["paymentHash"] as? String else { return nil }
        self.init(hex: text)
    }
}
#endif
