/// What stands in a lock file.
struct LeaseRecord: Equatable {
    /// What only our own lock files say.
    struct Owner: Equatable {
        var process: ProcessIdentity
        /// When the lease is over, milliseconds since boot.
        var expires: Int64
        /// How often the process took it and has not yet given it back.
        var depth: Int
        /// Drawn when the lease was taken: tells it from a later one of the same process.
        var id: UInt64
    }

    /// What a lock file means at a moment.
    enum Standing: Equatable {
        /// Nobody's any more.
        case free
        /// Somebody's, for certain.
        case held
        /// Neither: somebody's until it was seen unchanged for long enough.
        case unclear
    }

    var context: ExecutionContext
    /// When it was taken or renewed, milliseconds since 1970 by the wall clock.
    var date: Int64
    /// Nil in a file of the shipped lock's.
    var owner: Owner?

    /// What it means to a process that reads it now. Expired is expired for everybody at the same
    /// moment, the owner included.
    func standing(by clock: any CoordinationClock) -> Standing {
        guard let owner else { return standing(byAge: clock.unixMilliseconds) }
        if owner.process.liveness(bootID: clock.bootID) == .dead { return .free }
        // Without a boot that both know, the time since boot says nothing.
        guard clock.bootID.isKnown, owner.process.bootID == clock.bootID else { return .unclear }
        return standing(byEnd: owner, clock.sinceBoot)
    }

    /// Whether a lease lasts that the asking process took itself, and so under this boot.
    func isLasting(by clock: any CoordinationClock) -> Bool {
        owner.map { owner in standing(byEnd: owner, clock.sinceBoot) == .held } ?? false
    }

    private func standing(byEnd owner: Owner, _ now: Duration) -> Standing {
        let (left, overflow) = owner.expires.subtractingReportingOverflow(now.wholeMilliseconds)
        // Longer than it can be: a clock went back, or it is not what one of us wrote.
        guard !overflow else { return .unclear }
        if left <= 0 { return .free }
        return left <= context.leaseTime.wholeMilliseconds ? .held : .unclear
    }

    /// The same for a file that has only a date of the wall clock's.
    private func standing(byAge now: Int64) -> Standing {
        let (age, overflow) = now.subtractingReportingOverflow(date)
        guard !overflow, age >= 0 else { return .unclear }
        return age > context.leaseTime.wholeMilliseconds ? .free : .held
    }
}
