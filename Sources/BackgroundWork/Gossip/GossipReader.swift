/// Where a snapshot comes from: a file, a connection.
public protocol GossipSource: ~Copyable {
    /// Reads up to `target.count` bytes and answers how many; 0 at the end only.
    mutating func read(into target: inout MutableSpan<UInt8>) throws(GossipError) -> Int
}

/// Numbers and bytes of a snapshot, one after another, through a buffer of fixed size.
struct GossipReader<Source: GossipSource & ~Copyable>: ~Copyable {
    private var source: Source
    private var buffer: [UInt8]
    private var position = 0
    private var end = 0

    /// Allocates its buffer, and nothing after it.
    init(_ source: consuming Source) {
        self.source = source
        buffer = [UInt8](repeating: 0, count: BackgroundLimits.gossipBufferBytes)
    }

    /// The next byte.
    mutating func byte() throws(GossipError) -> UInt8 {
        if position == end { try fill() }
        defer { position += 1 }
        return buffer[position]
    }

    private mutating func fill() throws(GossipError) {
        // Out of self while the source fills it, so that the two do not overlap.
        var space: [UInt8] = []
        swap(&space, &buffer)
        defer { swap(&space, &buffer) }
        (position, end) = (0, 0)
        var target = space.mutableSpan
        end = try source.read(into: &target)
        guard end > 0 else { throw .truncated }
    }

    /// The next integer, its first byte highest.
    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type = Value.self
    ) throws(GossipError) -> Value {
        var value: Value = 0
        for _ in 0..<Value.bitWidth / 8 {
            value = Value(truncatingIfNeeded: UInt64(value) << 8 | UInt64(try byte()))
        }
        return value
    }

    /// The next BigSize (BOLT 1), which has to be spelled in the shortest way.
    mutating func bigSize() throws(GossipError) -> UInt64 {
        let first = try byte()
        let (value, least): (UInt64, UInt64)
        switch first {
        case 0xff: (value, least) = (try integer(UInt64.self), 1 << 32)
        case 0xfe: (value, least) = (UInt64(try integer(UInt32.self)), 1 << 16)
        case 0xfd: (value, least) = (UInt64(try integer(UInt16.self)), 0xfd)
        default: return UInt64(first)
        }
        guard value >= least else { throw .malformed }
        return value
    }

    /// Passes over `count` bytes.
    mutating func skip(_ count: Int) throws(GossipError) {
        var left = count
        while left > 0 {
            if position == end { try fill() }
            let portion = min(left, end - position)
            position += portion
            left -= portion
        }
    }

    /// Passes over features: a length of two bytes and as many as it says.
    mutating func skipFeatures() throws(GossipError) {
        let count = Int(try integer(UInt16.self))
        guard count <= BackgroundLimits.gossipFeatureBytesMax else { throw .malformed }
        try skip(count)
    }
}
