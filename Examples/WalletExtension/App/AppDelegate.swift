import Foundation
import NotificationApp
import NotificationPipeline
import ProcessCoordination
import SharedGroup
import UIKit
import WakeToComplete

@main
final class AppDelegate: UIResponder, UIApplicationDelegate {
    private lazy var notifications = NotificationApp(driver: makeDriver())

    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        notifications.register(
            Catalog(appName: "Wallet", locale: Locale.preferredLanguages.first ?? "en"))
        application.registerForRemoteNotifications()
        return true
    }

    func application(
        _ application: UIApplication, didReceiveRemoteNotification userInfo: [AnyHashable: Any],
        fetchCompletionHandler completionHandler: @escaping (UIBackgroundFetchResult) -> Void
    ) {
        notifications.didReceiveRemoteNotification(
            userInfo, in: application, fetchCompletionHandler: completionHandler)
    }

    /// What runs the node when a tap or a silent push wakes the app; the extension never does.
    private func makeDriver() -> WakeDriver {
        do {
            let group = try AppGroup.directory("group.org.example.wallet")
            let leases = try Leases(groupDirectory: group, context: .foregroundApp)
            return WakeDriver(
                node: WalletNode(), lease: NodeLease(leases), groupDirectory: group)
        } catch {
            fatalError("the app's entitlements lack its group, or nobody can use it: \(error)")
        }
    }
}
