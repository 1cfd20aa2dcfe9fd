import Foundation
import KeychainKeystore
import NotificationPipeline
import NotificationService
import SharedGroup

/// The class that `NSExtensionPrincipalClass` names. TEAMID is your team's prefix; the app stores the
/// key in the same access group.
final class WalletNotificationService: NotificationService {
    override class func setUp() throws(Refusal) -> NotificationServiceSetup {
        NotificationServiceSetup(
            keystore: KeychainKeystore(accessGroup: "TEAMID.org.example.wallet"),
            // Without the group nothing is recorded; the notification is shown all the same.
            groupDirectory: try? AppGroup.directory("group.org.example.wallet"),
            catalog: Catalog(appName: "Wallet", locale: Locale.preferredLanguages.first ?? "en"))
    }
}
