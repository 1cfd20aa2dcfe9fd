/// Why a gossip snapshot was refused.
public enum GossipError: Error, Equatable, Sendable {
    /// It does not begin with `LDK` and version 1 or 2.
    case unknownVersion
    /// It ends before its end.
    case truncated
    /// It is of another chain than was asked for.
    case wrongChain
    /// It is more than two weeks old.
    case stale
    /// It says it has more nodes, channels or updates than there can be.
    case tooMany
    /// A number or a length in it cannot be: an index of no node, a channel id that overflows, an
    /// integer that is not spelled in the shortest way, features that are too long.
    case malformed
    /// Its source could not be read.
    case unreadable
}
