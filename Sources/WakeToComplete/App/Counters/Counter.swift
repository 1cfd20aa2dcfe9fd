/// What is counted of waking up. The raw value is the place in the file: a promise, never changed.
public enum Counter: Int, CaseIterable, Sendable {
    /// A silent push arrived, of whatever kind.
    case silentPushReceived
    /// One of them was ours and began the work, joining what was under way not counted.
    case handlerStarted
    /// A silent push whose payment was received in the background.
    case received
    /// A silent push without: the alert has to do.
    case fellBackToAlert
    /// A notification was tapped.
    case tapped
    /// A tap after which the node was connected and synchronised.
    case tapCompleted
    /// A screen that waited in vain for its 15 seconds.
    case paymentExpired

    /// The name in the output, with the words put together by underscores.
    public var name: StaticString {
        switch self {
        case .silentPushReceived: "silent_push_received"
        case .handlerStarted: "handler_started"
        case .received: "received"
        case .fellBackToAlert: "fell_back_to_alert"
        case .tapped: "tapped"
        case .tapCompleted: "tap_completed"
        case .paymentExpired: "payment_expired"
        }
    }
}

/// What is measured of waking up. The raw value is the place in the file: a promise, never changed.
public enum Latency: Int, CaseIterable, Sendable {
    /// From a node being wanted until it was started.
    case nodeStart
    /// From a node being wanted until its peers were connected.
    case connected
    /// From a payment being announced, or its notification tapped, until it was received.
    case received

    /// The name in the output, with the words put together by underscores.
    public var name: StaticString {
        switch self {
        case .nodeStart: "node_start"
        case .connected: "connected"
        case .received: "received"
        }
    }
}

/// Everything one side has counted and measured.
public struct CounterValues: Equatable, Sendable {
    var counts = InlineArray<7, UInt64>(repeating: 0)
    private var nodeStart = LatencyHistogram()
    private var connected = LatencyHistogram()
    private var received = LatencyHistogram()

    /// Nothing.
    public init() {}

    /// How often.
    public subscript(counter: Counter) -> UInt64 {
        get { counts[counter.rawValue] }
        set { counts[counter.rawValue] = newValue }
    }

    /// How long.
    public subscript(latency: Latency) -> LatencyHistogram {
        get {
            switch latency {
            case .nodeStart: nodeStart
            case .connected: connected
            case .received: received
            }
        }
        set {
            switch latency {
            case .nodeStart: nodeStart = newValue
            case .connected: connected = newValue
            case .received: received = newValue
            }
        }
    }

    /// Adds everything another one holds.
    public mutating func add(_ other: CounterValues) {
        for counter in Counter.allCases { self[counter].addSaturating(other[counter]) }
        for latency in Latency.allCases { self[latency].add(other[latency]) }
    }

    /// Whether both hold the same.
    public static func == (left: CounterValues, right: CounterValues) -> Bool {
        Counter.allCases.allSatisfy { counter in left[counter] == right[counter] }
            && Latency.allCases.allSatisfy { latency in left[latency] == right[latency] }
    }
}
