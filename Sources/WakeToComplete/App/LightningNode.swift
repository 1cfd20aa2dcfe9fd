/// The wallet's node, as much of it as waking up needs.
///
/// Each function returns when what it says is done. A task that is cancelled should return soon.
/// `stop` may be called at any time, also while connecting or synchronising is under way, which then
/// ends; where nothing runs it does nothing.
public protocol LightningNode: Sendable {
    /// Reads the node's state from the disk.
    func setUp() async throws(NodeError)
    /// Starts it. What happens from then on is told to `onEvent`, on any thread, until it is stopped.
    func start(onEvent: @escaping @Sendable (NodeEvent) -> Void) async throws(NodeError)
    /// Connects to the peers that may forward payments to us.
    func connectToTrustedPeers() async throws(NodeError)
    /// Synchronises with the chain and the peers, so that what is pending goes on.
    func sync() async throws(NodeError)
    /// Stops it.
    func stop() async throws(NodeError)
}

/// A step could not be done. Why is the node's own business, and in its own log.
public struct NodeError: Error, Equatable, Sendable {
    /// There is nothing to say.
    public init() {}
}

/// What a node tells.
public enum NodeEvent: Equatable, Sendable {
    /// A payment was received: its preimage is out, and it is ours.
    case received(ReceivedPayment)
}

/// The lease without which no process runs the node.
public protocol LeaseTaking: Sendable {
    /// Takes it, or waits that long for whoever has it; false when it is still held then, also by
    /// another part of this process.
    func take(waiting wait: Duration) async -> Bool
    /// Makes it last; false when it is not held any more.
    func renew() async -> Bool
    /// Gives it back; does nothing where it is not held.
    func release() async
}

/// Time, as the driver needs it.
public protocol WakeClock: Sendable {
    /// Time since some beginning that only goes forward, the time the device slept included.
    var now: Duration { get }
    /// Unix seconds.
    var unixSeconds: UInt64 { get }
    /// Returns at that time, or when the task is cancelled.
    func sleep(until time: Duration) async
}
