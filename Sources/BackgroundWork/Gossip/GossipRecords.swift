/// The hash of a chain's first block, in the order it has on the wire.
public struct ChainHash: Equatable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Bitcoin's main chain.
    public static let bitcoin = ChainHash(
        0x6fe2_8c0a_b6f1_b372, 0xc1a6_a246_ae63_f74f, 0x931e_8365_e15a_089c, 0x68d6_1900_0000_0000)

    /// Four times eight bytes, each read with the first byte highest.
    public init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// Whether both are of one chain.
    public static func == (left: ChainHash, right: ChainHash) -> Bool {
        left.words == right.words
    }
}

/// A node, in the order in which channels count them.
public struct GossipNode: Sendable {
    /// Its place in the snapshot, from 0.
    public let index: UInt32
    /// Its public key, compressed.
    public let id: InlineArray<33, UInt8>
    /// Whether the snapshot only says that the node is still there (version 2).
    public let isReminder: Bool
    /// How many addresses it has, which are passed over (version 2).
    public let addresses: UInt8
}

/// A channel that is announced.
public struct GossipChannel: Equatable, Sendable {
    /// Block, transaction and output, as in BOLT 7.
    public let shortChannelID: UInt64
    /// The places of both nodes in the snapshot.
    public let nodes: (first: UInt32, second: UInt32)
    /// In satoshi, where the snapshot says it (version 2).
    public let capacitySats: UInt64?

    /// Whether all of it is the same.
    public static func == (left: GossipChannel, right: GossipChannel) -> Bool {
        left.shortChannelID == right.shortChannelID && left.nodes == right.nodes
            && left.capacitySats == right.capacitySats
    }
}

/// What one side of a channel asks for.
public struct GossipUpdate: Equatable, Sendable {
    /// The channel.
    public let shortChannelID: UInt64
    /// 0 from the first node to the second, 1 back.
    public let direction: UInt8
    /// Whether nothing is to be sent through it now.
    public let isDisabled: Bool
    /// Whether fields that are nil stay as they were before. In a full update none is nil, but a
    /// highest amount that is not given.
    public let isIncremental: Bool
    /// Blocks between the two ends.
    public var cltvExpiryDelta: UInt16?
    /// The smallest HTLC, in millisatoshi.
    public var htlcMinimumMsat: UInt64?
    /// The fee of every HTLC, in millisatoshi.
    public var feeBaseMsat: UInt32?
    /// The fee besides, in millionths of the amount.
    public var feeProportionalMillionths: UInt32?
    /// The largest HTLC, in millisatoshi; nil when it is not given.
    public var htlcMaximumMsat: UInt64?
}

/// Takes what a snapshot says, in its order: nodes, then channels, then updates.
public protocol GossipVisitor: ~Copyable {
    /// A node; its index counts up from 0.
    mutating func visit(_ node: GossipNode)
    /// A channel between two nodes that were visited.
    mutating func visit(_ channel: GossipChannel)
    /// An update; of a channel that may be unknown, which is to be passed over.
    mutating func visit(_ update: GossipUpdate)
}

/// A snapshot that was read to its end.
public struct GossipSummary: Equatable, Sendable {
    /// 1 or 2.
    public let version: UInt8
    /// The newest time the snapshot knows of, Unix seconds: what the next one is asked for with.
    public let latestSeen: UInt32
    /// The time its channels and updates are given: a week before.
    public var backdated: UInt32 {
        latestSeen - min(latestSeen, BackgroundLimits.gossipBackdateSeconds)
    }
    /// How many nodes, channels and updates it has.
    public let nodes: UInt32, channels: UInt32, updates: UInt32
}
