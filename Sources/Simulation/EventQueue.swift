import WakeToComplete

/// What the simulated world does next.
enum Happening: Sendable {
    // The payment, by the number of its attempt.
    /// An attempt reaches the recipient's server.
    case reachesServer(UInt32)
    /// The server's payment reaches the recipient's node.
    case reachesDevice(UInt32)
    /// The sender learns that an attempt settled.
    case settles(UInt32)
    /// The sender learns that an attempt failed.
    case fails(UInt32)
    /// The server answers with advice, or with none.
    case advises(UInt32, isThere: Bool)

    // The device. A process is known by its number; what one that is gone began is nobody's.
    /// A silent push reaches the device.
    case silentArrives(UInt32)
    /// The alert reaches the device.
    case alertArrives
    /// The app's process is there to be handed a silent push.
    case wakes(process: UInt32)
    /// The app's process is there to be shown.
    case opens(process: UInt32, fromNotification: Bool)
    /// A step of the node ends.
    case stepEnds(process: UInt32, NodeStep, number: UInt32, succeeded: Bool)
    /// The node tells of the payment once more.
    case tellsAgain(process: UInt32)
    /// The system's time for the background is over.
    case timeIsOver(process: UInt32)
    /// The system takes the process away.
    case isKilled(process: UInt32)

    // The person.
    /// Taps the notification, or opens the app without one.
    case reacts(fromNotification: Bool)
    /// Unlocks the device for the first time.
    case unlocks
    /// Tries again on the screen of an expired payment.
    case retries(process: UInt32)
    /// Has gone on to something else.
    case leaves
}

/// What happens when, the earliest first, and of two at once the one that was told first.
///
/// Held in place; allocates nothing.
struct EventQueue: Sendable {
    /// How many can wait at once.
    static let capacity = 48

    private struct Entry {
        var time: Duration
        var what: Happening
    }

    /// The latest first, so that taking one moves nothing.
    private var entries = InlineArray<48, Entry>(
        repeating: Entry(time: .zero, what: .alertArrives))
    private(set) var count = 0

    /// When the next one is due.
    var first: Duration? { count == 0 ? nil : entries[count - 1].time }

    /// Adds one. False when there is no room.
    mutating func add(_ what: Happening, at time: Duration) -> Bool {
        guard count < EventQueue.capacity else { return false }
        var index = count
        while index > 0, entries[index - 1].time <= time {
            entries[index] = entries[index - 1]
            index -= 1
        }
        entries[index] = Entry(time: time, what: what)
        count += 1
        return true
    }

    /// Takes the next one.
    mutating func take() -> Happening? {
        guard count > 0 else { return nil }
        count -= 1
        return entries[count].what
    }

    /// Forgets all.
    mutating func clear() {
        count = 0
    }
}
