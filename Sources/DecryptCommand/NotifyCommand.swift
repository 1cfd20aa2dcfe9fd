import ArgumentParser
import CommandSupport
import DesktopNotifications
import NotificationPipeline

/// The filter, with each notification also on the desktop.
struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Show decrypted payloads as desktop notifications.",
        discussion: """
            Reads and writes what open does, and shows each notification through the desktop's own \
            service (org.freedesktop.Notifications). A click opens --app-uri, in which {paymentHash}, \
            {orderId}, {type} and {id} stand for what the record has; it is opened with xdg-open, or \
            gio open where there is none.

            When the service is missing, or does not answer, the lines are written all the same. \
            Exit status: that of open, and 1 when something was not shown or a click opened nothing.

            EXAMPLES
              ntfdecrypt notify < pushes.jsonl
              ntfdecrypt notify --app-uri 'bitkit://wake?hash={paymentHash}' < pushes.jsonl
            """)

    @OptionGroup var filter: OpenCommand

    @Option(
        help: ArgumentHelp(
            "What a click opens, as in bitkit://wake?hash={paymentHash}.", valueName: "URI"),
        transform: NotifyCommand.appURI)
    var appUri: AppURI?

    @Option(
        help: ArgumentHelp(
            "After the input's end, wait so long for clicks: 60 with --app-uri, else 0.",
            valueName: "SECONDS"))
    var wait: Int?

    func validate() throws {
        if let wait, !(0...CommandLimits.clickSecondsMax).contains(wait) {
            throw ValidationError(
                "--wait takes a number from 0 to \(CommandLimits.clickSecondsMax)")
        }
    }

    private static func appURI(_ template: String) throws -> AppURI {
        do throws(AppURIError) { return try AppURI(template) } catch {
            throw ValidationError(DesktopWords.meaning(of: error))
        }
    }

    func run() throws {
        var started: DesktopNotifier?
        let opened = Result {
            try filter.open {
                started = try notifier()
                return started
            }
        }
        let seconds = wait ?? (appUri == nil ? 0 : CommandLimits.clickSeconds)
        let isWell = started?.finish(wait: .seconds(seconds)) ?? true
        try opened.get()
        guard isWell else { throw ExitStatus.refused.asExitCode }
    }

    private func notifier() throws -> DesktopNotifier {
        let scheme = appUri?.scheme
        let notifier = DesktopNotifier(
            catalog: filter.catalog(), appURI: appUri, now: { System.now() },
            report: { error in
                Report.error(
                    DesktopWords.meaning(of: error),
                    hint: DesktopWords.hint(for: error, scheme: scheme))
            })
        guard let notifier else {
            throw Failure("the system gives no thread", hint: "ulimit -u", status: .unavailable)
        }
        return notifier
    }
}

extension CommandLimits {
    /// How long clicks are waited for when nobody says, in seconds.
    static let clickSeconds = 60
    static let clickSecondsMax = 24 * 60 * 60
}

/// What goes wrong on a desktop, and what to type then.
enum DesktopWords {
    /// Why a text is no template, in a clause.
    static func meaning(of error: AppURIError) -> String {
        switch error {
        case .tooLong:
            "it has more than \(DesktopLimits.templateBytesMax) bytes, or more than "
                + "\(DesktopLimits.placeholdersMax) placeholders"
        case .schemeMissing: "it begins with no scheme, as in bitkit:"
        case .characterForbidden: "a character in it is none of a URI's: percent-encode it"
        case .placeholderUnknown:
            "in braces there is one of "
                + AppURI.Field.allCases.map(\.rawValue).joined(separator: ", ")
        }
    }

    /// What an error means, in a clause.
    static func meaning(of error: DesktopError) -> String {
        switch error {
        case .libraryMissing: "libsystemd, which speaks D-Bus, is not installed"
        case .busMissing: "there is no D-Bus session that answers"
        case .serviceMissing: "nobody on the D-Bus session shows notifications"
        case .unanswered: "the notification service does not answer"
        case .refused: "the notification service refuses a notification"
        case .openerMissing: "neither xdg-open nor gio is there to open the app"
        case .openerFailed: "the app could not be opened"
        }
    }

    /// The next thing to type.
    ///
    /// - Parameter scheme: that of the URI a click opens.
    static func hint(for error: DesktopError, scheme: String? = nil) -> String {
        switch error {
        case .libraryMissing: "sudo apt-get install libsystemd0"
        case .busMissing: "export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus"
        case .serviceMissing: "sudo apt-get install dunst, then in your desktop session: dunst &"
        case .unanswered, .refused: "busctl --user status org.freedesktop.Notifications"
        case .openerMissing: "sudo apt-get install xdg-utils"
        case .openerFailed: "xdg-mime query default x-scheme-handler/\(scheme ?? "bitkit")"
        }
    }
}
