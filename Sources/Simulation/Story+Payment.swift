internal import WakeToComplete

/// The payment on its way between sender, server and device.
struct Payment {
    /// The chain's height, which does not grow in a story.
    static let height: UInt32 = 900_000
    /// When the payment expires: long after the story.
    static let expiry = height + 144
    static let amountMsat: UInt64 = 100_000

    /// When the sender begins.
    var begins = Duration.zero
    var isBegun = false
    /// Whether everybody has gone home.
    var isOver = false
    /// The attempt that is on its way; 0 for none.
    var inFlight: UInt32 = 0
    /// The attempt the server has passed on or sent back already; 0 for none.
    var resolved: UInt32 = 0
    /// The attempt that was passed on while the device was gone; 0 for none.
    var waitsAtDevice: UInt32 = 0
    var isReceived = false
    /// How often the sender was told how it ended.
    var finishes = 0
}

extension Story {
    // The sender.

    mutating func tellSender(_ event: RetryMachine.Event) {
        switch event {
        case .attemptSucceeded(let attempt), .attemptFailed(let attempt, _):
            if attempt == payment.inFlight { payment.inFlight = 0 }
        default: break
        }
        let effects = sender.handle(event, at: now, &dice[.jitter])
        senderDeadline = sender.deadline
        for effect in effects { perform(effect) }
    }

    private mutating func perform(_ effect: RetryMachine.Effect) {
        switch effect {
        case .attempt(let attempt, _):
            attemptPayment(attempt)
            if spoil == .attemptsTwice { attemptPayment(attempt + 1) }
        case .askHint(let attempt, _):
            let time = dice.draw(model.hint, .hint)
            guard !dice.happens(model.hintLost, .hint) else { break }
            schedule(.advises(attempt, isThere: server.isConnected), in: time)
        case .finish(let outcome):
            guard spoil != .neverFinishes else { break }
            payment.finishes += 1
            result.isSeenBySender = outcome == .succeeded
        case .abandon, .decidedLate: break
        }
    }

    private mutating func attemptPayment(_ attempt: UInt32) {
        if payment.inFlight != 0 || payment.isReceived { result.note(.attemptsOverlap) }
        payment.inFlight = attempt
        let time = dice.draw(model.route, .route)
        let isLost = dice.happens(model.routeFails, .route)
        schedule(isLost ? .fails(attempt) : .reachesServer(attempt), in: time)
    }

    /// What a server advises: `retry_now` for a recipient that is there, or else `retry_later`.
    mutating func advise(_ attempt: UInt32, _ isThere: Bool) {
        let hint =
            isThere
            ? ForwardingHint(.retryNow, delay: .zero) : ForwardingHint(.retryLater, .disconnected)
        tellSender(.hintCame(attempt, hint))
    }

    // The server.

    mutating func reachServer(_ attempt: UInt32) {
        if scenario == .notificationsDisabled || server.isConnected, result.begun == nil {
            result.begun = now
        }
        let id = HTLCID(channel: 1, number: UInt64(attempt))
        // Nobody waits for a device that nobody can wake.
        if measures.hold, device.isRegistered || server.isConnected {
            return tellServer(.htlcCame(IncomingHTLC(id: id, cltvExpiry: Payment.expiry)))
        }
        if server.isConnected { return forward(attempt) }
        if device.isRegistered { sendPushes() }
        sendBack(attempt)
    }

    mutating func tellServerOfConnection(_ isConnected: Bool) {
        guard isConnected != server.isConnected, spoil != .missesConnection else { return }
        tellServer(isConnected ? .recipientConnected : .recipientDisconnected)
    }

    mutating func tellServer(_ event: HoldMachine.Event) {
        let effects = server.handle(event, at: now)
        serverDeadline = server.deadline
        for effect in effects {
            switch effect {
            case .sendPushes: sendPushes()
            case .forward(let payments):
                for id in payments {
                    forward(UInt32(id.number))
                    if spoil == .failsForwarded { sendBack(UInt32(id.number)) }
                }
            case .fail(let payments): for id in payments { sendBack(UInt32(id.number)) }
            }
        }
    }

    private mutating func resolve(_ attempt: UInt32) {
        if payment.resolved >= attempt { result.note(.resolvedTwice) }
        payment.resolved = attempt
    }

    private mutating func forward(_ attempt: UInt32) {
        resolve(attempt)
        schedule(.reachesDevice(attempt), in: dice.draw(model.lastHop, .network))
    }

    private mutating func sendBack(_ attempt: UInt32) {
        resolve(attempt)
        schedule(.fails(attempt), in: dice.draw(model.route, .network))
    }

    /// What is still on its way to a device that does not come back goes back to the sender.
    mutating func giveBack() {
        guard payment.waitsAtDevice != 0 else { return }
        schedule(.fails(payment.waitsAtDevice), in: dice.draw(model.route, .network))
        payment.waitsAtDevice = 0
    }

    // The device.

    mutating func reachDevice(_ attempt: UInt32) {
        guard device.isConnected else {
            payment.waitsAtDevice = attempt
            if payment.isOver { giveBack() }
            return
        }
        if payment.isReceived { result.note(.countedTwice) }
        payment.isReceived = true
        device.received += 1
        result.received = now
        result.isUnattended = result.opened == nil
        result.wasLocked = !device.isUnlocked
        schedule(.settles(attempt), in: dice.draw(model.route, .network))
        tellReceived()
        if dice.happens(model.toldTwice, .network) {
            schedule(.tellsAgain(process: device.process), in: .milliseconds(40))
        }
    }
}
