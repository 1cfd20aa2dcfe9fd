#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What the listening thread does.
extension PresenceBook {
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

    mutating func forget(at place: Int) {
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
        waker?.end()
        waker = nil
        hasEnded = true
    }
}
