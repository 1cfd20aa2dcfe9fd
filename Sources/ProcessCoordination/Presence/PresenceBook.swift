internal import CLinux
internal import Glibc

/// What a presence knows and has to do; touched under its lock alone, and never waits.
///
/// Two clocks: messages are judged by the one that both sides have; the next look and the next try
/// are set on the kernel's, which its waits go by.
struct PresenceBook: ~Copyable {
    let side: Side
    let clock: any CoordinationClock
    /// Nil before the start and after the end.
    var channel: (any PresenceChannel)?
    /// Wakes the listening thread; -1 without one.
    var wakeDescriptor: Int32 = -1
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
    private let nonce = UInt32.random(in: 1 ... .max)
    /// The last question: its number, when it was asked, and who is there to answer it.
    private var question: (number: UInt32, askedAt: Duration, reached: PresencePlaces) = (
        0, .zero, []
    )
    /// The answers to this question and all after it are due then; nil when none is open.
    private var due: (number: UInt32, at: Duration)?
    /// What somebody had no room for.
    private var unsent: (message: PresenceMessage, places: PresencePlaces, tries: Int)?
    private var nextTry = Duration.zero
    private var nextLook = Duration.zero
    /// A message was too old to be believed: somebody is to be asked.
    private var hasDoubt = false
    /// From when on the socket is read again, and how much was read since.
    private var window: (begins: Duration, count: Int) = (.zero, 0)
    private var isDeaf = false

    init(side: Side, clock: any CoordinationClock) {
        self.side = side
        self.clock = clock
    }

    /// What is known of the other side.
    var current: PeerPresence {
        if table.isAnyAtWork { return .active }
        return table.isAnyThere || !strangers.isEmpty ? .suspended : .gone
    }

    // What this side says.

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

    private func message(
        _ word: PresenceMessage.Word, isLeaving: Bool = false, sequence: UInt64
    ) -> PresenceMessage {
        PresenceMessage(
            side: side, word: word, isConnected: isConnected, isLeaving: isLeaving,
            sequence: sequence, sentAt: nanoseconds(clock.sinceBoot))
    }

    private func sequence(of number: UInt32) -> UInt64 { UInt64(nonce) << 32 | UInt64(number) }

    /// Only the last word counts, so only that is sent again.
    private mutating func remember(
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

    // What is known by answers.

    /// Whether all that can be known by answers to a question is known.
    func isAnswered(_ number: UInt32) -> Bool {
        let active = table.places { peer in peer.isAtWork && peer.answered >= number }
        return !active.isEmpty || answers(number).isSuperset(of: question.reached)
    }

    /// From where no more answers to a question are to come.
    private func answers(_ number: UInt32) -> PresencePlaces {
        table.places { peer in peer.answered >= number || peer.isStopped }
    }

    /// The time for answers to a question is over: who owes one is silent.
    mutating func judge(_ number: UInt32) {
        table.changeAll { _, peer in
            if peer.answered < number { peer.isSilent = true }
        }
        strangers = question.reached.subtracting(table.places { _ in true })
    }

    /// Looks at the processes: the kernel tells of an end, but not of a stop.
    mutating func look() {
        table.changeAll { _, peer in
            guard peer.isActive, let isStopped = ProcessIdentity.isStopped(peer.pid) else { return }
            peer.isStopped = isStopped
        }
    }

    // What the listening thread does.

    /// Whether there is somebody to be looked at again and again.
    private var mustLook: Bool {
        guard suspensions == 0 else { return false }
        let active = table.places { peer in peer.isActive }
        return due != nil || hasDoubt || !strangers.isEmpty || !active.isEmpty
    }

    /// When the listening thread has to wake at the latest; nil when nothing is to be done.
    mutating func nextTime(now: Duration) -> Duration? {
        var next: Duration?
        if mustLook {
            nextLook = min(nextLook, now + CoordinationLimits.presenceLook)
            next = nextLook
        }
        if let due { next = min(next ?? due.at, due.at) }
        if unsent != nil { next = min(next ?? nextTry, nextTry) }
        if isDeaf {
            let end = window.begins + CoordinationLimits.presencePause
            next = min(next ?? end, end)
        }
        return next
    }

    /// Whether the socket may be read now.
    mutating func mayRead(now: Duration) -> Bool {
        if now - window.begins >= CoordinationLimits.presencePause {
            window = (now, 0)
            isDeaf = false
        }
        return !isDeaf
    }

    /// Reads what came in; `isReady` is what the kernel said of the socket.
    mutating func read(now: Duration, isReady: Bool) {
        guard let channel, isReady, mayRead(now: now) else { return }
        let before = window.count
        while window.count < CoordinationLimits.presenceMessagesMax {
            switch channel.receive() {
            case .nothing:
                // Ready, and nothing there: a socket that is broken must not be asked without end.
                if window.count == before { isDeaf = true }
                return
            case .garbage: droppedCount &+= 1
            case .message(let message, let place, let pid): hear(message, place, pid, now)
            }
            window.count += 1
        }
        // Whatever was said meanwhile may have found no room.
        isDeaf = true
        hasDoubt = suspensions == 0
    }

    /// Everything whose time has come.
    mutating func doWhatIsDue(now: Duration) {
        sweep()
        if let due, now >= due.at {
            self.due = nil
            look()
            judge(due.number)
            if question.number > due.number {
                self.due = (question.number, now + CoordinationLimits.presenceAnswerWait)
            }
        }
        if unsent != nil, now >= nextTry { sendAgain(now) }
        guard mustLook, now >= nextLook else { return }
        nextLook = now + CoordinationLimits.presenceLook
        look()
        // Where the kernel has no word for us, whether a message arrives is one; and the answer of
        // whoever is silent may have been lost.
        let unknown = table.places { peer in
            peer.isActive && !peer.isStopped && (peer.isSilent || peer.descriptor < 0)
        }
        if hasDoubt || !strangers.isEmpty || !unknown.isEmpty {
            hasDoubt = false
            ask(now: now)
        }
    }

    private mutating func sendAgain(_ now: Duration) {
        nextTry = now + CoordinationLimits.presencePause
        guard let channel, let (message, places, tries) = unsent else { return }
        let full = channel.send(message, to: places).full
        let isOver = full.isEmpty || tries + 1 >= CoordinationLimits.presenceTriesMax
        unsent = isOver ? nil : (message, full, tries + 1)
    }

    /// A process has ended, by the kernel's word.
    mutating func hasEnded(at place: Int) {
        guard table.peers[place] != nil else { return }
        forget(at: place)
        question.reached.remove(.place(place))
    }

    private mutating func forget(at place: Int) {
        if let descriptor = table.remove(at: place) { _ = close(descriptor) }
    }

    private mutating func sweep() {
        for place in table.peers.indices where table.peers[place]?.isGone == true {
            forget(at: place)
        }
    }

    /// The end: nothing is held any more.
    mutating func end() {
        for place in table.peers.indices { forget(at: place) }
        channel = nil
        strangers = []
        (due, unsent) = (nil, nil)
        if wakeDescriptor >= 0 { _ = close(wakeDescriptor) }
        wakeDescriptor = -1
        hasEnded = true
    }

    // What the other side says.

    private mutating func hear(
        _ message: PresenceMessage, _ place: Int, _ pid: Int32, _ now: Duration
    ) {
        let isAnswer = UInt32(truncatingIfNeeded: message.sequence >> 32) == nonce
        let number = UInt32(truncatingIfNeeded: message.sequence)
        guard isFresh(message, answering: isAnswer ? number : nil) else {
            // It says what was, perhaps before this process was stopped for minutes.
            hasDoubt = suspensions == 0
            return
        }
        guard !message.isLeaving else { return hasEnded(at: place) }
        guard table.knows(pid, at: place) || admit(pid, at: place) else { return }
        table.change(at: place) { peer in
            peer.isGone = false
            peer.isSilent = false
            peer.isStopped = false
            peer.isActive = message.word != .unavailable
            peer.isConnected = message.isConnected
            if isAnswer && message.word != .ping { peer.answered = max(peer.answered, number) }
        }
        closeQuestion(now)
        if message.word == .ping { answer(message, now) }
    }

    /// Nothing more is due when everybody has answered.
    private mutating func closeQuestion(_ now: Duration) {
        guard let open = due, answers(open.number).isSuperset(of: question.reached) else { return }
        due = nil
        guard question.number > open.number,
            !answers(question.number).isSuperset(of: question.reached)
        else { return }
        due = (question.number, now + CoordinationLimits.presenceAnswerWait)
    }

    private mutating func answer(_ ping: PresenceMessage, _ now: Duration) {
        let word = suspensions == 0 && !isStopping ? PresenceMessage.Word.pong : .unavailable
        let message = message(word, sequence: ping.sequence)
        guard let reach = channel?.send(message, to: .all) else { return }
        // A question that is still to be sent again says as much.
        if unsent?.message.word != .ping { remember(message, reach, now) }
    }

    /// Whether a message tells what is: it was sent a moment ago, or answers what was asked then.
    private func isFresh(_ message: PresenceMessage, answering number: UInt32?) -> Bool {
        let now = clock.sinceBoot
        let ageMax = CoordinationLimits.presenceMessageAge
        if let number, number == question.number, message.word != .ping {
            let age = now - question.askedAt
            if age >= .zero && age <= ageMax { return true }
        }
        let (sent, read) = (message.sentAt, nanoseconds(now))
        return sent <= read && read - sent <= nanoseconds(ageMax)
    }

    /// Takes in a process that was not heard before; false when it is no more.
    private mutating func admit(_ pid: Int32, at place: Int) -> Bool {
        var descriptor: Int32 = -1
        if pid > 0 {
            descriptor = ntf_pidfd_open(pid)
            // It has ended since; what it said is no longer so.
            if descriptor < 0 && errno == ESRCH { return false }
        }
        let peer = PeerTable.Peer(pid: pid, descriptor: descriptor)
        if let former = table.insert(peer, at: place) { _ = close(former) }
        strangers.remove(.place(place))
        return true
    }

    private func nanoseconds(_ time: Duration) -> UInt64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, seconds < 1 << 33 else { return 0 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
