public import ProcessCoordination
internal import Synchronization

/// For an extension that shares a group directory, and perhaps a peer, with its app: hears when the
/// app becomes active, and says when the extension is at work.
///
/// An active app takes every push over, unless this extension is connected to the peer already, for
/// then a payment may be under way in it.
public final class AppCoordination: Coordination {
    private let presence: Presence
    private let isConnected = Atomic(false)

    /// Makes nothing and opens nothing: `start` does, inside the first request.
    public init(groupDirectory: String, clock: any CoordinationClock = DeviceClock()) {
        presence = Presence(side: .extension, groupDirectory: groupDirectory, clock: clock)
        // Nothing is under way yet.
        presence.suspend()
    }

    /// Says and hears from now on, and has asked whether the app is active when it returns: after
    /// 80 ms at most, and at once when nobody or somebody awake is there. After an error it may be
    /// tried again; until then there seems to be no app.
    public func start() throws(PresenceError) {
        try presence.start()
        presence.probe()
    }

    /// From now on `body` is called when the app has become active and takes over, on a thread of
    /// this object's. It is kept until the end: let it hold the extension weakly.
    public func onTakeover(_ body: @escaping @Sendable () -> Void) {
        presence.onChange { [weak self] state in
            guard let self, state == .active, isAppActive else { return }
            body()
        }
    }

    /// The extension has connected to the peer, or has closed that connection: in between an active
    /// app does not take over, and is told why. Answers at once.
    public func peerChanged(isConnected: Bool) {
        self.isConnected.store(isConnected, ordering: .sequentiallyConsistent)
        presence.setConnected(isConnected)
    }

    /// Messages that were none of the app's.
    public var droppedCount: UInt64 { presence.droppedCount }

    /// Whether the app is active and this extension not connected to the peer. From two atomics.
    public var isAppActive: Bool {
        presence.current == .active && !isConnected.load(ordering: .sequentiallyConsistent)
    }

    /// Tells the app; waits for nobody and allocates nothing.
    public func extensionChanged(to state: ExtensionState) {
        switch state {
        case .working: presence.resume()
        case .idle: presence.suspend()
        }
    }
}
