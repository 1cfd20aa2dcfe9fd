#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import Synchronization
internal import Threading

/// A presence without its owner: the listening thread holds this, and ends when the owner goes.
final class PresenceCore: Sendable {
    let state: Monitor<PresenceBook>
    /// `PeerPresence` of the book, for whoever may not wait for the lock.
    private let level = Atomic<UInt8>(PeerPresence.gone.rawValue)
    /// The listening thread's own number; 0 before it runs.
    private let thread = Atomic<UInt>(0)

    init(side: Side, clock: any CoordinationClock) {
        state = Monitor(PresenceBook(side: side, clock: clock))
    }

    var current: PeerPresence {
        PeerPresence(rawValue: level.load(ordering: .acquiring)) ?? .gone
    }

    /// Changes the book, and whoever is at work in another place sees it.
    private func change<Result>(_ body: (inout PresenceBook) -> Result) -> Result {
        state.withLock { book in
            defer { level.store(book.current.rawValue, ordering: .releasing) }
            return body(&book)
        }
    }

    /// Lets the listening thread look at the book again.
    private func wake(_ book: borrowing PresenceBook) {
        book.waker?.wake()
    }

    /// Takes the channel over and starts the thread.
    func start(_ channel: any PresenceChannel) throws(PresenceError) {
        guard let waker = Waker() else { throw .system(errno: errno) }
        change { book in
            precondition(book.channel == nil && !book.hasEnded, "a presence is started once")
            book.channel = channel
            book.waker = waker
            if book.suspensions == 0 {
                book.ask(now: SystemTime.uptime)
            } else {
                book.sayUnavailable(now: SystemTime.uptime)
            }
        }
        let isStarted = Thread.detach(stackBytes: CoordinationLimits.presenceStackBytes) {
            self.listen()
        }
        guard !isStarted else { return }
        change { book in
            book.sayUnavailable(isLeaving: true, now: SystemTime.uptime)
            book.end()
            // It may be tried again.
            book.hasEnded = false
        }
        throw .noThread
    }

    func suspend() {
        change { book in
            book.suspensions += 1
            if book.suspensions == 1 { book.sayUnavailable(now: SystemTime.uptime) }
            wake(book)
        }
    }

    func resume() {
        change { book in
            precondition(book.suspensions > 0, "a presence is resumed once for each suspend")
            book.suspensions -= 1
            if book.suspensions == 0 { book.ask(now: SystemTime.uptime) }
            wake(book)
        }
    }

    func setConnected(_ isConnected: Bool) {
        change { book in
            guard book.isConnected != isConnected else { return }
            book.isConnected = isConnected
            book.ask(now: SystemTime.uptime)
            wake(book)
        }
    }

    func probe(within wait: Duration) -> PeerPresence {
        let asked = change { book in
            book.look()
            let asked = book.ask(now: SystemTime.uptime)
            wake(book)
            return asked
        }
        guard let asked else { return current }
        let limit = min(wait, CoordinationLimits.presenceAnswerWait)
        let answered: Void? = state.waiting(atMost: limit) { book in
            book.isAnswered(asked) || book.isStopping ? () : nil
        }
        guard answered == nil else { return current }
        change { book in
            book.look()
            book.judge(asked)
            wake(book)
        }
        return current
    }

    func stop() {
        let mustWait = change { book in
            guard book.channel != nil else {
                book.hasEnded = true
                return false
            }
            guard !book.isStopping else { return true }
            book.isStopping = true
            book.sayUnavailable(isLeaving: true, now: SystemTime.uptime)
            book.onChange = nil
            wake(book)
            return true
        }
        guard mustWait, thread.load(ordering: .acquiring) != Thread.currentNumber else { return }
        let _: Void? = state.waiting(atMost: CoordinationLimits.presenceStopWait) { book in
            book.hasEnded ? () : nil
        }
    }
}

/// What the listening thread waits for: to be woken, for messages, and for the ends of processes.
private struct Round {
    static let wake = 0
    static let socket = 1
    static let processes = 2
    var entries = InlineArray<6, pollfd>(repeating: pollfd(fd: -1, events: 0, revents: 0))
    var timeout: Int32 = -1

    func isReady(_ index: Int) -> Bool { entries[index].revents != 0 }

    mutating func wait() {
        var span = entries.mutableSpan
        // SAFETY: six entries of ours; those without a descriptor are passed over.
        let ready = unsafe span.withUnsafeMutableBufferPointer { entries in
            unsafe poll(entries.baseAddress, nfds_t(entries.count), timeout)
        }
        guard ready < 0 else { return }
        // A signal, or no memory in the kernel: nothing is known, and not asked again at once.
        for index in entries.indices { entries[index].revents = 0 }
        _ = poll(nil, 0, 1)
    }
}

/// What has changed, and who is told. No tuple: a closure in one is wrapped anew each time it is handed
/// on, which would be an allocation.
private struct News {
    let presence: PeerPresence
    let body: (@Sendable (PeerPresence) -> Void)?
}

extension PresenceCore {
    /// The thread's life.
    private func listen() {
        thread.store(Thread.currentNumber, ordering: .releasing)
        while true {
            let next = change { book -> Round? in
                book.isStopping ? nil : Self.prepare(&book, now: SystemTime.uptime)
            }
            guard var round = next else { break }
            round.wait()
            // Outside of the lock: whoever is told may ask back.
            if let news = change({ book in Self.work(&book, round, now: SystemTime.uptime) }) {
                news.body?(news.presence)
            }
        }
        change { book in book.end() }
    }

    private static func prepare(_ book: inout PresenceBook, now: Duration) -> Round {
        var round = Round()
        round.entries[Round.wake] = entry(book.waker?.descriptor ?? -1)
        if book.mayRead(now: now), let channel = book.channel {
            round.entries[Round.socket] = entry(channel.descriptor)
        }
        for place in book.table.peers.indices {
            if let peer = book.table.peers[place], peer.descriptor >= 0 {
                round.entries[Round.processes + place] = entry(peer.descriptor)
            }
        }
        if let next = book.nextTime(now: now) {
            // Rounded up: a wait that ends too early would be a turn for nothing. In whole numbers:
            // dividing a Duration takes parts of the standard library into memory that nothing else
            // in an extension needs.
            let left = min(max(next - now, .zero), .seconds(1)).components
            round.timeout = Int32(
                left.seconds * 1000 + (left.attoseconds + 999_999_999_999_999)
                    / 1_000_000_000_000_000)
        }
        return round
    }

    private static func entry(_ descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    /// One turn; answers what is to be told when something has changed.
    private static func work(
        _ book: inout PresenceBook, _ round: Round, now: Duration
    ) -> News? {
        if round.isReady(Round.wake) { book.waker?.rest() }
        // Only this thread puts descriptors into the table, so the places are still theirs.
        for place in book.table.peers.indices where round.isReady(Round.processes + place) {
            book.hasEnded(at: place)
        }
        book.read(now: now, isReady: round.isReady(Round.socket))
        book.doWhatIsDue(now: now)
        let current = book.current
        guard current != book.told, !book.isStopping else { return nil }
        book.told = current
        return News(presence: current, body: book.onChange)
    }
}
