/// Bytes of a fixed capacity, taken once and used again for every payload. Never for secrets.
public struct ByteBuffer: ~Copyable, Sendable {
    private var bytes: [UInt8]
    /// How many bytes are in use.
    public private(set) var count = 0

    /// Takes `capacity` bytes of heap, the only allocation of its life.
    public init(capacity: Int) {
        bytes = [UInt8](repeating: 0, count: capacity)
    }

    /// Forgets the content, keeps the memory.
    public mutating func removeAll() {
        count = 0
    }

    /// Adds a byte; false when the buffer is full.
    public mutating func append(_ byte: UInt8) -> Bool {
        guard count < bytes.count else { return false }
        bytes[count] = byte
        count += 1
        return true
    }

    /// Adds bytes, all of them or none; false when they do not fit.
    public mutating func append(_ more: Span<UInt8>) -> Bool {
        guard more.count <= bytes.count - count else { return false }
        let start = count
        unsafe bytes.withUnsafeMutableBytes { target in
            unsafe more.withUnsafeBytes { source in
                // SAFETY: `more.count` bytes are free behind `start`, checked above; the buffer is
                // borrowed for writing, so the two do not overlap.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...])
                    .copyMemory(from: source)
            }
        }
        count += more.count
        return true
    }

    /// Forgets what it held and lends `count` bytes for writing; they count when `body` returns.
    mutating func write<Failure: Error>(
        _ count: Int, _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(count <= bytes.count, "what is written fits")
        self.count = 0
        var all = bytes.mutableSpan
        var part = all._mutatingExtracting(0..<count)
        try body(&part)
        self.count = count
    }

    /// Forgets what lies behind the first `count` bytes.
    mutating func keep(first count: Int) {
        precondition(count <= self.count, "what is kept is there")
        self.count = count
    }

    /// Lends the bytes behind `start` for changing; `body` answers how many of them it keeps.
    mutating func rewrite(from start: Int, _ body: (inout MutableSpan<UInt8>) -> Int) {
        precondition(start <= count, "what is rewritten is there")
        let end = count
        var all = bytes.mutableSpan
        var part = all._mutatingExtracting(start..<end)
        let kept = body(&part)
        precondition(kept >= 0 && kept <= end - start, "rewriting does not lengthen")
        count = start + kept
    }

    /// Lends the content while `body` runs. Allocates nothing.
    public borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes.span.extracting(0..<count))
    }

    /// Lends a part of the content while `body` runs. Allocates nothing.
    public borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        in range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.upperBound <= count, "a part lies inside the content")
        return try body(bytes.span.extracting(range))
    }
}
