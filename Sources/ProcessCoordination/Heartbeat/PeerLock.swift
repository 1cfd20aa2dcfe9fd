internal import SecureFiles

/// The gate's lock while this process has it, with a note in the lock's own file of who that is:
/// what the lock itself cannot tell.
///
/// Only whoever holds the lock writes the note, so it says nothing while nobody does.
struct PeerLock: ~Copyable, Sendable {
    private static let file: FileName = "peer.lock"
    private static let kind = UInt8(ascii: "P")
    /// The state that means nobody; others are sides.
    private static let nobody: UInt8 = 255

    private let lock: FileLock
    private let note: SharedFile
    private let place: CoordinationPlace
    private let process: ProcessIdentity
    private let clock: any CoordinationClock

    /// Takes the lock for `side`; nil while another thread or process has it.
    ///
    /// Throws `notFound` when the directory, or the file, is not the one of that name any more:
    /// others would then meet at another lock.
    static func take(
        for side: Side, in place: CoordinationPlace, process: ProcessIdentity,
        clock: any CoordinationClock
    ) throws(FileError) -> PeerLock? {
        guard let lock = try place.directory.lock(file, within: .zero) else { return nil }
        let note = try place.directory.openShared(file, size: SmallRecord.size)
        let taken = PeerLock(
            lock: lock, note: note, place: place, process: process, clock: clock)
        guard try taken.isNamed() else { throw .notFound }
        try taken.write(side.rawValue)
        return taken
    }

    /// The side of the holder that wrote last, unless it has left or is dead; nil too when there is
    /// no telling.
    static func side(
        in place: CoordinationPlace, bootID: BootID
    ) throws(FileError) -> Side? {
        let note = try place.directory.openShared(file, size: SmallRecord.size)
        guard case .record(let record) = try ProcessRecord.read(from: note, kind: kind),
            record.process.liveness(bootID: bootID) != .dead
        else { return nil }
        return Side(rawValue: record.state)
    }

    private init(
        lock: consuming FileLock, note: consuming SharedFile, place: CoordinationPlace,
        process: ProcessIdentity, clock: any CoordinationClock
    ) {
        self.lock = lock
        self.note = note
        self.place = place
        self.process = process
        self.clock = clock
    }

    deinit {
        // If this fails, the note names a living process that has left, until the next one writes.
        try? write(Self.nobody)
    }

    /// Whether the lock's name still leads to the file that is locked.
    borrowing func isNamed() throws(FileError) -> Bool {
        guard try place.isNamed() else { return false }
        let named = try place.directory.identity(of: Self.file)
        return try lock.identity().isSameEntry(as: named)
    }

    private borrowing func write(_ state: UInt8) throws(FileError) {
        try ProcessRecord(
            state: state, process: process, sequence: 0, writtenAt: clock.sinceBoot
        ).write(to: note, kind: Self.kind)
    }
}

/// The directory of coordination, and the path that should lead there.
final class CoordinationPlace: Sendable {
    private static let name: FileName = "coordination"

    let directory: SecureDirectory
    private let groupDirectory: String

    /// Opens it; made when missing.
    init(groupDirectory: String) throws(FileError) {
        directory = try SecureDirectory(path: groupDirectory, creating: true)
            .openSubdirectory(Self.name, creating: true)
        self.groupDirectory = groupDirectory
    }

    /// Whether the path still leads there. Throws `notFound` when it leads nowhere.
    func isNamed() throws(FileError) -> Bool {
        let named = try SecureDirectory(path: groupDirectory, creating: false)
            .openSubdirectory(Self.name, creating: false)
        return try named.identity().isSameEntry(as: directory.identity())
    }
}
