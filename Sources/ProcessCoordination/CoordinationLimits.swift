/// Every maximum and every interval of this target, in one place. Sizes are bytes unless the name says
/// otherwise.
public enum CoordinationLimits {
    // The lease.

    /// How long a lease of the app's lasts without being renewed: Bitkit's StateLocker has 5 minutes.
    public static let leaseOfApp = Duration.seconds(300)
    /// The same for the extension, which may run for 30 seconds.
    public static let leaseOfExtension = Duration.seconds(35)
    /// The longest of them, after which a lock file that tells nothing counts for nothing.
    public static let leaseLongest = leaseOfApp
    /// Between two looks at a lease somebody else holds.
    static let leasePause = Duration.milliseconds(20)
    /// How long whoever changes a lock file is waited for.
    static let leaseGuardWait = Duration.seconds(1)
    /// A lock file.
    static let leaseFileBytesMax = 1024
    /// Looks at a lock file that changes under our eyes, before it counts as one that cannot be read.
    static let leaseReadsMax = 3
    /// Nested leases of one resource in one process.
    static let leaseDepthMax = 1_000

    // The heartbeat, and the gate in front of the peer.

    /// Between two beats, as Phoenix has it.
    public static let heartbeatInterval = Duration.seconds(2)
    /// How young a beat is that keeps the app from connecting, as Phoenix has it.
    public static let heartbeatFresh = Duration.seconds(5)
    /// The stack of the heart's thread; only what is used costs memory.
    static let heartStackBytes = 64 * 1024
    /// Tries to read a record that is being written.
    static let recordReadsMax = 3
    /// How late after its deadline an entry through the gate is still one: whoever was stopped on the
    /// way for longer may not connect.
    static let gateLateMax = Duration.seconds(1)
    /// Between two looks of a gate that waits.
    static let gatePause = Duration.milliseconds(50)

    // Presence.

    /// How soon one side knows what the other one is.
    public static let presenceKnown = Duration.milliseconds(100)
    /// How long an answer to a ping is waited for, inside of that.
    public static let presenceAnswerWait = Duration.milliseconds(80)
    /// Processes of one side that are heard at once: an extension that is being killed and its
    /// successor, and the same again.
    static let presencePlacesMax = 4
    /// How long another process that is just taking a place is waited for.
    static let presenceClaimWait = Duration.seconds(1)
    /// One message.
    static let presenceMessageBytes = 32
    /// How old a message tells what is, and not what was while this process was stopped.
    static let presenceMessageAge = Duration.seconds(1)
    /// Between two looks at a process that is said to be active: nobody tells that it was stopped.
    static let presenceLook = Duration.milliseconds(40)
    /// Messages read within one `presencePause`; whoever writes more is read later.
    static let presenceMessagesMax = 64
    /// How long a socket from which too much comes, or nothing, is left alone; also between two tries
    /// to send to somebody whose queue is full.
    static let presencePause = Duration.milliseconds(10)
    /// Tries to send one message to somebody whose queue is full.
    static let presenceTriesMax = 8
    /// The stack of the listening thread, on which callers are told; only what is used costs memory.
    static let presenceStackBytes = 256 * 1024
    /// How long the end of the listening thread is waited for.
    static let presenceStopWait = Duration.seconds(1)

    // Long-lived tasks.

    /// What the system gives an app in the background for a task it called important.
    public static let sensitiveTaskTime = Duration.seconds(180)
    /// Tasks under way at once.
    public static let sensitiveTasksMax = 64
    /// Between two looks at the clock while a task is under way: it may have gone on while the device
    /// slept, and no timer with it.
    static let sensitiveTaskLook = Duration.milliseconds(250)
    /// How long handlers that another thread calls are waited for when the system's time is over.
    static let sensitiveTaskExpiryWait = Duration.seconds(1)
    /// The stack of the thread that looks; only what is used costs memory.
    static let sensitiveTaskStackBytes = 256 * 1024

    // Channel states.

    /// What a peer stores for us (BOLT 1, `peer_storage`).
    public static let channelBackupBytesMax = 65_531
    /// Channels of one wallet.
    public static let channelsMax = 256
    /// How long whoever changes a stored channel state is waited for.
    static let channelWait = Duration.seconds(1)
    /// The secret that the key of channel states is derived from.
    public static let channelSecretBytes = 16...64

    // Pending parts.

    /// Parts of payments under way in one wallet; BOLT 2 permits 483 in one channel.
    public static let partsMax = 512
    /// How long the first part of a payment waits for the rest (BOLT 4).
    public static let partsTime = Duration.seconds(60)
    /// How long whoever changes the file is waited for.
    static let partsWait = Duration.seconds(1)
    /// How long a payment that was settled or failed is remembered, for parts that come once more.
    public static let partsRemembered = partsTime
    /// Payments of one hash that are remembered side by side.
    static let partsGenerationsMax = 256
    /// Parts copied under one lock while a payment is listed.
    static let partsPortionMax = 16
    /// The largest total: all bitcoin there will be, in thousandths of a satoshi.
    public static let partsTotalMsatMax: UInt64 = 2_100_000_000_000_000_000

    // Phases.

    /// From `background` to `suspended` when the system gives no warning.
    public static let backgroundTime = Duration.seconds(20)
    /// From `background` to `suspended` in an extension: it ends what it began, and no more.
    public static let extensionBackgroundTime = Duration.seconds(4)
    /// How long an extension without a notification waits for another one.
    public static let extensionIdleTime = Duration.seconds(2)
    /// Operations of one kind under way at once, or waiting.
    public static let operationsMax = 1_024
    /// What operations under way have to finish once everything is closed.
    public static let finishTime = Duration.seconds(1)
    /// Between two looks at the clock of whoever waits for a phase: so late is a jump noticed.
    static let phaseSlice = Duration.milliseconds(100)
    /// The stack of the thread that looks at the clock.
    static let phaseStackBytes = 64 * 1024

    // The database.

    /// How long the other process is waited for at most.
    public static let databaseWaitMax = Duration.seconds(10)
    /// Between two tries.
    static let databasePause = Duration.milliseconds(5)
    /// How long a process that waits for the database counts as waiting behind its last try.
    static let databaseWishTime = Duration.milliseconds(25)

    // Messages.

    /// Messages of all queues that were fetched and not yet acknowledged.
    public static let messagesMax = 64
    /// One message: SimpleX' blocks are 16 KiB.
    public static let messageBytesMax = 16 * 1024
    /// How long a `get` waits for another call to the same queue.
    public static let messageWait = Duration.seconds(3)
    /// How long a notification may keep a message in hand, as long as the longest lease: then others
    /// are handed it, and the former one is refused.
    public static let messageHold = Duration.seconds(300)
    /// Messages remembered as finished with.
    static let messagesDoneMax = 256
    /// Names looked at in the directory of messages.
    static let messageNamesMax = 1_024
    /// How long a notification that ends waits for the files in order to give back what it had.
    static let messageReleaseWait = Duration.seconds(1)
    /// Between two tries for the files' lock.
    static let messagePause = Duration.milliseconds(5)
    /// Messages handed to notifications that are remembered in order to tell calls apart.
    static let handsMax = 256
    /// Messages that one call fetches because each was known already.
    static let messageFetchesMax = 2 * messagesMax

    /// How long anybody waits for a lease or at the gate, whatever the caller says.
    public static let waitMax = Duration.seconds(3_600)
    /// Repetitions of one system call that a signal interrupted.
    static let interruptionsMax = 1_000
}
