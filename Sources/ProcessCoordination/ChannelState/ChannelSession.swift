internal import SecretMemory

/// The right to sign for a channel, from its re-establishment on until the connection ends. It knows the
/// newest state, and notices when another process went on.
public struct ChannelSession: ~Copyable {
    /// Whose states are signed.
    public let channel: LightningChannelID
    /// Whether the peer had an older backup, or none: `storeAgain` mends that.
    public private(set) var isPeerBehind: Bool

    private let states: ChannelStates
    private var newest: BackupSealer.Opened?

    /// A channel of which nothing is known.
    init(channel: LightningChannelID, in states: ChannelStates) {
        self.channel = channel
        self.states = states
        newest = nil
        isPeerBehind = false
    }

    init(_ newest: borrowing BackupSealer.Opened, in states: ChannelStates, isPeerBehind: Bool) {
        channel = newest.state.channel
        self.states = states
        self.newest = BackupSealer.Opened(state: newest.state.copy(), stage: newest.stage)
        self.isPeerBehind = isPeerBehind
    }

    /// The version of the newest state; 0 before the first.
    public var version: UInt64 {
        switch newest {
        case .none: 0
        case .some(let newest): newest.state.version
        }
    }

    /// Whether signing the newest state was begun and not seen to end: `finish` does it again.
    public var isUnfinished: Bool {
        switch newest {
        case .none: false
        case .some(let newest): newest.stage == .pending
        }
    }

    /// Lends the newest state; nil before the first.
    public borrowing func withState<Answer: ~Copyable, Failure: Error>(
        _ body: (borrowing ChannelState) throws(Failure) -> Answer
    ) throws(Failure) -> Answer? {
        switch newest {
        case .none: return nil
        case .some(let newest): return try body(newest.state)
        }
    }

    /// Goes on to the next state: writes it down as pending, has the peer store its backup, lets the
    /// signature leave, writes it down as released.
    ///
    /// When it throws after the first step the state stays the only one of its version, and
    /// `isUnfinished` says so.
    /// - Parameters:
    ///   - next: of the version behind the newest; otherwise `notNext`, and nothing has happened.
    ///   - mayAct: whether this process may act towards the peer, asked before anything is written and
    ///     again right before each step towards the peer; `notPermitted` when not.
    ///   - release: signs the state and sends the signature.
    public mutating func sign(
        _ next: consuming ChannelState, at peer: some PeerStorage, mayAct: () -> Bool,
        release: (borrowing ChannelState) -> Void
    ) throws(ChannelStateError) {
        guard mayAct() else { throw .notPermitted }
        guard !isUnfinished else { throw .unfinished }
        guard next.channel == channel, version < .max, next.version == version + 1 else {
            throw .notNext
        }
        guard next.content.count <= BackupSealer.contentBytesMax else { throw .lengthInvalid }
        states.onStep?(.began)
        try replace(with: next, .pending)
        newest = BackupSealer.Opened(state: next, stage: .pending)
        states.onStep?(.writtenAsPending)
        try finish(at: peer, mayAct: mayAct, release: release)
    }

    /// Does the rest of signing an unfinished state, with the same content; nothing when there is none.
    /// The peer may get the same signature once more, which it ignores.
    public mutating func finish(
        at peer: some PeerStorage, mayAct: () -> Bool, release: (borrowing ChannelState) -> Void
    ) throws(ChannelStateError) {
        switch newest {
        case .none:
            return
        case .some(let newest):
            guard newest.stage == .pending else { return }
            // First the backup: should this device be lost right after the signature has left, whoever
            // goes on from the backup must not sign something else under this version.
            try store(newest.state, at: peer, mayAct: mayAct)
            states.onStep?(.storedByPeer)
            try check()
            guard mayAct() else { throw .notPermitted }
            release(newest.state)
            states.onStep?(.signatureLeft)
            try replace(with: newest.state, .released)
        }
        newest?.stage = .released
        isPeerBehind = false
        states.onStep?(.writtenAsReleased)
    }

    /// Gives the peer the newest state's backup once more, where it had an older one.
    public mutating func storeAgain(
        at peer: some PeerStorage, mayAct: () -> Bool
    ) throws(ChannelStateError) {
        switch newest {
        case .none: return
        case .some(let newest): try store(newest.state, at: peer, mayAct: mayAct)
        }
        isPeerBehind = false
    }

    private borrowing func store(
        _ state: borrowing ChannelState, at peer: some PeerStorage, mayAct: () -> Bool
    ) throws(ChannelStateError) {
        let sealed = try states.sealer.seal(state)
        try check()
        guard mayAct() else { throw .notPermitted }
        do throws(PeerStorageError) { try peer.store(sealed.span) } catch { throw .peer(error) }
    }

    /// Throws `outdated` unless what is stored is what this session knows.
    private borrowing func check() throws(ChannelStateError) {
        try states.withStored(channel) { (stored) throws(ChannelStateError) in
            try compare(stored)
        }
    }

    /// Replaces what this session knows, and nothing else.
    private borrowing func replace(
        with state: borrowing ChannelState, _ stage: BackupSealer.Stage
    ) throws(ChannelStateError) {
        try states.withStored(channel) { (stored) throws(ChannelStateError) in
            try compare(stored)
            try states.write(state, stage, isNew: stored == nil)
        }
    }

    private borrowing func compare(
        _ stored: borrowing BackupSealer.Opened?
    ) throws(ChannelStateError) {
        switch stored {
        case .none:
            guard newest == nil else { throw .outdated }
        case .some(let stored):
            if stored.stage == .conflicting { throw .conflict }
            switch newest {
            case .none: throw .outdated
            case .some(let newest):
                guard stored.stage == newest.stage, stored.state.isSame(as: newest.state) else {
                    throw .outdated
                }
            }
        }
    }
}
