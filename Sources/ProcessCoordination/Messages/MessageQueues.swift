internal import Threading

/// Hands the messages of queues to notifications, each message to one of them.
///
/// A server gives the same message until it is acknowledged, and notifications of one queue may come
/// while earlier ones are still worked on. So a fetched message is stored before it is acknowledged,
/// and whoever comes next is handed the next one without waiting for the first to be done. Calls to
/// one queue go one after another, each with a deadline. May be used from several threads.
public final class MessageQueues: Sendable {
    /// A message that was handed out by this object.
    private struct Hand {
        let notification: UInt32
        let queue: QueueID
        let id: MessageID
        let number: UInt64
        /// The message it was asked to follow.
        let previous: MessageID?
    }

    private struct State {
        var busy: [QueueID] = []
        var waiting = 0
        var hands: [Hand] = []
    }

    private static let notifications = Mutex<UInt32>(0)

    private let source: any MessageSource
    private let store: MessageStore
    private let clock: any CoordinationClock
    private let state = Monitor(State())

    /// Messages of `source`, kept in `store` while they are in hand.
    public init(source: any MessageSource, store: MessageStore, clock: any CoordinationClock) {
        self.source = source
        self.store = store
        self.clock = clock
    }

    /// Begins with a notification; what it has in hand is given back when the answer goes.
    public func notification() -> NotificationMessages {
        let number = Self.notifications.withLock { number in
            number &+= 1
            return number
        }
        return NotificationMessages(queues: self, number: number)
    }

    /// Calls of this process that have the turn of their queue.
    var callsUnderWay: Int { state.withLock { state in state.busy.count } }

    /// Calls of this process that wait for it.
    var callsWaiting: Int { state.withLock { state in state.waiting } }

    /// See `NotificationMessages.get`.
    func get(
        _ queue: QueueID, after previous: MessageID?, for notification: UInt32,
        within wait: Duration
    ) throws(MessageError) -> HandedMessage? {
        let deadline = ClockDeadline(wait, on: clock)
        try takeTurn(queue, until: deadline)
        defer { leaveTurn(queue) }
        return try next(queue, after: previous, for: notification, until: deadline)
    }

    /// See `NotificationMessages.acknowledge`.
    func acknowledge(
        _ id: MessageID, of queue: QueueID, thenNext: Bool, by notification: UInt32,
        within wait: Duration
    ) throws(MessageError) -> HandedMessage? {
        let deadline = ClockDeadline(wait, on: clock)
        try takeTurn(queue, until: deadline)
        defer { leaveTurn(queue) }
        let name = try store.locked(until: deadline) { (files) throws(MessageError) in
            guard let name = try files.held(id, of: queue, by: notification) else {
                throw MessageError.notHeld
            }
            try files.finish(name)
            return name
        }
        if thenNext { return try next(queue, after: id, for: notification, until: deadline) }
        // What the server cannot be told now it is told before the next message is fetched.
        if !name.isAcknowledged { try? tellServer(id, of: queue, until: deadline) }
        return nil
    }

    /// See `NotificationMessages.withBody`.
    func withBody<Result, Failure: Error>(
        of message: HandedMessage, for notification: UInt32, within wait: Duration,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(BracketError<MessageError, Failure>) -> Result {
        let deadline = ClockDeadline(wait, on: clock)
        var memory = [UInt8](repeating: 0, count: MessageRecord.bytesMax)
        let range: Range<Int>
        do throws(MessageError) {
            range = try store.locked(until: deadline) { (files) throws(MessageError) in
                let name = try files.held(message.head.id, of: message.queue, by: notification)
                guard let name else { throw MessageError.notHeld }
                let count = try files.read(name, into: &memory)
                guard MessageRecord.head(of: memory.span.extracting(0..<count)) != nil else {
                    throw MessageError.damaged
                }
                return MessageRecord.body(count: count)
            }
        } catch { throw .refused(error) }
        do throws(Failure) {
            return try body(memory.span.extracting(range))
        } catch { throw .failed(error) }
    }

    /// A notification has ended: what it had in hand is everybody's.
    func end(_ notification: UInt32) {
        let hadSome = state.withLock { state in
            let count = state.hands.count
            state.hands.removeAll { hand in hand.notification == notification }
            return state.hands.count < count
        }
        guard hadSome else { return }
        let deadline = ClockDeadline(CoordinationLimits.messageReleaseWait, on: clock)
        // What cannot be given back now is everybody's with the death of this process, or in time.
        try? store.locked(until: deadline) { (files) throws(MessageError) in
            try files.release(allOf: notification)
        }
    }

    /// The same message again, or one from the store, or one from the server, in this order.
    private func next(
        _ queue: QueueID, after previous: MessageID?, for notification: UInt32,
        until deadline: ClockDeadline
    ) throws(MessageError) -> HandedMessage? {
        let hands = state.withLock { state in
            state.hands.filter { hand in
                hand.notification == notification && hand.queue == queue
            }
        }
        let (stored, isRepeated, number, pending) = try store.locked(until: deadline) {
            (files) throws(MessageError) -> (MessageFiles.Stored?, Bool, UInt64, MessageID?) in
            if let same = try again(hands, after: previous, files) { return (same, true, 0, nil) }
            let number = try self.number(of: previous, in: queue, hands, files)
            if let taken = try files.take(queue, above: number, for: notification) {
                return (taken, false, 0, nil)
            }
            return (nil, false, number, try files.unacknowledged(of: queue))
        }
        var found = stored
        if found == nil {
            found = try fetch(
                queue, above: number, for: notification, pending: pending, until: deadline)
        }
        guard let found else { return nil }
        if !isRepeated { remember(found, previous, for: notification) }
        return HandedMessage(queue: queue, head: found.head, isRepeated: isRepeated)
    }

    /// What the same call was answered with before, if it is still in hand.
    private func again(
        _ hands: [Hand], after previous: MessageID?, _ files: borrowing MessageFiles
    ) throws(MessageError) -> MessageFiles.Stored? {
        for hand in hands where hand.previous == previous {
            let name = try files.held(hand.id, of: hand.queue, by: hand.notification)
            if let name, let stored = try files.read(name) { return stored }
        }
        return nil
    }

    /// Where the message to go on behind stands; 0 for a first call.
    private func number(
        of previous: MessageID?, in queue: QueueID, _ hands: [Hand],
        _ files: borrowing MessageFiles
    ) throws(MessageError) -> UInt64 {
        guard let previous else { return 0 }
        if let hand = hands.last(where: { hand in hand.id == previous }) { return hand.number }
        guard let number = try files.number(of: previous, of: queue) else {
            throw .previousUnknown
        }
        return number
    }

    /// Fetches until the server gives a message that is not stored yet; nil when it has none.
    ///
    /// `pending` is one the server has not been told of: it is acknowledged in the same step that
    /// asks for the next.
    private func fetch(
        _ queue: QueueID, above number: UInt64, for notification: UInt32, pending: MessageID?,
        until deadline: ClockDeadline
    ) throws(MessageError) -> MessageFiles.Stored? {
        var pending = pending
        var body = [UInt8](repeating: 0, count: CoordinationLimits.messageBytesMax)
        for _ in 0..<CoordinationLimits.messageFetchesMax {
            let head: MessageHead?
            if let id = pending {
                pending = nil
                guard let answer = try acknowledge(id, of: queue, into: &body, until: deadline)
                else { continue }
                head = answer
            } else {
                head = try ask(until: deadline) { (left) throws(MessageSourceError) in
                    var target = body.mutableSpan
                    return try source.get(queue, into: &target, within: left)
                }
            }
            guard let head else { return nil }
            guard (0...body.count).contains(head.bodyBytes) else { throw .source(.tooLarge) }
            let (insertion, taken) = try store.locked(until: deadline) {
                (files) throws(MessageError) -> (MessageFiles.Insertion, MessageFiles.Stored?) in
                let insertion = try files.insert(
                    head, of: queue, body: body.span.extracting(0..<head.bodyBytes),
                    for: notification)
                guard case .known = insertion else { return (insertion, nil) }
                // Somebody else stored it, and may have given it back meanwhile.
                return (insertion, try files.take(queue, above: number, for: notification))
            }
            if let taken { return taken }
            switch insertion {
            case .stored(let stored): return stored
            case .full: throw .full
            case .known: pending = head.id
            }
        }
        throw .source(.noProgress)
    }

    /// Acknowledges and asks for the next: nil inside when the queue is empty, nil outside when the
    /// server knows of no such message any more and has to be asked anew.
    private func acknowledge(
        _ id: MessageID, of queue: QueueID, into body: inout [UInt8],
        until deadline: ClockDeadline
    ) throws(MessageError) -> MessageHead?? {
        var answer: MessageHead??
        do throws(MessageError) {
            answer = .some(
                try ask(until: deadline) { (left) throws(MessageSourceError) in
                    var target = body.mutableSpan
                    return try source.acknowledge(
                        queue, id, deliverNext: true, into: &target, within: left)
                })
        } catch {
            guard error == .source(.noMessage) else { throw error }
            answer = nil
        }
        try store.locked(until: deadline) { (files) throws(MessageError) in
            try files.markAcknowledged(id, of: queue)
        }
        return answer
    }

    /// Acknowledges without asking for more.
    private func tellServer(
        _ id: MessageID, of queue: QueueID, until deadline: ClockDeadline
    ) throws(MessageError) {
        do throws(MessageError) {
            _ = try ask(until: deadline) { (left) throws(MessageSourceError) in
                let none = InlineArray<0, UInt8>(repeating: 0)
                var target = none
                var span = target.mutableSpan
                return try source.acknowledge(
                    queue, id, deliverNext: false, into: &span, within: left)
            }
        } catch {
            guard error == .source(.noMessage) else { throw error }
        }
        try store.locked(until: deadline) { (files) throws(MessageError) in
            try files.markAcknowledged(id, of: queue)
        }
    }

    /// Asks the server something with what is left of the time.
    private func ask(
        until deadline: ClockDeadline,
        _ question: (Duration) throws(MessageSourceError) -> MessageHead?
    ) throws(MessageError) -> MessageHead? {
        let left = deadline.remaining(on: clock)
        guard left > .zero else { throw .deadline }
        do { return try question(left) } catch { throw .source(error) }
    }

    private func remember(
        _ found: MessageFiles.Stored, _ previous: MessageID?, for notification: UInt32
    ) {
        state.withLock { state in
            if state.hands.count >= CoordinationLimits.handsMax { state.hands.removeFirst() }
            state.hands.append(
                Hand(
                    notification: notification, queue: found.queue, id: found.head.id,
                    number: found.name.sequence, previous: previous))
        }
    }

    /// Waits until no other call of this process to the queue is under way.
    private func takeTurn(
        _ queue: QueueID, until deadline: ClockDeadline
    ) throws(MessageError) {
        var isCounted = false
        defer {
            if isCounted { state.withLock { state in state.waiting -= 1 } }
        }
        while true {
            let slice = min(deadline.remaining(on: clock), CoordinationLimits.phaseSlice)
            let isOurs = state.waiting(atMost: slice) { state -> Bool? in
                guard state.busy.contains(queue) else {
                    state.busy.append(queue)
                    return true
                }
                if !isCounted { (state.waiting, isCounted) = (state.waiting + 1, true) }
                return nil
            }
            if isOurs != nil { return }
            guard !deadline.isPassed(on: clock) else { throw .deadline }
        }
    }

    private func leaveTurn(_ queue: QueueID) {
        state.withLock { state in state.busy.removeAll { busy in busy == queue } }
    }
}
