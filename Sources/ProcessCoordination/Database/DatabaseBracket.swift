internal import SecureFiles
internal import Threading

/// Around every use of a database that two processes share: one of them at a time, none of them while
/// it may be suspended.
///
/// Inside of the gate for `GatedOperation.database` it holds a lock on `coordination/database.lock`,
/// which the kernel frees when the holder dies and which is given back before the gate is left. A
/// debug build traps when everything is suspended and the lock is still held. May be used from
/// several threads; inside of it the same thread may enter it again.
public final class DatabaseBracket: Sendable {
    private struct Files: ~Copyable {
        let directory: SecureDirectory
        let wish: DatabaseWish
    }

    /// The thread inside, how deep, and when the last one left.
    private struct Turn {
        var thread: UInt = 0
        var depth = 0
        var leftAt: Duration?
    }

    /// What a try for the lock came to.
    private enum Attempt: ~Copyable {
        case locked(FileLock)
        case gateClosed
        case held
    }

    private let path: String
    private let gates: OperationGates
    private let files = Mutex<Files?>(nil)
    private let turn = Monitor(Turn())

    /// - Parameters:
    ///   - path: the group directory; made with mode 0700 when it is missing.
    ///   - gates: those of this process.
    public init(groupDirectory path: String, gates: OperationGates) {
        self.path = path
        self.gates = gates
    }

    /// Runs `body` with the database to itself.
    ///
    /// - Parameter wait: how long to wait for gate, threads and the other process together, at most
    ///   `CoordinationLimits.databaseWaitMax`.
    public func withDatabase<Result: ~Copyable, Failure: Error>(
        within wait: Duration, _ body: () throws(Failure) -> Result
    ) throws(BracketError<DatabaseError, Failure>) -> Result {
        let thread = Thread.currentNumber
        if reenter(thread) {
            defer { leaveInner() }
            return try Self.run(body)
        }
        var lock: FileLock?
        do throws(DatabaseError) {
            lock = try enter(thread, within: min(wait, CoordinationLimits.databaseWaitMax))
        } catch { throw .refused(error) }
        defer { leave(&lock) }
        return try Self.run(body)
    }

    /// Goes through the gate, waits for the other threads, then for the other process.
    private func enter(_ thread: UInt, within wait: Duration) throws(DatabaseError) -> FileLock {
        let clock = gates.clock
        let deadline = ClockDeadline(wait, on: clock)
        while true {
            do throws(OperationError) {
                try gates.enter(.database, within: deadline.remaining(on: clock))
            } catch { throw error == .deadline ? .suspended : .tooMany }
            switch try attempt(thread, until: deadline) {
            case .locked(let lock):
                if gates.holdDatabase() { return lock }
                leaveTurn()
            case .held:
                gates.exit(.database)
                throw .held
            case .gateClosed:
                break
            }
            // Whoever waits for the database must not keep the process from being suspended: it goes
            // back in front of the gate.
            gates.exit(.database)
            guard !deadline.isPassed(on: clock) else { throw .suspended }
            clock.pause(for: CoordinationLimits.databasePause)
        }
    }

    /// Waits for both locks as long as the gate is open; has the turn when the answer is `locked`.
    private func attempt(
        _ thread: UInt, until deadline: ClockDeadline
    ) throws(DatabaseError) -> Attempt {
        let clock = gates.clock
        while !takeTurn(thread, within: deadline.remaining(on: clock)) {
            guard !deadline.isPassed(on: clock) else { return .held }
            guard !gates.isClosed(.database) else { return .gateClosed }
        }
        do throws(FileError) {
            let leftAt = turn.withLock { turn in turn.leftAt }
            if let leftAt, clock.sinceBoot - leftAt < CoordinationLimits.databaseWishTime,
                try withFiles({ files in files.wish.isMarkedByAnother(now: clock.sinceBoot) })
            {
                clock.pause(for: CoordinationLimits.databasePause * 2)
            }
            while true {
                if let lock = try tryLock() { return .locked(lock) }
                if gates.isClosed(.database) {
                    leaveTurn()
                    return .gateClosed
                }
                let left = deadline.remaining(on: clock)
                guard left > .zero else {
                    leaveTurn()
                    return .held
                }
                clock.pause(for: min(left, CoordinationLimits.databasePause))
            }
        } catch {
            // What was mended in the meantime is found at the next try.
            files.withLock { files in files = nil }
            leaveTurn()
            gates.exit(.database)
            throw .file(error)
        }
    }

    /// One try; a mark for the other process where it has the lock.
    private func tryLock() throws(FileError) -> FileLock? {
        let now = gates.clock.sinceBoot
        return try withFiles { (files) throws(FileError) in
            // A file that somebody removed meanwhile is locked for nobody.
            if let lock = try files.directory.lock("database.lock", within: .zero),
                try lock.identity() == files.directory.identity(of: "database.lock")
            {
                return lock
            }
            files.wish.mark(now: now)
            return nil
        }
    }

    /// The open files; opened where they are not.
    private func withFiles<Result: ~Copyable>(
        _ body: (borrowing Files) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        try files.withLock { (files) throws(FileError) in
            if files == nil {
                let group = try SecureDirectory(path: path, creating: true)
                let directory = try group.openSubdirectory("coordination", creating: true)
                let wish = try DatabaseWish(in: directory, own: .random(in: 1 ... .max))
                files = Files(directory: directory, wish: wish)
            }
            return try body(files!)
        }
    }

    /// One slice of waiting for the threads of this process.
    private func takeTurn(_ thread: UInt, within wait: Duration) -> Bool {
        turn.waiting(atMost: min(wait, CoordinationLimits.phaseSlice)) { turn -> Bool? in
            guard turn.depth == 0 else { return nil }
            (turn.thread, turn.depth) = (thread, 1)
            return true
        } ?? false
    }

    private func reenter(_ thread: UInt) -> Bool {
        turn.withLock { turn in
            guard turn.depth > 0, turn.thread == thread else { return false }
            turn.depth += 1
            return true
        }
    }

    private func leaveInner() {
        turn.withLock { turn in turn.depth -= 1 }
    }

    private func leaveTurn() {
        turn.withLock { turn in turn.depth = 0 }
    }

    /// The lock was given back: the turn goes to another thread, and the gate is left.
    ///
    /// In this order: nobody is told that nothing is under way here while the lock is still held.
    private func leave(_ lock: inout FileLock?) {
        lock = nil
        let now = gates.clock.sinceBoot
        turn.withLock { turn in turn = Turn(leftAt: now) }
        gates.releaseDatabase()
        gates.exit(.database)
    }

    private static func run<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(BracketError<DatabaseError, Failure>) -> Result {
        do throws(Failure) {
            return try body()
        } catch { throw .failed(error) }
    }
}
