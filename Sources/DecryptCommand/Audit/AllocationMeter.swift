/// What a thread took from the heap.
public struct Allocations: Equatable, Sendable {
    /// Calls that gave memory.
    public var count: UInt64
    /// What they gave, in bytes, as the allocator rounds it.
    public var bytes: UInt64
    /// Bytes given and not given back; negative when memory of other threads was freed.
    public var live: Int64
    /// The highest `live` since the last mark, in bytes.
    public var peak: Int64

    /// Counts as a meter read them.
    public init(count: UInt64 = 0, bytes: UInt64 = 0, live: Int64 = 0, peak: Int64 = 0) {
        self.count = count
        self.bytes = bytes
        self.live = live
        self.peak = peak
    }
}

/// The way to the counting malloc, where one is linked. Every call is about the calling thread.
public struct AllocationMeter: Sendable {
    /// The counts since the thread began.
    let read: @Sendable () -> Allocations
    /// Begins the peak anew at what is live now.
    let mark: @Sendable () -> Void
    /// Allocates exactly once.
    let control: @Sendable () -> Void

    /// A meter made of its three functions; none of them allocates, except `control` once.
    public init(
        read: @escaping @Sendable () -> Allocations, mark: @escaping @Sendable () -> Void,
        control: @escaping @Sendable () -> Void
    ) {
        self.read = read
        self.mark = mark
        self.control = control
    }

    /// Whether the meter counts: one for the control, no more and no less.
    var isAlive: Bool {
        let before = read().count
        control()
        return read().count == before + 1
    }
}
