internal import SecureFiles
internal import Threading

/// The parts of payments that are not complete yet, shared by the app and its extension: whichever of
/// them receives a part, both see it, and it outlives both of them.
///
/// A payment is settled or fails as a whole, and only once: `claim` gives a complete one to exactly one
/// process, and to another one when that has died. Parts lie in a file that is mapped into the memory
/// of both processes (`coordination/parts` in the group directory), at most
/// `CoordinationLimits.partsMax`; they count for one boot, so nothing waits for the disk.
///
/// Every call has the file to itself for a moment, waits no longer than a second for another one, and
/// throws `busy` then. May be used from several threads. Allocates when the file is opened only.
public final class PendingParts: Sendable {
    private let directory: SecureDirectory
    private let clock: any CoordinationClock
    private let identity: ProcessIdentity
    private let liveness: (@Sendable (ProcessIdentity) -> ProcessIdentity.Liveness)?
    private let onStore: (@Sendable () -> Void)?
    /// Changed by whoever holds the file's lock.
    private let mapping = Mutex<SharedMapping?>(nil)

    /// Opens the directory; the file is opened by the first call.
    ///
    /// - Parameter groupDirectory: made with mode 0700 when it is missing.
    public convenience init(
        groupDirectory: String, clock: any CoordinationClock
    ) throws(PartsError) {
        try self.init(groupDirectory: groupDirectory, clock: clock, onStore: nil)
    }

    /// The same for a test: as another process, and called after each store into the file.
    package init(
        groupDirectory: String, clock: any CoordinationClock, identity: ProcessIdentity? = nil,
        liveness: (@Sendable (ProcessIdentity) -> ProcessIdentity.Liveness)? = nil,
        onStore: (@Sendable () -> Void)?
    ) throws(PartsError) {
        do throws(FileError) {
            let group = try SecureDirectory(path: groupDirectory, creating: true)
            directory = try group.openSubdirectory("coordination", creating: true)
        } catch { throw .file(error) }
        self.clock = clock
        self.identity = identity ?? .current(bootID: clock.bootID)
        self.liveness = liveness
        self.onStore = onStore
    }

    /// Takes a part. When this returns `waiting`, `complete` or `duplicate` the part is held, whatever
    /// becomes of this process.
    public func append(_ part: PendingPart) throws(PartsError) -> PartAnswer {
        try withTable { table in table.append(part) }
    }

    /// Asks to settle a complete payment. Of several processes and threads that ask, one gets it; when
    /// its process dies before it settled or failed the payment, the next that asks.
    public func claim(_ hash: PaymentHash) throws(PartsError) -> ClaimAnswer {
        try withTable { table in table.claim(hash) }
    }

    /// Settles all parts of a payment that this process claimed. Parts that come again are answered
    /// `settled` for `CoordinationLimits.partsRemembered`.
    public func settle(_ hash: PaymentHash) throws(PartsError) -> PartsVerdict {
        try withTable { table in table.end(hash, as: .settled) }
    }

    /// Fails all parts of a payment that nobody else has claimed. The same parts are answered `failed`
    /// for `CoordinationLimits.partsRemembered`; others may begin the payment anew.
    public func fail(_ hash: PaymentHash) throws(PartsError) -> PartsVerdict {
        try withTable { table in table.end(hash, as: .failed) }
    }

    /// Lends the parts of one hash, in no order: those that are held, and those that are remembered.
    /// Nothing is locked while `body` runs; what comes or goes meanwhile may be seen or not.
    public func parts(
        of hash: PaymentHash, _ body: (PendingPart, PartState) -> Void
    ) throws(PartsError) {
        var next = 0
        while next < PartsMemory.slotCount {
            let start = next
            let portion = try withTable { table in table.portion(of: hash, from: start) }
            for index in 0..<portion.count {
                if let (part, state) = portion.parts[index] { body(part, state) }
            }
            next = portion.next
        }
    }

    /// Fails the payments whose first part is `CoordinationLimits.partsTime` old, or of another boot, or
    /// of the future, and tells of each; tells also of those whose claimer has died, each time.
    /// Nothing is locked while `body` runs.
    public func expire(_ body: (PaymentHash, PartsEvent) -> Void) throws(PartsError) {
        try withTable { table in table.sweep() }
        var next = 0
        while next < PartsMemory.slotCount {
            let start = next
            let found = try withTable { table in table.expireNext(from: start) }
            guard let found else { return }
            body(found.hash, found.event)
            next = found.next
        }
    }

    /// Locks the file, maps it where it is not mapped yet, and lends the table.
    private func withTable<Answer>(_ body: (PartsTable) -> Answer) throws(PartsError) -> Answer {
        let lock = try takeLock()
        return try withExtendedLifetime(lock) { () throws(PartsError) in
            let now = PartsMoment(clock)
            let memory = PartsMemory(mapping: try currentMapping(now), onStore: onStore)
            return body(
                PartsTable(memory: memory, now: now, identity: identity, liveness: liveness))
        }
    }

    private func takeLock() throws(PartsError) -> FileLock {
        let lock: FileLock?
        do throws(FileError) {
            lock = try directory.lock("parts.lock", within: CoordinationLimits.partsWait)
        } catch { throw .file(error) }
        guard let lock else { throw .busy }
        return lock
    }

    /// The mapping, if it is still that of the file; otherwise that of the file there is now.
    private func currentMapping(_ now: PartsMoment) throws(PartsError) -> SharedMapping {
        if let known = mapping.withLock({ mapping in mapping }) {
            do throws(FileError) {
                if try known.isWhole() { return known }
            } catch { throw .file(error) }
        }
        let opened = try PartsFile.open(in: directory, now: now)
        mapping.withLock { mapping in mapping = opened }
        return opened
    }
}
