/// Decodes a rapid gossip sync snapshot as it comes in: versions 1 and 2, in the memory of one
/// buffer however large it is. Format: lightning-rapid-gossip-sync, README and `processing.rs`.
public enum GossipSnapshot {
    /// Reads `source` to the end of the snapshot and shows `visitor` what is in it.
    ///
    /// What was visited before an error was thrown is part of no snapshot. Bytes behind the end are
    /// left alone. Allocates a buffer of 64 KiB.
    ///
    /// - Parameters:
    ///   - chain: the only one that is taken.
    ///   - now: Unix seconds; nil where the time is not known, and then no age is too old.
    public static func decode<
        Source: GossipSource & ~Copyable, Visitor: GossipVisitor & ~Copyable
    >(
        _ source: consuming Source, chain: ChainHash = .bitcoin, now: UInt64?,
        visitor: inout Visitor
    ) throws(GossipError) -> GossipSummary {
        var reader = GossipReader(source)
        guard try reader.integer(UInt16.self) == 0x4c44, try reader.byte() == 0x4b else {
            throw .unknownVersion
        }
        let version = try reader.byte()
        guard version == 1 || version == 2 else { throw .unknownVersion }
        let found = ChainHash(
            try reader.integer(), try reader.integer(), try reader.integer(), try reader.integer())
        guard found == chain else { throw .wrongChain }
        let latestSeen = try reader.integer(UInt32.self)
        if let now, UInt64(latestSeen) + BackgroundLimits.gossipAgeSecondsMax < now { throw .stale }
        let nodes = try readNodes(&reader, version, &visitor)
        let channels = try readChannels(&reader, version, nodes, &visitor)
        let updates = try readUpdates(&reader, &visitor)
        return GossipSummary(
            version: version, latestSeen: latestSeen, nodes: nodes, channels: channels,
            updates: updates)
    }

    private static func readNodes<
        Source: GossipSource & ~Copyable, Visitor: GossipVisitor & ~Copyable
    >(
        _ reader: inout GossipReader<Source>, _ version: UInt8, _ visitor: inout Visitor
    ) throws(GossipError) -> UInt32 {
        var featureSets: UInt8 = 0
        if version == 2 {
            featureSets = try reader.byte()
            guard featureSets <= BackgroundLimits.gossipFeatureSetsMax else { throw .malformed }
            for _ in 0..<featureSets { try reader.skipFeatures() }
        }
        let count = try reader.integer(UInt32.self)
        guard count <= BackgroundLimits.gossipNodesMax else { throw .tooMany }
        for index in 0..<count {
            var id = InlineArray<33, UInt8>(repeating: 0)
            for place in 0..<33 { id[place] = try reader.byte() }
            let detail = version == 2 ? NodeDetail(first: id[0]) : NodeDetail()
            if version == 2 { id[0] &= 0b11 }
            guard id[0] == 2 || id[0] == 3 else { throw .malformed }
            let addresses = try detail.skip(&reader, featureSets: featureSets)
            visitor.visit(
                GossipNode(
                    index: index, id: id, isReminder: detail.isReminder, addresses: addresses))
        }
        return count
    }

    private static func readChannels<
        Source: GossipSource & ~Copyable, Visitor: GossipVisitor & ~Copyable
    >(
        _ reader: inout GossipReader<Source>, _ version: UInt8, _ nodes: UInt32,
        _ visitor: inout Visitor
    ) throws(GossipError) -> UInt32 {
        let count = try reader.integer(UInt32.self)
        guard count <= BackgroundLimits.gossipChannelsMax else { throw .tooMany }
        var shortChannelID: UInt64 = 0
        for _ in 0..<count {
            try reader.skipFeatures()
            shortChannelID = try next(shortChannelID, by: try reader.bigSize())
            var first = try reader.bigSize()
            let second = try reader.bigSize()
            // Version 1 has no such bit: there, an index so large is an index of no node.
            let hasMore = version == 2 && first >> 63 == 1
            if hasMore { first &= UInt64.max >> 1 }
            guard first < nodes, second < nodes else { throw .malformed }
            let capacity = hasMore ? try capacity(&reader) : nil
            visitor.visit(
                GossipChannel(
                    shortChannelID: shortChannelID, nodes: (UInt32(first), UInt32(second)),
                    capacitySats: capacity))
        }
        return count
    }

    /// Additional data: a length of two bytes, then the capacity, then what later versions may add.
    private static func capacity<Source: GossipSource & ~Copyable>(
        _ reader: inout GossipReader<Source>
    ) throws(GossipError) -> UInt64? {
        let count = Int(try reader.integer(UInt16.self))
        guard count <= BackgroundLimits.gossipFeatureBytesMax else { throw .malformed }
        guard count > 0 else { return nil }
        let first = try reader.byte()
        let width = first == 0xff ? 8 : first == 0xfe ? 4 : first == 0xfd ? 2 : 0
        guard width < count else { throw .malformed }
        var value = width == 0 ? UInt64(first) : 0
        for _ in 0..<width { value = value << 8 | UInt64(try reader.byte()) }
        let least: UInt64 = width == 8 ? 1 << 32 : width == 4 ? 1 << 16 : width == 2 ? 0xfd : 0
        guard value >= least else { throw .malformed }
        try reader.skip(count - 1 - width)
        return value
    }

    private static func readUpdates<
        Source: GossipSource & ~Copyable, Visitor: GossipVisitor & ~Copyable
    >(
        _ reader: inout GossipReader<Source>, _ visitor: inout Visitor
    ) throws(GossipError) -> UInt32 {
        let count = try reader.integer(UInt32.self)
        guard count <= BackgroundLimits.gossipUpdatesMax else { throw .tooMany }
        guard count > 0 else { return 0 }
        let defaults = GossipUpdate(
            shortChannelID: 0, direction: 0, isDisabled: false, isIncremental: false,
            cltvExpiryDelta: try reader.integer(), htlcMinimumMsat: try reader.integer(),
            feeBaseMsat: try reader.integer(), feeProportionalMillionths: try reader.integer(),
            htlcMaximumMsat: given(try reader.integer()))
        var shortChannelID: UInt64 = 0
        for _ in 0..<count {
            shortChannelID = try next(shortChannelID, by: try reader.bigSize())
            let flags = try reader.byte()
            let isIncremental = flags & 0x80 != 0
            var update = GossipUpdate(
                shortChannelID: shortChannelID, direction: flags & 1, isDisabled: flags & 2 != 0,
                isIncremental: isIncremental,
                cltvExpiryDelta: isIncremental ? nil : defaults.cltvExpiryDelta,
                htlcMinimumMsat: isIncremental ? nil : defaults.htlcMinimumMsat,
                feeBaseMsat: isIncremental ? nil : defaults.feeBaseMsat,
                feeProportionalMillionths: isIncremental
                    ? nil : defaults.feeProportionalMillionths,
                htlcMaximumMsat: isIncremental ? nil : defaults.htlcMaximumMsat)
            if flags & 0x40 != 0 { update.cltvExpiryDelta = try reader.integer() }
            if flags & 0x20 != 0 { update.htlcMinimumMsat = try reader.integer() }
            if flags & 0x10 != 0 { update.feeBaseMsat = try reader.integer() }
            if flags & 0x08 != 0 { update.feeProportionalMillionths = try reader.integer() }
            if flags & 0x04 != 0 { update.htlcMaximumMsat = given(try reader.integer()) }
            visitor.visit(update)
        }
        return count
    }

    /// All ones stand for an amount that is not given.
    private static func given(_ amount: UInt64) -> UInt64? { amount == .max ? nil : amount }

    private static func next(_ previous: UInt64, by delta: UInt64) throws(GossipError) -> UInt64 {
        let (sum, overflow) = previous.addingReportingOverflow(delta)
        guard !overflow else { throw .malformed }
        return sum
    }
}

/// What version 2 says of a node in the bits of its key's first byte, and behind its key.
private struct NodeDetail {
    var isReminder = false
    var hasAddresses = false
    /// 0 none, 1 to 6 one of the shared sets, 7 features of its own.
    var features: UInt8 = 0
    var hasMore = false

    init() {}

    init(first byte: UInt8) {
        hasMore = byte & 0x80 != 0
        isReminder = byte & 0x40 != 0
        features = byte >> 3 & 0b111
        hasAddresses = byte & 0b100 != 0
    }

    /// Passes over what stands behind the key; how many addresses there are.
    func skip<Source: GossipSource & ~Copyable>(
        _ reader: inout GossipReader<Source>, featureSets: UInt8
    ) throws(GossipError) -> UInt8 {
        var addresses: UInt8 = 0
        if hasAddresses {
            addresses = try reader.byte()
            for _ in 0..<addresses { try reader.skip(Int(try reader.byte())) }
        }
        if features == 7 {
            try reader.skipFeatures()
        } else if features > featureSets {
            throw .malformed
        }
        if hasMore { try reader.skipFeatures() }
        return addresses
    }
}
