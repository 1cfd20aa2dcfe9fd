/// What a presence knows and has to do; touched under its lock alone, and never waits.
///
/// Two clocks: messages are judged by the one that both sides have; the next look and the next try
/// are set on the kernel's, which its waits go by.
struct PresenceBook: ~Copyable {
    let side: Side
    let clock: any CoordinationClock
    /// Nil before the start and after the end.
    var channel: (any PresenceChannel)?
    /// Wakes the listening thread; nil without one.
    var waker: Waker?
    var suspensions = 0
    var isConnected = false
    var isStopping = false
    var hasEnded = false
    var table = PeerTable()
    /// Places of the other side that somebody has who was never heard, and owes an answer.
    var strangers: PresencePlaces = []
    /// Messages that were none.
    var droppedCount: UInt64 = 0
    /// What callers were told last.
    var told = PeerPresence.gone
    var onChange: (@Sendable (PeerPresence) -> Void)?

    /// Tells this side's questions from those of another process of it.
    let nonce = UInt32.random(in: 1 ... .max)
    /// The last question: its number, when it was asked, and who is there to answer it.
    var question: (number: UInt32, askedAt: Duration, reached: PresencePlaces) = (
        0, .zero, []
    )
    /// The answers to this question and all after it are due then; nil when none is open.
    var due: (number: UInt32, at: Duration)?
    /// What somebody had no room for.
    var unsent: (message: PresenceMessage, places: PresencePlaces, tries: Int)?
    var nextTry = Duration.zero
    var nextLook = Duration.zero
    /// A message was too old to be believed: somebody is to be asked.
    var hasDoubt = false
    /// From when on the socket is read again, and how much was read since.
    var window: (begins: Duration, count: Int) = (.zero, 0)
    var isDeaf = false

    init(side: Side, clock: any CoordinationClock) {
        self.side = side
        self.clock = clock
    }

    /// What is known of the other side.
    var current: PeerPresence {
        if table.isAnyAtWork { return .active }
        return table.isAnyThere || !strangers.isEmpty ? .suspended : .gone
    }

    func nanoseconds(_ time: Duration) -> UInt64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, seconds < 1 << 33 else { return 0 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(clamping: attoseconds / 1_000_000_000)
    }
}

extension PresenceBook {
    /// Asks who is there, which says besides that this side is active; answers the question's
    /// number, or nil when it is not, or nobody is there to answer.
    @discardableResult
    mutating func ask(now: Duration) -> UInt32? {
        guard let channel, suspensions == 0, !isStopping else { return nil }
        question.number = question.number == .max ? 1 : question.number + 1
        question.askedAt = clock.sinceBoot
        let message = message(.ping, sequence: sequence(of: question.number))
        let reach = channel.send(message, to: .all)
        question.reached = reach.there
        remember(message, reach, now)
        onlyThereAre(reach.there)
        guard !reach.there.isEmpty else { return nil }
        if due == nil {
            due = (question.number, now + CoordinationLimits.presenceAnswerWait)
        }
        return question.number
    }

    /// Says that this side does nothing any more, and with `isLeaving` never will.
    mutating func sayUnavailable(isLeaving: Bool = false, now: Duration) {
        guard let channel else { return }
        due = nil
        let message = message(.unavailable, isLeaving: isLeaving, sequence: 0)
        let reach = channel.send(message, to: .all)
        remember(message, reach, now)
        onlyThereAre(reach.there)
    }

    func message(
        _ word: PresenceMessage.Word, isLeaving: Bool = false, sequence: UInt64
    ) -> PresenceMessage {
        PresenceMessage(
            side: side, word: word, isConnected: isConnected, isLeaving: isLeaving,
            sequence: sequence, sentAt: nanoseconds(clock.sinceBoot))
    }

    private func sequence(of number: UInt32) -> UInt64 { UInt64(nonce) << 32 | UInt64(number) }

    /// Only the last word counts, so only that is sent again.
    mutating func remember(
        _ message: PresenceMessage, _ reach: PresenceReach, _ now: Duration
    ) {
        unsent = reach.full.isEmpty ? nil : (message, reach.full, 0)
        nextTry = now + CoordinationLimits.presencePause
    }

    /// Nobody has the other places any more.
    private mutating func onlyThereAre(_ places: PresencePlaces) {
        strangers.formIntersection(places)
        if places.isEmpty { due = nil }
        table.changeAll { place, peer in
            if !places.contains(.place(place)) { peer.isGone = true }
        }
    }
}
