/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
public enum DesktopLimits {
    /// How long the bus, or the service behind it, may take for one answer.
    static let answerWait = Duration.seconds(5)
    /// How long nobody is asked again after a question without an answer; a service that appears
    /// ends it.
    static let quietWait = Duration.seconds(10)
    /// Notifications shown one right after another, of those that a key opened and of all others
    /// each; the rest is counted.
    static let burstMax = 20
    /// After a burst, one more may be shown each time so much has passed.
    static let refillWait = Duration.seconds(3)
    /// How often the notification that counts the rest is renewed.
    static let countWait = Duration.seconds(1)
    /// Notifications that wait for a service to come, or to answer; what is beyond is counted.
    static let waitingMax = 64
    /// Notifications that are remembered as shown; for one more the oldest is closed.
    static let shownMax = 64
    /// An incoming payment is shown for at least so long, in seconds, however late it came.
    static let paymentSecondsMin: UInt64 = 10
    /// And for no longer than this, whatever deadline the sender named.
    static let paymentSecondsMax: UInt64 = 3600
    /// The template of the app's URI.
    public static let templateBytesMax = 2048
    /// Placeholders in it.
    public static let placeholdersMax = 16
    /// Programs that open a URI at one time.
    static let openersMax = 16
    /// The longest the loop sleeps when nothing is due.
    static let sleepMax = Duration.seconds(60)
    /// What is taken from the bus before the loop looks at anything else.
    static let stepsAtOnceMax = 256
    /// Capabilities of a service that are looked at.
    static let capabilitiesMax = 64
    /// What a service may hand on so that the app's window comes to the front.
    static let tokenBytesMax = 256
    /// The name of a service, as it is told to people.
    static let serviceNameBytesMax = 64
}
