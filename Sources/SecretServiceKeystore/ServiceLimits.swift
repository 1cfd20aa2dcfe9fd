/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
public enum ServiceLimits {
    /// How long one question to the Secret Service may take, in seconds.
    public static let answerSeconds = 5
    /// How long the service is not asked again after it left a question unanswered: a filter must
    /// not wait five seconds for every push.
    public static let quietWait = Duration.seconds(60)
    /// How old an answer must be before keys that fit nothing are asked for anew: another process
    /// may have rotated them, or a sender may be sending rubbish.
    public static let refreshWait = Duration.seconds(10)
    /// Items of ours that one search looks at.
    static let itemsMax = 1024
    /// The stack of the thread that waits for the service.
    static let stackBytes = 512 * 1024
    /// A `DBUS_SESSION_BUS_ADDRESS`, which may list several.
    static let addressBytesMax = 4096
}
