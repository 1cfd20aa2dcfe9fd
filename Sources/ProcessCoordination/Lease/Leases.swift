internal import SecureFiles
internal import Threading

/// Leases of what only one process may use at a time: like a lock, but one that ends by itself when
/// its owner does not renew it, and at once when its owner is dead.
///
/// The lock files are those of Bitkit's StateLocker, which both reads and respects these and is
/// respected, so that an app can move over one process at a time. The owner is the process: objects
/// and threads of one process share a lease, and it is released when all have given it back.
///
/// A lease is as good as its last look: a process that was stopped for minutes has lost it without
/// noticing. Ask `isHeld` before each step that matters; connecting to the peer goes through
/// `PeerGate` besides.
///
/// Holds two descriptors. Renewing and asking allocate nothing. May be used from several threads.
public final class Leases: Sendable {
    /// What this object believes to hold: the lease's number, and how often it took it.
    private struct Holding {
        var id: UInt64 = 0
        var count = 0
    }

    /// How one try went.
    private enum Attempt { case taken, held, busy }

    private let files: LeaseFiles
    private let context: ExecutionContext
    private let clock: any CoordinationClock
    private let process: ProcessIdentity
    private let holdings = Mutex<InlineArray<2, Holding>>([Holding(), Holding()])

    /// Opens the directories, which are made when missing. Throws `file`.
    public convenience init(
        groupDirectory: String, context: ExecutionContext,
        clock: any CoordinationClock = DeviceClock()
    ) throws(LeaseError) {
        try self.init(
            groupDirectory: groupDirectory, context: context, clock: clock,
            process: .current(bootID: clock.bootID))
    }

    /// The same on behalf of `process`.
    init(
        groupDirectory: String, context: ExecutionContext, clock: any CoordinationClock,
        process: ProcessIdentity
    ) throws(LeaseError) {
        self.context = context
        self.clock = clock
        self.process = process
        do {
            files = try LeaseFiles(groupDirectory: groupDirectory)
        } catch {
            throw .file(error)
        }
    }

    /// Takes the lease, or one more time when this process has it, which also renews it.
    ///
    /// Waits for another holder no longer than `wait`, and for one who is in the middle of a change
    /// no less than a second. Throws `alreadyLocked` when the time is up, and `file`.
    public func lock(
        _ resource: LeasedResource, wait: Duration = .zero
    ) throws(LeaseError) {
        var holderWait = BoundedWait(wait, pause: CoordinationLimits.leasePause, clock: clock)
        var guardWait = self.guardWait
        while true {
            switch try attempt(resource) {
            case .taken: return
            case .held:
                guard holderWait.rest() else { throw .alreadyLocked(resource) }
            case .busy:
                guard holderWait.rest() || guardWait.rest() else { throw .alreadyLocked(resource) }
            }
        }
    }

    /// Gives the lease back once; the last time releases it.
    ///
    /// Throws `staleLock` when it was lost meanwhile: whoever has it now keeps it, and this object
    /// forgets how often it had taken it. Throws `alreadyLocked` or `differentEnvironmentLocked`
    /// when this object never took what another process holds, `busy`, and `file`.
    public func unlock(_ resource: LeasedResource) throws(LeaseError) {
        try changing(resource, byTaking: -1) { (sight, record) throws(FileError) in
            guard record.depth == 1 else {
                return try files.replace(
                    resource, sight, with: renewed(record, depth: record.depth - 1))
            }
            return try files.remove(resource, sight)
        }
    }

    /// Lets the lease last for its whole time from now on. Throws as `unlock` does; a lease that
    /// has expired cannot be renewed, it has to be taken anew. Allocates nothing.
    public func renew(_ resource: LeasedResource) throws(LeaseError) {
        try changing(resource, byTaking: 0) { (sight, record) throws(FileError) in
            try files.replace(resource, sight, with: renewed(record, depth: record.depth))
        }
        // Whoever was stopped on the way for too long has renewed nothing.
        guard isHeld(resource) else { throw .staleLock }
    }

    /// Whether this object holds the lease at this moment. False also when the file cannot be read.
    /// Waits for nobody; allocates nothing.
    public func isHeld(_ resource: LeasedResource) -> Bool {
        let holding = holdings.withLock { holdings in holdings[resource.index] }
        guard holding.count > 0, let sight = try? files.read(resource) else { return false }
        return isHolding(holding, sight.record)
    }

    /// Whether anybody holds the lease, this process included. True also when the file cannot be
    /// read. Waits for nobody.
    public func isLocked(_ resource: LeasedResource) -> Bool {
        do throws(FileError) {
            guard let sight = try files.read(resource) else { return false }
            switch standing(sight) {
            case .free: return false
            case .held: return true
            case .unclear:
                guard let lock = try files.tryGuard() else { return true }
                defer { extendLifetime(lock) }
                // What is noted must be what lies there.
                guard let now = try files.read(resource) else { return false }
                guard now.identity == sight.identity else { return true }
                return try !hasLasted(now, resource)
            }
        } catch {
            return true
        }
    }

    /// Who holds the lease; nil when nobody does. A file that cannot be read is held by somebody
    /// unknown. Throws `file`.
    public func holder(_ resource: LeasedResource) throws(LeaseError) -> LeaseHolder? {
        do {
            guard let sight = try files.read(resource), standing(sight) != .free else { return nil }
            return LeaseHolder(
                context: sight.record?.context, process: sight.record?.owner?.process,
                isThisProcess: sight.record?.owner.map { owner in isOurs(owner) } ?? false)
        } catch {
            throw .file(error)
        }
    }

    /// One try, as a whole under the guard.
    private func attempt(_ resource: LeasedResource) throws(LeaseError) -> Attempt {
        do {
            guard let lock = try files.tryGuard() else { return .busy }
            defer { extendLifetime(lock) }
            let sight = try files.read(resource)
            let owner = sight?.record?.owner
            let isOurs = owner.map { owner in self.isOurs(owner) || isKnown(owner, resource) }
            let record: LeaseRecord
            if let sight, isOurs != true, try !isFree(sight, resource) { return .held }
            if let owner, isOurs == true, sight?.record?.isLasting(by: clock) == true {
                precondition(
                    owner.depth < CoordinationLimits.leaseDepthMax,
                    "a lease is given back as often as it is taken")
                record = renewed(owner, depth: owner.depth + 1)
            } else {
                record = renewed(nil, depth: 1)
            }
            let isWritten =
                if let sight {
                    try files.replace(resource, sight, with: record)
                } else { try files.create(resource, record) }
            // Somebody who knows no guard was quicker; or we were stopped on the way for too long.
            guard isWritten, let id = record.owner?.id, record.isLasting(by: clock) else {
                return .held
            }
            holdings.withLock { holdings in
                let former = holdings[resource.index]
                let count = former.id == id ? former.count : 0
                holdings[resource.index] = Holding(id: id, count: count + 1)
            }
            return .taken
        } catch {
            throw .file(error)
        }
    }

    /// Changes the lease this object holds, and how often it took it; `body` answers whether the
    /// file was still the same.
    private func changing(
        _ resource: LeasedResource, byTaking taken: Int,
        _ body: (LeaseFiles.Sight, LeaseRecord.Owner) throws(FileError) -> Bool
    ) throws(LeaseError) {
        var wait = guardWait
        while true {
            do {
                if let lock = try files.tryGuard() {
                    defer { extendLifetime(lock) }
                    let sight = try files.read(resource)
                    let holding = holdings.withLock { holdings in holdings[resource.index] }
                    if let sight, let owner = sight.record?.owner,
                        isHolding(holding, sight.record), try body(sight, owner)
                    {
                        holdings.withLock { holdings in holdings[resource.index].count += taken }
                        return
                    }
                    try removeOurs(sight, holding, resource)
                    throw lost(resource, holding, sight)
                }
            } catch let error as FileError {
                throw .file(error)
            } catch let error as LeaseError {
                throw error
            } catch {
                // Only those two are thrown above.
                throw .busy
            }
            guard wait.rest() else { throw .busy }
        }
    }

    /// What is thrown when the lease is not held, which is also forgotten.
    private func lost(
        _ resource: LeasedResource, _ holding: Holding, _ sight: LeaseFiles.Sight?
    ) -> LeaseError {
        holdings.withLock { holdings in holdings[resource.index] = Holding() }
        guard holding.count == 0, let sight, standing(sight) != .free else { return .staleLock }
        let isOther = sight.record.map { record in record.context != context } ?? false
        return isOther ? .differentEnvironmentLocked : .alreadyLocked(resource)
    }

    /// Our own expired lock file is of no use to anybody.
    private func removeOurs(
        _ sight: LeaseFiles.Sight?, _ holding: Holding, _ resource: LeasedResource
    ) throws(FileError) {
        guard let sight, let record = sight.record, holding.count > 0,
            record.owner?.id == holding.id, !record.isLasting(by: clock)
        else { return }
        _ = try files.remove(resource, sight)
    }

    private func isHolding(_ holding: Holding, _ record: LeaseRecord?) -> Bool {
        guard let record, let owner = record.owner, holding.count > 0, owner.id == holding.id else {
            return false
        }
        return record.isLasting(by: clock)
    }

    /// Whether it is this process, for certain.
    private func isOurs(_ owner: LeaseRecord.Owner) -> Bool {
        owner.process == process && process.startedAt != 0 && process.namespace != 0
    }

    /// Whether it is a lease this object took, which only matters where processes cannot be told
    /// apart.
    private func isKnown(_ owner: LeaseRecord.Owner, _ resource: LeasedResource) -> Bool {
        holdings.withLock { holdings in
            holdings[resource.index].count > 0 && holdings[resource.index].id == owner.id
        }
    }

    private func isFree(
        _ sight: LeaseFiles.Sight, _ resource: LeasedResource
    ) throws(FileError) -> Bool {
        switch standing(sight) {
        case .free: true
        case .held: false
        case .unclear: try hasLasted(sight, resource)
        }
    }

    private func standing(_ sight: LeaseFiles.Sight) -> LeaseRecord.Standing {
        sight.record?.standing(by: clock) ?? .unclear
    }

    private func hasLasted(
        _ sight: LeaseFiles.Sight, _ resource: LeasedResource
    ) throws(FileError) -> Bool {
        try LeaseSightings(in: files.coordination)
            .hasLasted(sight.identity, resource, clock: clock)
    }

    /// A record with its whole time before it: of the same lease, or of a new one.
    private func renewed(_ owner: LeaseRecord.Owner?, depth: Int) -> LeaseRecord {
        LeaseRecord(
            context: context, date: clock.unixMilliseconds,
            owner: LeaseRecord.Owner(
                process: process,
                expires: (clock.sinceBoot + context.leaseTime).wholeMilliseconds,
                depth: depth,
                // 53 bits, which every reader of JSON takes as they are.
                id: owner?.id ?? UInt64.random(in: 1..<1 << 53)))
    }

    private var guardWait: BoundedWait {
        BoundedWait(
            CoordinationLimits.leaseGuardWait, pause: CoordinationLimits.leasePause, clock: clock)
    }
}
