#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What the other side says.
extension PresenceBook {
    mutating func hear(
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
            descriptor = ProcessIdentity.endDescriptor(of: pid)
            // It has ended since; what it said is no longer so.
            if descriptor < 0 && errno == ESRCH { return false }
        }
        let peer = PeerTable.Peer(pid: pid, descriptor: descriptor)
        if let former = table.insert(peer, at: place) { _ = close(former) }
        strangers.remove(.place(place))
        return true
    }

    /// Whether all that can be known by answers to a question is known.
    func isAnswered(_ number: UInt32) -> Bool {
        let active = table.places { peer in peer.isAtWork && peer.answered >= number }
        return !active.isEmpty || answers(number).isSuperset(of: question.reached)
    }

    /// From where no more answers to a question are to come.
    func answers(_ number: UInt32) -> PresencePlaces {
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
}
