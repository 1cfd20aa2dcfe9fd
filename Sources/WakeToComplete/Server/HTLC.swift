/// What a payment that is on its way through a server is known by, at that server.
public struct HTLCID: Hashable, Sendable {
    /// The channel it came in by.
    public var channel: UInt64
    /// Its number in that channel, which is never given out again.
    public var number: UInt64

    /// The payment of that number.
    public init(channel: UInt64, number: UInt64) {
        self.channel = channel
        self.number = number
    }
}

/// A payment on its way, as far as holding it goes.
public struct IncomingHTLC: Equatable, Sendable {
    /// What it is known by.
    public var id: HTLCID
    /// The block height at which whoever sent it may take it back.
    public var cltvExpiry: UInt32

    /// A payment that expires at that height.
    public init(id: HTLCID, cltvExpiry: UInt32) {
        self.id = id
        self.cltvExpiry = cltvExpiry
    }
}

/// Payments on their way: at most `WakeLimits.heldMax`, held in place, no allocation.
public struct HTLCList: RandomAccessCollection, Sendable {
    private var items = InlineArray<16, HTLCID>(repeating: HTLCID(channel: 0, number: 0))
    /// How many there are.
    public private(set) var count = 0

    /// None.
    public init() {}

    /// One.
    public init(_ id: HTLCID) {
        append(id)
    }

    /// Adds one. Traps when the list is full.
    public mutating func append(_ id: HTLCID) {
        precondition(count < WakeLimits.heldMax, "no more are held than a list has room for")
        items[count] = id
        count += 1
    }

    /// Adds one and, when the list is full, drops the oldest.
    mutating func remember(_ id: HTLCID) {
        guard count == WakeLimits.heldMax else { return append(id) }
        for index in 1..<count { items[index - 1] = items[index] }
        items[count - 1] = id
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The same as `count`.
    public var endIndex: Int { count }

    /// The one at `index`.
    public subscript(index: Int) -> HTLCID {
        precondition(index >= 0 && index < count, "a payment is asked for by its index")
        return items[index]
    }
}
