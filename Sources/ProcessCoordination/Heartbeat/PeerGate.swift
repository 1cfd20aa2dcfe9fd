public import NotificationPipeline
public import SecureFiles

/// Why the gate did not let through.
public enum GateError: Error, Equatable, Sendable {
    /// The app is connected, or about to be: the push is the app's.
    case appConnected
    /// Somebody else was connected, or may have been, until the time was up.
    case deadline
    /// The system gives no thread for the heart.
    case noThread
    /// A file of the gate's cannot be used.
    case file(FileError)
}

/// What the gate of a process that waits says.
public enum GateState: Equatable, Sendable {
    /// Why a process is kept waiting.
    public enum Reason: Equatable, Sendable {
        /// The extension is connected, or may be.
        case receivingInBackground
        /// Another process of the app is connected.
        case otherApp
    }

    /// It has to wait, and should say so.
    case waiting(Reason)
    /// It may connect.
    case open

    /// What the app shows meanwhile; nil when there is nothing to show.
    public var text: CatalogText? {
        self == .waiting(.receivingInBackground) ? .receivingInBackground : nil
    }
}

/// The only door to the peer: never two processes of a device are through it at once.
///
/// Three things keep them apart. A lock of the kernel's, which a stopped process keeps and a dead
/// one loses at once, whatever any clock says. The heartbeat: the app stays out while it is fresh,
/// also when the lock is free. And whoever holds the lock says which side it is, so that the
/// extension leaves the push to an app that is connected and does not wait.
///
/// Holds two descriptors. May be used from several threads; a second entry of one process waits
/// like one of another process.
public final class PeerGate: Sendable {
    private let side: Side
    private let clock: any CoordinationClock
    private let process: ProcessIdentity
    private let place: CoordinationPlace
    private let heartbeat: HeartbeatReader

    /// Opens the directories, which are made when missing. Throws `file`.
    public convenience init(
        side: Side, groupDirectory: String, clock: any CoordinationClock = DeviceClock()
    ) throws(GateError) {
        try self.init(
            side: side, groupDirectory: groupDirectory, clock: clock,
            process: .current(bootID: clock.bootID))
    }

    /// The same on behalf of `process`.
    init(
        side: Side, groupDirectory: String, clock: any CoordinationClock, process: ProcessIdentity
    ) throws(GateError) {
        self.side = side
        self.clock = clock
        self.process = process
        do {
            place = try CoordinationPlace(groupDirectory: groupDirectory)
            heartbeat = try HeartbeatReader(place: place, clock: clock)
        } catch {
            throw .file(error)
        }
    }

    /// Goes through the gate as soon as it is open, at the latest `wait` from now.
    ///
    /// The app waits while the extension's beat is fresh or anybody holds the lock. The extension
    /// never waits for an app: `appConnected`. Throws `deadline`, `noThread` and `file`.
    ///
    /// - Parameter onChange: is told each change between waiting and open, on this thread; not called
    ///   at all by an extension, and by an app that need not wait only with `open`.
    public func enter(
        within wait: Duration, onChange: (GateState) -> Void = { _ in }
    ) throws(GateError) -> PeerPermit {
        var shown: GateState?
        func show(_ state: GateState) {
            guard side == .app, state != shown else { return }
            shown = state
            onChange(state)
        }
        let permit: PeerPermit
        switch side {
        case .app: permit = try enterAsApp(within: wait, show)
        case .extension: permit = try enterAsExtension(within: wait)
        }
        show(.open)
        return permit
    }

    private func enterAsApp(
        within wait: Duration, _ show: (GateState) -> Void
    ) throws(GateError) -> PeerPermit {
        var wait = BoundedWait(wait, pause: CoordinationLimits.gatePause, clock: clock)
        while true {
            if let lock = try take() {
                // The lock is kept from here on: an extension that begins meanwhile leaves it to
                // us.
                while try isBeating() {
                    show(.waiting(.receivingInBackground))
                    guard wait.rest() else { throw .deadline }
                }
                guard wait.late <= CoordinationLimits.gateLateMax else { throw .deadline }
                return PeerPermit(lock: lock, heart: nil)
            }
            let isApp = try holder() == .app
            show(.waiting(isApp ? .otherApp : .receivingInBackground))
            guard wait.rest() else { throw .deadline }
        }
    }

    private func enterAsExtension(within wait: Duration) throws(GateError) -> PeerPermit {
        var wait = BoundedWait(wait, pause: CoordinationLimits.gatePause, clock: clock)
        while true {
            if let lock = try take() {
                guard wait.late <= CoordinationLimits.gateLateMax else { throw .deadline }
                return PeerPermit(lock: lock, heart: try startedHeart())
            }
            guard try holder() != .app else { throw .appConnected }
            guard wait.rest() else { throw .deadline }
        }
    }

    private func take() throws(GateError) -> PeerLock? {
        do {
            return try PeerLock.take(for: side, in: place, process: process, clock: clock)
        } catch {
            throw .file(error)
        }
    }

    private func holder() throws(GateError) -> Side? {
        do {
            return try PeerLock.side(in: place, bootID: clock.bootID)
        } catch {
            throw .file(error)
        }
    }

    private func isBeating() throws(GateError) -> Bool {
        switch try heartbeat.read() {
        case .fresh, .unreadable: true
        case .stale, .ended, .none: false
        }
    }

    /// Only with the lock.
    private func startedHeart() throws(GateError) -> Heart {
        let heart: Heart
        do {
            heart = try Heart(place: place, process: process, clock: clock)
        } catch {
            throw .file(error)
        }
        guard heart.start() else {
            heart.end()
            throw .noThread
        }
        return heart
    }
}
