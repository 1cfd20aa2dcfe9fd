/// Every maximum and every wait of this target, in one place.
public enum WakeLimits {
    // The node, step by step.

    /// How long an app that was tapped waits for the lease, as Bitkit's app does.
    public static let leaseWaitOfTap = Duration.seconds(30)
    /// The same for a silent push: whoever has the lease runs the node.
    public static let leaseWaitOfSilentPush = Duration.zero
    /// What asking for the lease may take beyond that wait.
    public static let leaseTime = Duration.seconds(2)
    /// Setting the node up: reading its state from the disk.
    public static let setUpTime = Duration.seconds(8)
    /// Starting it.
    public static let startTime = Duration.seconds(10)
    /// Connecting to the trusted peers, as Bitkit has it.
    public static let connectTime = Duration.seconds(10)
    /// Synchronising.
    public static let syncTime = Duration.seconds(15)
    /// Stopping it.
    public static let stopTime = Duration.seconds(5)
    /// Giving the lease back.
    public static let releaseTime = Duration.seconds(2)
    /// Between two renewals of the lease while the node runs; it lasts for 300 seconds.
    public static let leaseRenewal = Duration.seconds(60)
    /// The stack of a thread that waits for the lease; only what is used costs memory.
    static let leaseStackBytes = 128 * 1024

    // The silent push.

    /// From the push until the node has to be left; the system gives 30 seconds, and stopping takes
    /// some of them.
    public static let silentPushTime = Duration.seconds(22)
    /// How long the payment is waited for once the node is synchronised (seed plan 1.5.2).
    public static let receiveWait = Duration.seconds(5)
    /// From leaving the node to the completion at the latest.
    public static let leaveTime = Duration.seconds(6)
    /// The same once the system said that the time is over.
    public static let leaveTimeAfterExpiry = Duration.seconds(2)
    /// Silent pushes under way at once in the driver; further ones are told `noData`.
    public static let silentPushesMax = 64
    /// A silent push as it arrives, in bytes.
    public static let silentPushBytesMax = 16 * 1024

    // The payment.

    /// How long the screen waits, from the tap (seed plan 1.5).
    public static let paymentTime = Duration.seconds(15)
    /// Payments waited for at once; the oldest gives way to another.
    public static let awaitedPaymentsMax = 4
    /// Payments that are remembered as received.
    public static let receivedPaymentsMax = 8

    // The counters.

    /// Processes of one side that can count at once.
    static let counterPlaces = 8
    /// Reads of a record that is being written just then.
    static let counterReadsMax = 16
}
