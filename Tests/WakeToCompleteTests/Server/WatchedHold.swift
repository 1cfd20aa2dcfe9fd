@testable import WakeToComplete

/// A machine watched from outside.
struct WatchedHold {
    private struct Open {
        var number: UInt64
        var since: Duration
        var expiry: UInt32
    }

    private var machine: HoldMachine
    var now: Duration = .zero
    private var height: UInt32
    private var isConnected = false
    private var open: [Open] = []
    private var ended: [UInt64] = []
    private var lastPush: Duration?
    private(set) var complaint: String?

    init(height: UInt32) {
        machine = HoldMachine(height: height)
        self.height = height
    }

    private mutating func complain(_ text: String) {
        if complaint == nil { complaint = text }
    }

    /// What a driver does: the timer first, if it was due, then the event.
    mutating func take(_ event: HoldMachine.Event) {
        let moment = now
        while let deadline = machine.deadline, deadline <= moment, complaint == nil {
            now = deadline
            give(.timeCame)
            if machine.deadline == deadline { complain("a deadline that stays") }
        }
        now = moment
        give(event)
    }

    mutating func finish() {
        while let deadline = machine.deadline, complaint == nil {
            now = max(now, deadline)
            give(.timeCame)
            if machine.deadline == deadline { complain("a deadline that stays") }
        }
        if !open.isEmpty { complain("a payment without an end") }
    }

    private mutating func give(_ event: HoldMachine.Event) {
        switch event {
        case .htlcCame(let htlc):
            let number = htlc.id.number
            if !ended.contains(number), !open.contains(where: { one in one.number == number }) {
                open.append(Open(number: number, since: now, expiry: htlc.cltvExpiry))
            }
        case .htlcGone(let id):
            if let index = open.firstIndex(where: { one in one.number == id.number }) {
                ended.append(open.remove(at: index).number)
            }
        case .recipientConnected: isConnected = true
        case .recipientDisconnected: isConnected = false
        case .blockCame(let height): self.height = max(self.height, height)
        case .timeCame: break
        }
        for effect in machine.handle(event, at: now) { see(effect) }
        if machine.heldCount != open.count { complain("what is held is what has no end") }
        for one in open {
            if isConnected { complain("held though the recipient is there") }
            if now - one.since >= .seconds(25) { complain("held too long") }
            if height + WakeLimits.expiryMarginBlocks >= one.expiry {
                complain("held into the margin")
            }
        }
    }

    private mutating func see(_ effect: HoldMachine.Effect) {
        switch effect {
        case .forward(let list):
            if !isConnected { complain("forwarded to nobody") }
            for id in list { end(id.number) }
        case .fail(let list): for id in list { end(id.number) }
        case .sendPushes(let id):
            if let lastPush, now - lastPush < WakeLimits.pushGap { complain("woken too often") }
            if !open.contains(where: { one in one.number == id.number }) {
                complain("woken for nothing")
            }
            lastPush = now
        }
    }

    private mutating func end(_ number: UInt64) {
        guard let index = open.firstIndex(where: { one in one.number == number }) else {
            return complain("ended twice, or never came")
        }
        ended.append(open.remove(at: index).number)
    }
}
