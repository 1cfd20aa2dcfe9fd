/// What must never be. Each is looked for in every story.
public enum Breach: UInt8, CaseIterable, Sendable {
    /// A silent push was completed more than once, or one that never came.
    case pushCompletedTwice
    /// A silent push was not completed, though its process lived.
    case pushNotCompleted
    /// Node or lease are left when nobody needs them.
    case leaseLeft
    /// The node ran without the lease, or the lease went while it ran.
    case nodeWithoutLease
    /// The node was set up though the keys were locked.
    case nodeWithoutKeys
    /// A payment was received, counted or written more than once.
    case countedTwice
    /// A payment was received, and nothing written that the user would see.
    case notWritten
    /// An attempt was begun while another one was on its way.
    case attemptsOverlap
    /// The server did with a payment what it had done already.
    case resolvedTwice
    /// The sender was told other than once how it ended.
    case notFinishedOnce
    /// The sender never learned what became of an attempt.
    case undecidedForEver
    /// One side has the payment and the other does not know.
    case sidesDisagree
    /// The server held a payment for ever.
    case stillHeld
    /// It did not come to an end.
    case endless

    /// What it is called for programs.
    public var name: String { "\(self)" }
}

/// What became of one story.
struct StoryResult: Sendable {
    /// What must not be, a bit for each.
    var breaches: UInt32 = 0
    /// When the first push was sent; where none was, when the payment first reached the server.
    var begun: Duration?
    /// When the device received the payment.
    var received: Duration?
    /// Nobody had opened the app since the payment was begun.
    var isUnattended = false
    var wasLocked = false
    /// The sender was told that it succeeded, in time.
    var isSeenBySender = false
    /// Pushes the server sent in pairs.
    var pushes = 0
    var alertsShown = 0
    /// Alerts that came while the payment was missing.
    var alertsNeeded = 0
    /// Silent pushes handed to the app; completed; with a payment; and lost with their process.
    var silentHanded = 0
    /// Those of them that woke an app that was not in front.
    var wakes = 0
    var silentCompleted = 0
    var silentReceived = 0
    var silentKilled = 0
    /// The same as `silentReceived` while the keys were locked.
    var silentReceivedLocked = 0
    /// When the user tapped, or opened the app unasked.
    var opened: Duration?
    var isTap = false
    /// From the wake or the tap to connected peers, of the first node that came up cold.
    var connectedAfter: Duration?

    mutating func note(_ breach: Breach) {
        breaches |= 1 << UInt32(breach.rawValue)
    }
}
