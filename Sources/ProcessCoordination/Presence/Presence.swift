internal import SecureFiles
internal import Threading

/// One side's presence on a device: says that this process is active, suspended or leaving, and
/// knows the same of the other side within `CoordinationLimits.presenceKnown`.
///
/// By messages over a channel whose name lies in the group directory, and by the kernel's word: an
/// ended process is gone at once, a stopped one suspended, whatever it said last. The last word
/// counts, and states between may be left out. Any number of processes of a side up to
/// `CoordinationLimits.presencePlacesMax`; the other side is what the most awake of them is.
///
/// Making one does nothing. Going on and being told allocate nothing.
public final class Presence: Sendable {
    /// Which side this process is.
    public let side: Side
    private let groupDirectory: String
    private let core: PresenceCore

    /// Keeps its arguments.
    public init(side: Side, groupDirectory: String, clock: any CoordinationClock = DeviceClock()) {
        self.side = side
        self.groupDirectory = groupDirectory
        core = PresenceCore(side: side, clock: clock)
    }

    deinit {
        stop()
    }

    /// Takes a place on the channel, begins to listen on a thread of its own, and says what this
    /// side is. Once; after an error it may be tried again. Waits for nobody: `probe` does.
    public func start() throws(PresenceError) {
        let directory = try Self.directory(in: groupDirectory)
        let id = try PresenceChannelID.find(in: directory)
        #if canImport(Darwin)
        try core.start(try NotifyChannel(id, side: side, in: directory))
        #else
        try core.start(try DatagramChannel(id, side: side))
        #endif
    }

    private static func directory(in group: String) throws(PresenceError) -> SecureDirectory {
        do throws(FileError) {
            return try SecureDirectory(path: group, creating: true)
                .openSubdirectory("coordination", creating: true)
        } catch {
            throw .file(error)
        }
    }

    /// What is known of the other side at this moment. Answers at once, from an atomic.
    public var current: PeerPresence { core.current }

    /// Whether the other side is active and says that it is connected to the peer.
    public var isOtherConnected: Bool { core.state.withLock { book in book.table.isAnyConnected } }

    /// Messages that were dropped: broken ones, another version's, another user's, those with the
    /// words of this side, and those from no place of the other one.
    public var droppedCount: UInt64 { core.state.withLock { book in book.droppedCount } }

    /// From now on `body` is told when the other side has changed, on the listening thread and one
    /// after another; it replaces what was told before. It may do what it likes but stay.
    public func onChange(_ body: @escaping @Sendable (PeerPresence) -> Void) {
        core.state.withLock { book in book.onChange = body }
    }

    /// Asks the other side and waits for its answer, at most 80 ms; nobody there, a stopped process
    /// and an answer end the wait at once. While this side is suspended it only looks at what is
    /// known. Answers `current`.
    @discardableResult
    public func probe(
        within wait: Duration = CoordinationLimits.presenceAnswerWait
    ) -> PeerPresence {
        core.probe(within: wait)
    }

    /// This side does nothing any more until `resume`; the other one is told. Counted. Waits for
    /// nobody.
    public func suspend() { core.suspend() }

    /// Takes one `suspend` back; the last one says that this side is active, and asks. Waits for
    /// nobody. Traps without a `suspend` before.
    public func resume() { core.resume() }

    /// Whether this side is connected to the peer, which the other one is told. Waits for nobody.
    public func setConnected(_ isConnected: Bool) { core.setConnected(isConnected) }

    /// Says that this side leaves, and ends the listening thread; after this nobody is told
    /// anything, and there is no other start. Waits for the thread, unless it is called on it.
    public func stop() { core.stop() }
}
