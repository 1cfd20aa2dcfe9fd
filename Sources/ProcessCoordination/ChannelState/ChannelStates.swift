public import SecretMemory
internal import SecureFiles

/// The newest state of each channel, shared by app and extension: `coordination/channels` in the group
/// directory, a file a channel, sealed, replaced as a whole.
///
/// A version never has two contents here: a state is written down as pending before anything of it leaves,
/// and from then on it is the only one of its version. May be used from several threads.
public final class ChannelStates: Sendable {
    /// The moments of signing at which a process may die; `onStep` is told when each has passed.
    package enum Step: Int, CaseIterable, Sendable {
        case began, writtenAsPending, storedByPeer, signatureLeft, writtenAsReleased
    }

    private let directory: SecureDirectory
    let sealer: BackupSealer
    let onStep: (@Sendable (Step) -> Void)?

    /// Opens the directory, made with mode 0700 where it is missing.
    ///
    /// - Parameter secret: the wallet's, of `CoordinationLimits.channelSecretBytes` bytes; the key is
    ///   derived from it.
    public convenience init(
        groupDirectory: String, secret: borrowing SecretBytes
    ) throws(ChannelStateError) {
        try self.init(groupDirectory: groupDirectory, secret: secret, onStep: nil)
    }

    /// The same for a test that wants to stop at each step.
    package init(
        groupDirectory: String, secret: borrowing SecretBytes,
        onStep: (@Sendable (Step) -> Void)?
    ) throws(ChannelStateError) {
        sealer = try BackupSealer(secret: secret)
        do throws(FileError) {
            let group = try SecureDirectory(path: groupDirectory, creating: true)
            let coordination = try group.openSubdirectory("coordination", creating: true)
            directory = try coordination.openSubdirectory("channels", creating: true)
        } catch { throw .file(error) }
        self.onStep = onStep
    }

    /// Stores the first state of a channel that was used before this store was: as one that is signed.
    /// Throws `notNext` when the store knows the channel.
    public func adopt(_ state: borrowing ChannelState) throws(ChannelStateError) {
        try withStored(state.channel) { (stored) throws(ChannelStateError) in
            guard stored == nil else { throw .notNext }
            try write(state, .released, isNew: true)
        }
    }

    /// Compares the own state with the peer's backup and goes on with the newer one, which is then the
    /// own one too. Asked after each connection, before anything is signed.
    ///
    /// Throws `conflict` when both have one version and different contents, now and ever after;
    /// `authenticationFailed` or `formatUnknown` for an own state or a backup that cannot be read, since
    /// what it says might be newer.
    public func reestablish(
        _ channel: LightningChannelID, with peer: some PeerStorage
    ) throws(ChannelStateError) -> ChannelSession {
        let backup = try retrieve(channel, from: peer)
        return try compare(backup, channel)
    }

    private func compare(
        _ backup: borrowing ChannelState?, _ channel: LightningChannelID
    ) throws(ChannelStateError) -> ChannelSession {
        let lock = try takeLock()
        return try withExtendedLifetime(lock) { () throws(ChannelStateError) in
            let stored = try read(channel)
            let newer = Self.newer(own: stored, peer: backup)
            switch newer {
            case .neither:
                return ChannelSession(channel: channel, in: self)
            case .own, .same:
                guard let stored else { preconditionFailure("the newer one is there") }
                return ChannelSession(stored, in: self, isPeerBehind: newer == .own)
            case .peer:
                let isNew = stored == nil
                return try goOn(with: backup, isNew: isNew)
            case .conflict:
                if let stored, stored.stage != .conflicting {
                    try write(stored.state, .conflicting, isNew: false)
                }
                throw .conflict
            }
        }
    }

    /// Makes the peer's backup the own state.
    private func goOn(
        with backup: borrowing ChannelState?, isNew: Bool
    ) throws(ChannelStateError) -> ChannelSession {
        switch backup {
        case .none:
            preconditionFailure("the newer one is there")
        case .some(let backup):
            try write(backup, .released, isNew: isNew)
            let opened = BackupSealer.Opened(state: backup.copy(), stage: .released)
            return ChannelSession(opened, in: self, isPeerBehind: false)
        }
    }

    /// Which of two states a channel goes on with.
    enum Newer { case neither, own, peer, same, conflict }

    /// The newer of the own state and the peer's. An older one at the peer proves nothing: it may have
    /// lost one, or be lying.
    static func newer(
        own: borrowing BackupSealer.Opened?, peer: borrowing ChannelState?
    ) -> Newer {
        switch own {
        case .none:
            return peer == nil ? .neither : .peer
        case .some(let own):
            if own.stage == .conflicting { return .conflict }
            switch peer {
            case .none: return .own
            case .some(let peer):
                if peer.version == own.state.version {
                    return own.state.isSame(as: peer) ? .same : .conflict
                }
                return peer.version > own.state.version ? .peer : .own
            }
        }
    }

    private func retrieve(
        _ channel: LightningChannelID, from peer: some PeerStorage
    ) throws(ChannelStateError) -> ChannelState? {
        var sealed = [UInt8](repeating: 0, count: CoordinationLimits.channelBackupBytesMax)
        let count: Int?
        do throws(PeerStorageError) {
            var target = sealed.mutableSpan
            count = try peer.retrieve(into: &target)
        } catch { throw .peer(error) }
        guard let count else { return nil }
        guard count >= 0, count <= sealed.count else { throw .peer(.tooLarge) }
        return try sealer.open(sealed.span.extracting(0..<count), channel: channel)
    }

    /// Lends what is stored of `channel` while nobody else changes it.
    func withStored<Answer: ~Copyable>(
        _ channel: LightningChannelID,
        _ body: (borrowing BackupSealer.Opened?) throws(ChannelStateError) -> Answer
    ) throws(ChannelStateError) -> Answer {
        let lock = try takeLock()
        return try withExtendedLifetime(lock) { () throws(ChannelStateError) in
            try body(try read(channel))
        }
    }

    private func takeLock() throws(ChannelStateError) -> FileLock {
        let lock: FileLock?
        do throws(FileError) {
            lock = try directory.lock(".lock", within: CoordinationLimits.channelWait)
        } catch { throw .file(error) }
        guard let lock else { throw .busy }
        return lock
    }

    private func read(_ channel: LightningChannelID) throws(ChannelStateError) -> BackupSealer.Opened? {
        let file: FileContents
        do throws(FileError) {
            file = try directory.readSecret(
                channel.fileName, bytesMax: CoordinationLimits.channelBackupBytesMax)
        } catch {
            switch error {
            case .notFound: return nil
            case .tooLarge: throw .formatUnknown
            default: throw .file(error)
            }
        }
        switch file.bytes {
        case .none:
            throw .formatUnknown
        case .some(let bytes):
            return try bytes.withBytes { (bytes) throws(ChannelStateError) in
                try sealer.open(bytes, channel: channel, kind: .own)
            }
        }
    }

    /// Replaces what is stored; on the disk when it returns. Only inside `withStored`.
    func write(
        _ state: borrowing ChannelState, _ stage: BackupSealer.Stage, isNew: Bool
    ) throws(ChannelStateError) {
        let sealed = try sealer.seal(state, kind: .own, stage: stage)
        do throws(FileError) {
            if isNew {
                var channels = 0
                // Temporary files and the lock are in there too.
                let isSeen = try directory.forEachName(max: 2 * CoordinationLimits.channelsMax) {
                    name in
                    if name.count == 2 * LightningChannelID.byteCount { channels += 1 }
                    return true
                }
                guard isSeen, channels < CoordinationLimits.channelsMax else { throw .tooLarge }
            }
            try directory.replace(state.channel.fileName, with: sealed.span)
        } catch { throw error == .tooLarge ? .full : .file(error) }
    }
}
