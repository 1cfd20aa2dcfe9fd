/// Why a notification is not on the screen, or a click opened nothing.
public enum DesktopError: Error, Equatable, Sendable {
    /// No library that speaks D-Bus is installed.
    case libraryMissing
    /// There is no session bus, or it is gone.
    case busMissing
    /// Nobody on the bus shows notifications.
    case serviceMissing
    /// There was no answer in `DesktopLimits.answerWait`.
    case unanswered
    /// The service answered, with an error or with nonsense.
    case refused
    /// There is no program that opens a URI.
    case openerMissing
    /// It ended with an error.
    case openerFailed
}
