import WakeToComplete

/// The wallet's own Lightning node goes here: each function returns when what it says is done.
struct WalletNode: LightningNode {
    func setUp() async throws(NodeError) {}
    func start(onEvent: @escaping @Sendable (NodeEvent) -> Void) async throws(NodeError) {}
    func connectToTrustedPeers() async throws(NodeError) {}
    func sync() async throws(NodeError) {}
    func stop() async throws(NodeError) {}
}
