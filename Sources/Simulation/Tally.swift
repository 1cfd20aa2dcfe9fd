/// So many of so many.
public struct Share: Equatable, Sendable {
    /// How many.
    public var part: Int
    /// Of how many.
    public var whole: Int

    /// These.
    public init(part: Int, whole: Int) {
        self.part = part
        self.whole = whole
    }

    /// Ten-thousandths, rounded; nil of nothing.
    public var tenThousandths: Int? {
        whole == 0 ? nil : (part * 10_000 + whole / 2) / whole
    }

    /// Whether it is at least so many in a hundred. Of nothing it is not.
    public func isAtLeast(percent: Int) -> Bool { whole > 0 && part * 100 >= whole * percent }
}

/// Many stories of one kind, counted: whole numbers, in any order.
public struct Tally: Sendable {
    /// What is told of a payment that came later than this is that it failed.
    static let successTime = Duration.seconds(15)
    /// Who opens the app within this of the push is in time.
    static let promptTime = Duration.seconds(10)
    /// The same where nothing waits but the sender.
    static let promptTimeUnheld = Duration.seconds(3)

    /// How many stories.
    public private(set) var stories = 0
    /// Of all payments, those received within 15 seconds of the push.
    public private(set) var successes = 0
    /// Those received at all.
    public private(set) var received = 0
    /// Those received with nobody opening the app.
    public private(set) var receivedUnattended = 0
    /// Those received while the keys were locked.
    public private(set) var receivedLocked = 0
    /// Those whose sender was told in time that they succeeded.
    public private(set) var seenBySender = 0
    /// Stories with pushes.
    public private(set) var pushed = 0
    /// Stories with an alert on the screen.
    public private(set) var alerted = 0
    /// Stories with pushes that did not end unattended, and those of them with an alert.
    public private(set) var alertShown = Share(part: 0, whole: 0)
    /// Stories in which the user opened the app in time, and those of them with the payment.
    public private(set) var promptlyOpened = Share(part: 0, whole: 0)
    /// Silent pushes handed to the app.
    public private(set) var silentHanded = 0
    /// Those that woke an app that was not in front.
    public private(set) var wakes = 0
    /// Those completed; the others went with their process.
    public private(set) var silentCompleted = 0
    /// Those completed with a payment.
    public private(set) var silentReceived = 0
    /// The same while the keys were locked.
    public private(set) var silentReceivedLocked = 0
    /// From the wake or the tap to connected peers.
    public private(set) var connected = LatencyCount()
    private var breaches = InlineArray<16, Int>(repeating: 0)

    /// Nothing yet.
    public init() {}

    /// How often something happened that must never be.
    public func count(of breach: Breach) -> Int { breaches[Int(breach.rawValue)] }

    /// Whether something happened that must never be.
    public var hasBreaches: Bool { Breach.allCases.contains { breach in count(of: breach) > 0 } }

    /// Payments received within 15 seconds of the push.
    public var success: Share { Share(part: successes, whole: stories) }

    mutating func add(_ story: StoryResult, isHeld: Bool) {
        stories += 1
        if let begun = story.begun, let time = story.received {
            received += 1
            if time - begun <= Tally.successTime { successes += 1 }
            if story.isUnattended { receivedUnattended += 1 }
            if story.wasLocked { receivedLocked += 1 }
        }
        if story.isSeenBySender { seenBySender += 1 }
        if story.pushes > 0 { pushed += 1 }
        if story.alertsShown > 0 { alerted += 1 }
        if story.pushes > 0, story.received == nil || !story.isUnattended {
            alertShown.whole += 1
            if story.alertsShown > 0 { alertShown.part += 1 }
        }
        let prompt = isHeld ? Tally.promptTime : Tally.promptTimeUnheld
        if let begun = story.begun, let opened = story.opened, opened - begun <= prompt {
            promptlyOpened.whole += 1
            if story.received != nil { promptlyOpened.part += 1 }
        }
        silentHanded += story.silentHanded
        wakes += story.wakes
        silentCompleted += story.silentCompleted
        silentReceived += story.silentReceived
        silentReceivedLocked += story.silentReceivedLocked
        if let time = story.connectedAfter { connected.add(time) }
        if story.breaches != 0 {
            for breach in Breach.allCases where story.breaches & 1 << breach.rawValue != 0 {
                breaches[Int(breach.rawValue)] += 1
            }
        }
    }
}

/// Latencies, counted by the millisecond up to half a minute: percentiles without keeping any.
public struct LatencyCount: Sendable {
    private static let millisecondsMax = 30_000
    private var counts = [UInt32](repeating: 0, count: LatencyCount.millisecondsMax + 1)
    /// How many.
    public private(set) var count = 0

    mutating func add(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        counts[Int(min(max(milliseconds, 0), Int64(LatencyCount.millisecondsMax)))] += 1
        count += 1
    }

    /// The milliseconds that so many in a hundred stay within; nil of none.
    public func percentile(_ percent: Int) -> Int? {
        guard count > 0 else { return nil }
        var left = (count * percent + 99) / 100
        for milliseconds in counts.indices {
            left -= Int(counts[milliseconds])
            if left <= 0 { return milliseconds }
        }
        return LatencyCount.millisecondsMax
    }
}
