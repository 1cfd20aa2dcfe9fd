#if canImport(UserNotifications)
internal import Foundation
internal import NotificationExtension
internal import NotificationPipeline
internal import UserNotifications

/// A request's original content and the system's handler, on their way to the one answer.
struct PendingAnswer: @unchecked Sendable {
    // SAFETY (Sendable): the content is the request's, which nobody changes, and the handler, which the
    // system takes from any thread, is called by whoever has the one `Delivery`.
    private let original: UNNotificationContent
    private let handler: (UNNotificationContent) -> Void

    init(
        request: UNNotificationRequest, handler: @escaping (UNNotificationContent) -> Void
    ) {
        original = request.content
        self.handler = handler
    }

    /// Hands over the original with what is known put in: what the pipeline says nothing of stays.
    func give(_ content: Content) {
        let shown = original.mutableCopy() as? UNMutableNotificationContent
        let answer = shown ?? UNMutableNotificationContent()
        content.apply(to: answer)
        handler(answer)
    }
}

extension Content {
    /// Writes texts, sound, category, thread, level and relevance, and what the app may know of the
    /// push under `ntf` beside what the push brought. Badge and attachments stay as they came.
    func apply(to answer: UNMutableNotificationContent) {
        withTexts { title, subtitle, body in
            answer.title = String(utf8: title)
            answer.subtitle = String(utf8: subtitle)
            answer.body = String(utf8: body)
        }
        answer.sound = .default
        // Nobody but us may have written that.
        answer.userInfo["ntf"] = nil
        // The same line that `ntfdecrypt` writes, so that both say the same.
        var line = ByteBuffer(capacity: Limits.lineBytesMax)
        NotificationWriter.write(notification, catalog, to: &line)
        let json = line.withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe Data($0) } }
        guard let object = try? JSONSerialization.jsonObject(with: json),
            let written = object as? [String: Any], let aps = written["aps"] as? [String: Any]
        else { return }
        answer.interruptionLevel =
            switch aps["interruption-level"] as? String {
            case "passive": .passive
            case "active": .active
            default: .timeSensitive
            }
        // A fallback says nothing of these: they stay as they came.
        if let thread = aps["thread-id"] as? String {
            answer.threadIdentifier = thread
            answer.categoryIdentifier = aps["category"] as? String ?? ""
            answer.relevanceScore = (aps["relevance-score"] as? NSNumber)?.doubleValue ?? 0
        }
        answer.userInfo["ntf"] = written["ntf"]
    }
}
#endif
