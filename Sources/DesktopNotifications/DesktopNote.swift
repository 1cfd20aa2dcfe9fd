internal import NotificationPipeline

/// What is shown of a push: the words of its card, and how much the desktop should make of it.
struct DesktopNote: Equatable, Sendable {
    /// The specification's levels. The third, critical, stays on the screen until it is clicked
    /// away and breaks through "do not disturb" on most desktops: a push may not ask for that, so
    /// what is time-sensitive is normal.
    enum Urgency: UInt8, Sendable {
        case low = 0
        case normal = 1
    }

    /// The key of a click on the note itself, which the specification gives.
    static let defaultAction = "default"
    /// The key of the button.
    static let openAction = "open"

    /// The app's name.
    let appName: String
    /// The title.
    let summary: String
    /// What stands below it.
    let body: String
    /// How much of an interruption it is.
    let urgency: Urgency
    /// What kind it is, as the specification names kinds; nil for none of them.
    let category: String?
    /// What it sounds like, by the freedesktop.org sound naming specification; nil for nothing.
    let sound: String?
    /// How long it stays; -1 leaves that to the desktop.
    let milliseconds: Int32
    /// What the default action says, where a desktop shows it, and the button.
    private let openNow: String
    /// Whether there is a button besides the click.
    let hasButton: Bool

    /// The note of a push.
    ///
    /// An incoming payment whose deadline has passed says that and has no button: its own words
    /// would ask for something that cannot be done any more.
    /// - Parameter now: Unix seconds.
    init(_ notification: Notification, _ catalog: Catalog, now: UInt64) {
        let message = notification.shownMessage
        let isPayment = message?.type.isIncomingPayment == true
        let left = message?.deadline.map { deadline in deadline < now ? 0 : deadline - now }
        let isOver = isPayment && (notification.isExpired || left == 0)
        (summary, body) =
            isOver
            ? catalog.withText(.paymentExpired) { title, body in
                (String(utf8: title), String(utf8: body))
            }
            : notification.withTexts(catalog) { title, subtitle, body in
                let above = subtitle.count > 0 ? String(utf8: subtitle) + "\n" : ""
                return (String(utf8: title), above + String(utf8: body))
            }
        appName = DesktopNote.appName(catalog)
        openNow = catalog.openNow
        hasButton = isPayment && !isOver
        urgency = isOver || message?.type.isQuiet == true ? .low : .normal
        sound = urgency == .low ? nil : message?.type.sound ?? "message-new-instant"
        category = message?.type.category
        milliseconds =
            hasButton ? DesktopNote.milliseconds(left ?? Limits.paymentSeconds) : -1
    }

    /// The note that says how many more there are than were shown.
    init(more count: Int, _ catalog: Catalog) {
        appName = DesktopNote.appName(catalog)
        summary = "\(appName) (+\(count))"
        body = catalog.withText(.fallback) { _, body in String(utf8: body) }
        urgency = .normal
        (category, sound, milliseconds) = (nil, nil, -1)
        openNow = catalog.openNow
        hasButton = false
    }

    /// Title and body in one, for a desktop that has no place for a body.
    var oneLine: String {
        let body = body.split(separator: "\n").joined(separator: " - ")
        return body.isEmpty ? summary : summary + " - " + body
    }

    /// Keys and labels, one behind the other.
    var actions: [String] {
        let click = [DesktopNote.defaultAction, openNow]
        return hasButton ? click + [DesktopNote.openAction, openNow] : click
    }

    private static func appName(_ catalog: Catalog) -> String {
        catalog.withText(.fallback) { title, _ in String(utf8: title) }
    }

    private static func milliseconds(_ seconds: UInt64) -> Int32 {
        let bounded = min(
            max(seconds, DesktopLimits.paymentSecondsMin), DesktopLimits.paymentSecondsMax)
        return Int32(bounded) * 1000
    }
}

extension Notification {
    /// What is known of the message, unless the notification is a fallback.
    var shownMessage: Message? {
        if case .fallback = outcome { return nil }
        return message
    }
}

extension NotificationType {
    /// Whether it brings nothing that anybody waits for.
    fileprivate var isQuiet: Bool {
        self == .verification || self == .check || self == .removed
    }

    fileprivate var category: String? {
        switch self {
        case .message: "im.received"
        case .call: "call.incoming"
        default: isIncomingPayment ? "x-ntfdecrypt.payment.incoming" : nil
        }
    }

    fileprivate var sound: String? {
        self == .call ? "phone-incoming-call" : nil
    }
}
