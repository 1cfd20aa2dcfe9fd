import Glibc

/// What goes to standard error, and how. Lower case, no full stop, never a payload byte or a key:
/// `ntfdecrypt: error: …`, then `ntfdecrypt: hint: …` with the next command to type.
enum Report {
    static func error(_ message: String, hint: String? = nil) {
        line("error", message)
        if let hint { line("hint", hint) }
    }

    static func note(_ message: String) {
        line("note", message)
    }

    private static func line(_ kind: String, _ message: String) {
        System.write("ntfdecrypt: \(kind): \(message)\n", to: STDERR_FILENO)
    }
}

/// The exit statuses, as sysexits(3) numbers them where it has one.
enum ExitStatus: Int32 {
    case success = 0
    /// Some payload fell back, some vector failed, something is not working.
    case refused = 1
    case usage = 64
    case fileUnreadable = 66
    case bug = 70
    case outputUnwritable = 74
}

/// Ends the command with a message, a hint and a status.
struct Failure: Error {
    let message: String
    let hint: String?
    let status: ExitStatus

    init(_ message: String, hint: String? = nil, status: ExitStatus = .refused) {
        self.message = message
        self.hint = hint
        self.status = status
    }
}
