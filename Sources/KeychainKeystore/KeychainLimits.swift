/// Every maximum of this target, in one place.
public enum KeychainLimits {
    /// How long one question to the Keychain may take: the process that answers it may hang.
    public static let answerWait = Duration.seconds(5)
    /// How long the Keychain is not asked again after it left a question unanswered.
    public static let quietWait = Duration.seconds(60)
    /// How old an answer must be before keys that fit nothing are asked for anew: the app may have
    /// rotated them, or a sender may be sending rubbish.
    public static let refreshWait = Duration.seconds(10)
    /// The stack of the thread that waits for the Keychain, in bytes.
    static let stackBytes = 256 * 1024
}
