/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
public enum BackgroundLimits {
    // The gossip snapshot.

    /// Nodes one snapshot may name, as LDK has it.
    public static let gossipNodesMax: UInt32 = 200_000
    /// Channels one snapshot may announce: more than LDK's graph takes.
    public static let gossipChannelsMax: UInt32 = 630_000
    /// Updates one snapshot may have, as LDK has it.
    public static let gossipUpdatesMax: UInt32 = 630_000
    /// How old a snapshot may be, in seconds: two weeks, the last second included.
    public static let gossipAgeSecondsMax: UInt64 = 14 * 24 * 3600
    /// By how much times taken from a snapshot are set back, in seconds: a week, as LDK has it.
    public static let gossipBackdateSeconds: UInt32 = 7 * 24 * 3600
    /// What is read ahead of a snapshot.
    static let gossipBufferBytes = 64 * 1024
    /// Features of a node or a channel.
    public static let gossipFeatureBytesMax = 1024
    /// Sets of features that nodes of a snapshot share.
    static let gossipFeatureSetsMax = 6
}
