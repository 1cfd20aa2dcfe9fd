public import NotificationPipeline

/// A button of a notification (UNNotificationAction).
public struct NotificationAction: Equatable, Sendable {
    /// What the app is told when it was pressed.
    public let identifier: StaticString
    /// What the user reads.
    public let title: String
    /// Whether pressing it brings the app to the front.
    public let isForeground: Bool

    /// Whether both say the same.
    public static func == (left: NotificationAction, right: NotificationAction) -> Bool {
        left.identifier.description == right.identifier.description && left.title == right.title
            && left.isForeground == right.isForeground
    }
}

/// A kind of notification, with its buttons (UNNotificationCategory), as data: the platform's part
/// registers it when the app is launched.
public struct NotificationCategory: Equatable, Sendable {
    /// What a notification names it by.
    public let identifier: StaticString
    /// Its buttons, first one first.
    public let actions: [NotificationAction]
    /// Whether the app is told when the notification is put away.
    public let hasCustomDismissAction: Bool

    /// Whether both say the same.
    public static func == (left: NotificationCategory, right: NotificationCategory) -> Bool {
        left.identifier.description == right.identifier.description
            && left.actions == right.actions
            && left.hasCustomDismissAction == right.hasCustomDismissAction
    }
}

/// How loud a payment's notification is.
public struct NotificationPresentation: Equatable, Sendable {
    /// The levels there are here. There is no critical one: that needs an entitlement, and money
    /// is no emergency.
    public enum Level: String, Sendable {
        /// Breaks through a focus.
        case timeSensitive = "time-sensitive"
    }

    /// The sounds there are here; none of them is critical.
    public enum Sound: String, Sendable {
        /// The system's.
        case system = "default"
    }

    /// The interruption level.
    public let level: Level
    /// The sound.
    public let sound: Sound
}

/// What the app registers when it is launched.
public enum NotificationCategories {
    /// The category of payments that complete when the app is opened.
    public static let incomingPayment: StaticString = "INCOMING_PAYMENT"
    /// The button that opens it.
    public static let openNow: StaticString = "OPEN_NOW"

    /// Time-sensitive with the default sound.
    public static let presentation = NotificationPresentation(
        level: .timeSensitive, sound: .system)

    /// All categories, with titles in the user's language.
    public static func all(_ catalog: Catalog) -> [NotificationCategory] {
        [
            NotificationCategory(
                identifier: incomingPayment,
                actions: [
                    NotificationAction(
                        identifier: openNow, title: catalog.openNow, isForeground: true)
                ],
                hasCustomDismissAction: true)
        ]
    }

    /// What the user did with a notification, by the action the system names; nil for a button that
    /// is not ours.
    public static func response(to action: String) -> NotificationResponse? {
        switch action {
        case openNow.description, "com.apple.UNNotificationDefaultActionIdentifier": .open
        case "com.apple.UNNotificationDismissActionIdentifier": .dismiss
        default: nil
        }
    }
}

/// What the user did with a notification.
public enum NotificationResponse: Sendable {
    /// Tapped it, or the button: the payment is to be completed.
    case open
    /// Put it away.
    case dismiss
}
