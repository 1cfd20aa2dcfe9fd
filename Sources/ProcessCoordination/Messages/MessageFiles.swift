internal import SecureFiles

/// The files of the messages, for whoever has their lock.
struct MessageFiles: ~Copyable {
    /// A stored message: what its file is called, and its head.
    struct Stored {
        let name: MessageName
        let queue: QueueID
        let head: MessageHead
    }

    /// What became of a message that was fetched.
    enum Insertion {
        case stored(Stored)
        /// It is stored already, or was finished with lately.
        case known
        case full
    }

    private let clock: any CoordinationClock
    private let identity: ProcessIdentity
    let coordination: SecureDirectory
    private let messages: SecureDirectory

    init(
        clock: any CoordinationClock, identity: ProcessIdentity,
        coordination: consuming SecureDirectory, messages: consuming SecureDirectory
    ) {
        self.clock = clock
        self.identity = identity
        self.coordination = coordination
        self.messages = messages
    }

    /// Hands the earliest message of a queue with a number above `number` to `notification` that
    /// nobody has in hand; nil when there is none.
    borrowing func take(
        _ queue: QueueID, above number: UInt64, for notification: UInt32
    ) throws(MessageError) -> Stored? {
        let hash = MessageRecord.hash(queue)
        let done = try readDone()
        for name in try names() where name.queue == hash && name.sequence > number {
            if done.contains(name.message) {
                // Finished with by a process that died before it could remove it; of one the server
                // was not told of, the file is the reminder.
                if name.isAcknowledged { try remove(name) }
                continue
            }
            if let claim = name.claim, holds(claim) { continue }
            guard let stored = try read(name) else {
                try remove(name)
                // The server still has what it was not told of.
                guard name.isAcknowledged else { continue }
                throw .damaged
            }
            guard stored.queue == queue else { continue }
            var taken = name
            taken.claim = claim(of: notification)
            try rename(name, to: taken)
            return Stored(name: taken, queue: queue, head: stored.head)
        }
        return nil
    }

    /// Stores a message in the hands of `notification`: on disk, whole, when this returns.
    borrowing func insert(
        _ head: MessageHead, of queue: QueueID, body: Span<UInt8>, for notification: UInt32
    ) throws(MessageError) -> Insertion {
        let hash = MessageRecord.hash(head.id, of: queue)
        let done = try readDone()
        let names = try names()
        guard !done.contains(hash), !names.contains(where: { name in name.message == hash })
        else { return .known }
        guard names.count < CoordinationLimits.messagesMax else { return .full }
        let name = MessageName(
            isAcknowledged: false,
            sequence: try done.nextNumber(above: names.last?.sequence ?? 0),
            queue: MessageRecord.hash(queue), message: hash, claim: claim(of: notification))
        let bytes = MessageRecord.bytes(head, of: queue, body: body)
        do { try messages.replace(name.fileName, with: bytes.span) } catch { throw .file(error) }
        return .stored(Stored(name: name, queue: queue, head: head))
    }

    /// The message of a queue that the server has not been told of.
    borrowing func unacknowledged(of queue: QueueID) throws(MessageError) -> MessageID? {
        let hash = MessageRecord.hash(queue)
        for name in try names() where name.queue == hash && !name.isAcknowledged {
            guard let stored = try read(name) else {
                try remove(name)
                continue
            }
            if stored.queue == queue { return stored.head.id }
        }
        return nil
    }

    /// The server was told that a message is stored here; one that is finished with goes.
    borrowing func markAcknowledged(
        _ id: MessageID, of queue: QueueID
    ) throws(MessageError) {
        guard let name = try name(of: id, of: queue) else { return }
        if try readDone().contains(name.message) { return try remove(name) }
        guard !name.isAcknowledged else { return }
        var acknowledged = name
        acknowledged.isAcknowledged = true
        try rename(name, to: acknowledged)
    }

    /// A message `notification` has in hand; nil when it has not, or no longer.
    borrowing func held(
        _ id: MessageID, of queue: QueueID, by notification: UInt32
    ) throws(MessageError) -> MessageName? {
        guard let name = try name(of: id, of: queue), let claim = name.claim,
            isOwn(claim), claim.notification == notification,
            try !readDone().contains(name.message)
        else { return nil }
        return name
    }

    /// The number of a message that is stored here, in whoever's hands.
    borrowing func number(
        of id: MessageID, of queue: QueueID
    ) throws(MessageError) -> UInt64? {
        try name(of: id, of: queue)?.sequence
    }

    /// A message is finished with: from here on it is handed to nobody, whatever happens. Its file
    /// goes at once if the server needs not be told of it any more.
    borrowing func finish(_ name: MessageName) throws(MessageError) {
        try readDone().insert(name.message)
        if name.isAcknowledged { try remove(name) }
    }

    /// Gives back everything `notification` has in hand.
    borrowing func release(allOf notification: UInt32) throws(MessageError) {
        for name in try names() {
            guard let claim = name.claim, isOwn(claim), claim.notification == notification else {
                continue
            }
            var released = name
            released.claim = nil
            try rename(name, to: released)
        }
    }

    /// Reads the file of a message to the front of `memory`; answers its length, 0 where it is longer
    /// than any message.
    borrowing func read(
        _ name: MessageName, into memory: inout [UInt8]
    ) throws(MessageError) -> Int {
        do throws(FileError) {
            var target = memory.mutableSpan
            return try messages.read(name.fileName, into: &target)
        } catch {
            guard error == .tooLarge else { throw .file(error) }
            return 0
        }
    }

    /// Reads the head of a stored message; nil when it is damaged.
    borrowing func read(_ name: MessageName) throws(MessageError) -> Stored? {
        var memory = [UInt8](repeating: 0, count: MessageRecord.bytesMax)
        let count = try read(name, into: &memory)
        guard let record = MessageRecord.head(of: memory.span.extracting(0..<count)),
            MessageRecord.hash(record.head.id, of: record.queue) == name.message
        else { return nil }
        return Stored(name: name, queue: record.queue, head: record.head)
    }

    /// The stored messages in the order they came in. What killed writers left behind goes.
    private borrowing func names() throws(MessageError) -> [MessageName] {
        var names: [MessageName] = []
        var leftovers = false
        var isComplete = false
        do throws(FileError) {
            isComplete = try messages.forEachName(max: CoordinationLimits.messageNamesMax) { file in
                if let name = MessageName(file) {
                    names.append(name)
                } else {
                    leftovers = true
                }
                return true
            }
            if leftovers { _ = try messages.removeTemporaries() }
        } catch { throw .file(error) }
        // Among too many strange files ours may be any: nothing is stored twice for that.
        guard isComplete else { throw .full }
        names.sort { one, other in one.sequence < other.sequence }
        return names
    }

    private borrowing func name(
        of id: MessageID, of queue: QueueID
    ) throws(MessageError) -> MessageName? {
        let hash = MessageRecord.hash(id, of: queue)
        return try names().first { name in name.message == hash }
    }

    private borrowing func readDone() throws(MessageError) -> DoneMessages {
        try DoneMessages.read(in: coordination)
    }

    private borrowing func rename(
        _ name: MessageName, to other: MessageName
    ) throws(MessageError) {
        do {
            try messages.rename(name.fileName, to: other.fileName, in: messages)
        } catch { throw .file(error) }
    }

    private borrowing func remove(_ name: MessageName) throws(MessageError) {
        do { try messages.unlink(name.fileName) } catch { throw .file(error) }
    }

    private borrowing func claim(of notification: UInt32) -> MessageName.Claim {
        MessageName.Claim(
            pid: identity.pid, startedAt: identity.startedAt, namespace: identity.namespace,
            boot: Self.hash(clock.bootID), notification: notification, claimedAt: now)
    }

    /// Whether a claim keeps others out.
    private borrowing func holds(_ claim: MessageName.Claim) -> Bool {
        let boot = Self.hash(clock.bootID)
        if boot != 0 && claim.boot != 0 && boot != claim.boot { return false }
        let (age, isFromTheFuture) = now.subtractingReportingOverflow(claim.claimedAt)
        let longest = UInt64(clamping: CoordinationLimits.messageHold.wholeMilliseconds)
        guard !isFromTheFuture, age < longest else { return false }
        let owner = ProcessIdentity(
            pid: claim.pid, startedAt: claim.startedAt, namespace: claim.namespace,
            bootID: clock.bootID)
        return owner.liveness(bootID: clock.bootID) != .dead
    }

    private borrowing func isOwn(_ claim: MessageName.Claim) -> Bool {
        claim.pid == identity.pid && claim.startedAt == identity.startedAt
            && claim.namespace == identity.namespace && claim.boot == Self.hash(clock.bootID)
    }

    private var now: UInt64 {
        UInt64(clamping: clock.sinceBoot.wholeMilliseconds)
    }

    /// Tells a boot from others in few digits; 0 for one that is not known.
    private static func hash(_ boot: BootID) -> UInt64 {
        guard boot.isKnown else { return 0 }
        let bytes = InlineArray<16, UInt8> { index in
            let half = index < 8 ? boot.high : boot.low
            return UInt8(truncatingIfNeeded: half >> UInt64(8 * (index % 8)))
        }
        return max(1, Checksum.of(bytes.span, kind: UInt8(ascii: "b")))
    }
}
