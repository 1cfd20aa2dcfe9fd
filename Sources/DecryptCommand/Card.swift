import CommandSupport
import Glibc
import NotificationPipeline

/// Draws a notification on standard error the way a phone's lock screen shows it.
enum Card {
    private static let width = 50

    static func draw(_ notification: Notification, _ catalog: Catalog) {
        let (title, subtitle, body) = notification.withTexts(catalog) {
            (String(utf8: $0), String(utf8: $1), String(utf8: $2))
        }
        let isUrgent = notification.isTimeSensitive && notification.message != nil
        var rows = [
            row(bold(title), shown: title.count, right: isUrgent ? "TIME SENSITIVE" : "now")
        ]
        if !subtitle.isEmpty { rows.append(row(subtitle, shown: subtitle.count, right: "")) }
        rows += wrap(body).map { line in row(line, shown: line.count, right: "") }
        if notification.message?.type.isIncomingPayment == true {
            rows.append(row("", shown: 0, right: ""))
            let button = "[ \(catalog.openNow) ]"
            rows.append(row(button, shown: button.count, right: ""))
        }
        let edge = String(repeating: "─", count: width + 2)
        let drawing = ["╭\(edge)╮"] + rows + ["╰\(edge)╯", ""]
        System.write(drawing.joined(separator: "\n"), to: STDERR_FILENO)
    }

    private static func row(_ text: String, shown: Int, right: String) -> String {
        let gap = max(1, width - shown - right.count)
        return "│ " + text + String(repeating: " ", count: gap) + right + " │"
    }

    private static func bold(_ text: String) -> String {
        isatty(STDERR_FILENO) == 1 ? "\u{1b}[1m\(text)\u{1b}[0m" : text
    }

    /// Lines of at most the card's width, broken at spaces.
    private static func wrap(_ text: String) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let joined =
                lines[lines.count - 1].isEmpty ? String(word) : lines[lines.count - 1] + " " + word
            if joined.count <= width - 1 {
                lines[lines.count - 1] = joined
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
