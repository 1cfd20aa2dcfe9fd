internal import Glibc

/// What goes to standard error, and how. Lower case, no full stop, never a payload byte or a key:
/// `ntfdecrypt: error: …`, then `ntfdecrypt: hint: …` with the next command to type.
public enum Report {
    /// The program's name as it was called, without its directory.
    public static let program = String(
        CommandLine.arguments.first?.split(separator: "/").last ?? "ntfdecrypt")

    /// Says what went wrong and, where there is something to do about it, what to type.
    public static func error(_ message: String, hint: String? = nil) {
        // In one piece: another thread may have something to say, too.
        let hint = hint.map { hint in "\(program): hint: \(hint)\n" } ?? ""
        System.write("\(program): error: \(message)\n" + hint, to: STDERR_FILENO)
    }

    /// Says something worth knowing that is no error.
    public static func note(_ message: String) {
        System.write("\(program): note: \(message)\n", to: STDERR_FILENO)
    }
}

/// The exit statuses, as sysexits(3) numbers them where it has one.
public enum ExitStatus: Int32, Sendable {
    /// All is well.
    case success = 0
    /// Some payload fell back, some vector failed, something is not working.
    case refused = 1
    /// The arguments make no sense (`EX_USAGE`).
    case usage = 64
    /// A named file, or the input, cannot be read (`EX_NOINPUT`).
    case fileUnreadable = 66
    /// A program that is needed cannot be run (`EX_UNAVAILABLE`).
    case unavailable = 69
    /// A bug (`EX_SOFTWARE`).
    case bug = 70
    /// Standard output cannot be written (`EX_IOERR`).
    case outputUnwritable = 74
}

/// Ends the command with a message, a hint and a status.
public struct Failure: Error {
    /// What went wrong.
    public let message: String
    /// The next command to type.
    public let hint: String?
    /// What the process ends with.
    public let status: ExitStatus

    /// A failure to be thrown up to `main`.
    public init(_ message: String, hint: String? = nil, status: ExitStatus = .refused) {
        self.message = message
        self.hint = hint
        self.status = status
    }
}
