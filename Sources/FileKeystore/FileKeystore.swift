public import NotificationPipeline
public import SecretMemory
internal import SecureFiles
internal import Threading

/// The keystore that is always there: one encrypted file in a directory of ours.
///
/// `DIR/keys` holds every slot under XChaCha20-Poly1305; its key is `DIR/device.key`, or comes
/// from a passphrase by Argon2id. Layout and promises: docs/keystore.md. Opened keys are in
/// `SecretBytes` only. Safe to use from several threads and several processes; a change that
/// another process makes is seen by the next `lend`.
///
/// Errors: `missing` when there is no directory, no file or no key in the slot; `locked` when the
/// device key is gone, or the passphrase is wrong or was not given; `unavailable` when the
/// directory or a file in it is a link, another user's or cannot be used; `corrupt` when the file
/// was damaged or the device key is another's.
public final class FileKeystore: EditableKeystore {
    private static let keysName: FileName = "keys"
    private static let lockName: FileName = "lock"

    private let path: String
    private let unlocker: KeyUnlocker
    private let state = Mutex(State())

    /// What was read last.
    private struct State {
        var directory: OpenDirectory?
        var snapshot: KeySnapshot?
        /// The slots that were asked for since: at most as many as the snapshot has.
        var lent: [(slot: KeySlot, key: SharedKey)] = []
    }

    /// An open directory that two edits may hold at the same time.
    private final class OpenDirectory: Sendable {
        let directory: SecureDirectory

        init(path: String, creating: Bool) throws(KeyError) {
            do throws(FileError) {
                directory = try SecureDirectory(path: path, creating: creating)
            } catch {
                throw KeyError(error)
            }
        }
    }

    /// A keystore in the directory at `path`, which is not looked at before the first call.
    ///
    /// With a `passphrase` every file this object writes is protected by it, also one that was
    /// under the device key before; one that is under the device key is still read.
    public init(directory path: String, passphrase: consuming SecretBytes? = nil) {
        self.path = path
        unlocker = KeyUnlocker(passphrase: passphrase)
    }

    /// Lends the generations of `slot`. One `fstatat` and no allocation, unless the file changed
    /// or the slot was not lent before. `body` runs outside every lock.
    public func lend(
        _ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool
    ) throws(KeyError) {
        let key = try state.withLock { (state) throws(KeyError) in
            try refresh(&state)
            if let known = state.lent.first(where: { lent in lent.slot == slot }) {
                return known.key
            }
            guard let key = try state.snapshot?.generations(of: slot) else { throw .missing }
            state.lent.append((slot, key))
            return key
        }
        _ = key.lend(to: body)
    }

    /// Every slot in the order of the names; throws `missing` when there is no keystore yet.
    public func list() throws(KeyError) -> [KeyEntry] {
        let snapshot = try state.withLock { (state) throws(KeyError) in
            try refresh(&state)
            return state.snapshot
        }
        guard let places = snapshot?.places else { throw .missing }
        return places.indices.compactMap { index in
            guard index == 0 || places[index - 1].slot != places[index].slot else { return nil }
            let keepsPrevious =
                index + 1 < places.count && places[index + 1].slot == places[index].slot
            return KeyEntry(
                slot: places[index].slot, generation: places[index].generation,
                keepsPrevious: keepsPrevious)
        }
    }

    /// Stores a key, on disk when it returns; see `EditableKeystore`. Waits at most
    /// `KeystoreLimits.editWait` for another process. Throws `corrupt` when `material` is not
    /// well-formed, `unavailable` when the keystore is full.
    public func store(
        _ material: consuming SecretBytes, in slot: KeySlot, rotating: Bool
    ) throws(KeyError) -> UInt32 {
        let record = try KeyRecord(generation: 1, material: material)
        return try edit(creating: true) { (directory, current) throws(KeyError) in
            let places = current?.places ?? []
            let newest = places.first { place in place.slot == slot }?.generation
            guard newest == nil || rotating else { throw .occupied }
            guard newest != .max else { throw .unavailable }
            let generation = (newest ?? 0) + 1
            let kept = places.filter { place in
                place.slot != slot || place.generation == newest
            }
            try record.material.withBytes { (bytes) throws(KeyError) in
                let new = KeyPlace(slot: slot, generation: generation, material: 0..<bytes.count)
                try write(kept, of: current, new: new, material: bytes, in: directory)
            }
            return generation
        }
    }

    /// Removes every generation of `slot`; see `EditableKeystore`.
    public func delete(_ slot: KeySlot) throws(KeyError) {
        try edit(creating: false) { (directory, current) throws(KeyError) in
            guard let current, current.places.contains(where: { place in place.slot == slot })
            else { throw .missing }
            let kept = current.places.filter { place in place.slot != slot }
            try write(kept, of: current, new: nil, material: Span(), in: directory)
        }
    }
}

extension FileKeystore {
    /// Brings the state to what is on disk now.
    private func refresh(_ state: inout State) throws(KeyError) {
        if let open = state.directory, let snapshot = state.snapshot,
            let identity = try? open.directory.identity(of: Self.keysName),
            identity == snapshot.identity
        {
            return
        }
        // Opened anew: the directory may be another one than before.
        state = State()
        let open = try OpenDirectory(path: path, creating: false)
        state.snapshot = try read(open.directory)
        state.directory = open
    }

    /// Reads and opens the file.
    private func read(_ directory: borrowing SecureDirectory) throws(KeyError) -> KeySnapshot {
        let contents: FileContents
        do throws(FileError) {
            contents = try directory.readSecret(
                Self.keysName, bytesMax: KeystoreLimits.fileBytesMax)
        } catch {
            throw KeyError(error)
        }
        let identity = contents.identity
        guard let file = contents.bytes, let header = file.withBytes(KeyFileHeader.init) else {
            throw .corrupt
        }
        let key = try unlocker.key(for: header, in: directory)
        let list = file.withBytes { bytes in
            KeyFile.open(bytes, header: header, key: key.bytes)
        }
        // A wrong passphrase and a changed byte look the same; the passphrase is likelier.
        guard let list else { throw header.protection == .device ? .corrupt : .locked }
        return try KeySnapshot(identity: identity, header: header, list: list)
    }
}

extension FileKeystore {
    /// Runs `change` on the present state while no other process edits.
    private func edit<Result>(
        creating: Bool,
        _ change: (borrowing SecureDirectory, KeySnapshot?) throws(KeyError) -> Result
    ) throws(KeyError) -> Result {
        let open = try OpenDirectory(path: path, creating: creating)
        let lock: FileLock?
        do throws(FileError) {
            lock = try open.directory.lock(Self.lockName, within: KeystoreLimits.editWait)
        } catch {
            throw KeyError(error)
        }
        guard let lock else { throw .unavailable }
        defer { _ = lock }
        // What killed editors left behind; that it stays is no reason not to edit.
        _ = try? open.directory.removeTemporaries()
        var current: KeySnapshot?
        do throws(KeyError) {
            current = try read(open.directory)
        } catch {
            guard error == .missing else { throw error }
        }
        return try change(open.directory, current)
    }

    /// Replaces the file: whole or not at all.
    private func write(
        _ kept: [KeyPlace], of current: KeySnapshot?, new: KeyPlace?, material: Span<UInt8>,
        in directory: borrowing SecureDirectory
    ) throws(KeyError) {
        var header = unlocker.header(after: current?.header)
        header.renewNonce()
        if header.protection == .device { try unlocker.prepareDeviceKey(in: directory) }
        let key = try unlocker.key(for: header, in: directory)
        let list =
            if let current {
                try current.list.withBytes { (old) throws(KeyError) in
                    try KeyList.write(kept: kept, of: old, new: new, material: material)
                }
            } else {
                try KeyList.write(kept: kept, of: Span(), new: new, material: material)
            }
        let file = KeyFile.seal(list, header: header, key: key.bytes)
        do throws(FileError) {
            try file.withBytes { (bytes) throws(FileError) in
                try directory.replace(Self.keysName, with: bytes)
            }
        } catch {
            throw KeyError(error)
        }
    }
}
