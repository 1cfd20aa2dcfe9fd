/// Every maximum of this target, in one place.
public enum ExtensionLimits {
    /// How long a request may take, by the extension's own watch. The system stops it at 30 s, and
    /// its word that the time is nearly over does not always come.
    public static let requestTime = Duration.milliseconds(29_500)
    /// Pushes worked on at once; more wait for their turn, each no longer than its deadline.
    public static let pipelinesMax = 4
    /// Requests under way, waiting ones included; a push beyond them gets the fallback at once.
    public static let requestsMax = 64
    /// The stack of the alarm's thread, in bytes.
    static let alarmStackBytes = 64 * 1024
}
