import Testing

@testable import WakeToComplete

/// What can happen to a sleeping wallet.
enum Move: UInt8, CaseIterable {
    case tap, tapUnnamed, push, pushOther, expire, payment, otherPayment
    case stepDone, stepFailed, time, kill, retry, close, leaseLost, lateAnswer

    /// The ones every interleaving of which is walked through.
    static let core: [Move] = [.tap, .push, .expire, .payment, .stepDone, .stepFailed, .time, .kill]
}

/// A device with one wallet, seen from outside: does what the coordinator asks for and notes every
/// promise that is broken.
struct World {
    var machine = NodeCoordinator()
    var now = Duration.zero
    var problems: [String] = []
    // Held in place: a walk copies a world a million times.
    private var made = InlineArray<64, UInt8>(repeating: 0)
    private var madeCount = 0
    private var moves: [Move] { (0..<madeCount).compactMap { Move(rawValue: made[$0]) } }

    /// The step that is under way.
    private var step: (step: NodeStep, number: UInt32)?
    /// Whether a node runs, or may.
    private(set) var mayRun = false
    private var isStarted = false
    /// Whether the lease is held, or may be.
    private(set) var mayHold = false
    private var isHeld = false

    private var pushes: UInt32 = 0
    private var completed: UInt32 = 0
    private var taps = 0
    private var tapsEnded = 0
    private var hasEverythingElse = false
    /// A bit for each payment that was told of.
    private var payments: UInt64 = 0
    /// Whether a payment was told of since the first push that waits for its completion.
    private var hasNews = false
    private(set) var writes = 0

    static let hash = PaymentHash(number: 1)
    static let other = PaymentHash(number: 2)

    init() {}

    init(_ moves: [Move]) {
        for move in moves { make(move) }
    }

    /// Whether the move can be made now.
    func permits(_ move: Move) -> Bool {
        switch move {
        case .tap, .tapUnnamed, .push, .pushOther, .kill, .close, .expire, .retry: true
        case .payment, .otherPayment: mayRun
        case .stepDone, .stepFailed: step != nil
        case .lateAnswer: machine.node.step != nil || step == nil
        case .time: machine.deadline != nil
        case .leaseLost: isHeld
        }
    }

    mutating func make(_ move: Move) {
        made[madeCount] = move.rawValue
        madeCount += 1
        let owner = machine.owner
        let wasGoingDown = machine.node.step == .stop || machine.node.step == .release
        let isNeededByPush = machine.silentPush.isActive && !machine.silentPush.isLeaving
        switch move {
        case .tap: tap(World.hash)
        case .tapUnnamed: tap(nil)
        case .push: push(World.hash)
        case .pushOther: push(World.other)
        case .expire: handle(.expired)
        // A node's own id for a payment is another number than its hash.
        case .payment: receive(1, ReceivedPayment(id: PaymentHash(number: 100), hash: World.hash, amountMsat: 5_000_999))
        case .otherPayment: receive(2, ReceivedPayment(id: World.other, hash: nil, amountMsat: 7_000))
        case .stepDone: end(true)
        case .stepFailed: end(false)
        case .lateAnswer: handle(.ended(0, succeeded: true))
        case .time: passTime()
        case .retry: handle(.retried)
        case .close: handle(.closed)
        case .leaseLost: handle(.leaseLost)
        case .kill: kill()
        }
        if owner == .app, machine.owner != .app, !World.losing(move) {
            problem("the app lost its node by \(move)")
        }
        if move == .close, isNeededByPush, !wasGoingDown, [.stop, .release].contains(machine.node.step) {
            problem("closing the app stops the node of a silent push")
        }
        check()
    }

    /// Whether the app may lose its node by this.
    private static func losing(_ move: Move) -> Bool {
        switch move {
        case .close, .leaseLost, .stepFailed, .time, .kill: true
        default: false
        }
    }

    private mutating func problem(_ text: String) {
        problems.append("\(text) after \(moves)")
    }

    private mutating func tap(_ hash: PaymentHash?) {
        handle(.tapped(hash))
        if !machine.tap.isUnderWay && machine.tap.outcome == nil { problem("a tap is lost") }
    }

    private mutating func push(_ hash: PaymentHash?) {
        pushes += 1
        handle(.silentPush(pushes, hash))
    }

    private mutating func receive(_ number: UInt64, _ payment: ReceivedPayment) {
        if payments & (1 << number) == 0, completed < pushes { hasNews = true }
        payments |= 1 << number
        handle(.received(payment))
    }

    private mutating func end(_ succeeded: Bool) {
        guard let (done, number) = step else { return }
        step = nil
        switch done {
        case .lease:
            isHeld = succeeded
            mayHold = succeeded
        case .start: isStarted = succeeded
        case .stop: (mayRun, isStarted) = (false, false)
        case .release: (mayHold, isHeld) = (false, false)
        case .setUp, .connect, .sync: break
        }
        handle(.ended(number, succeeded: succeeded))
    }

    mutating func passTime() {
        guard let deadline = machine.deadline else { return }
        now = max(now, deadline)
        var count = 0
        while let next = machine.deadline, next <= now {
            handle(.timeCame)
            count += 1
            if count > 10 { return problem("time does not go on") }
        }
    }

    /// The process dies, and with it its node, its lease and its debts.
    private mutating func kill() {
        machine = NodeCoordinator()
        step = nil
        (mayRun, isStarted, mayHold, isHeld) = (false, false, false, false)
        (completed, taps, tapsEnded, hasEverythingElse) = (pushes, 0, 0, false)
        payments = 0
        hasNews = false
        writes = 0
    }

    private mutating func handle(_ event: NodeCoordinator.Event) {
        let wasApps = machine.owner == .app
        let wasUnderWay = machine.tap.isUnderWay
        let effects = machine.handle(event, at: now)
        if machine.tap.isUnderWay && !wasUnderWay { taps += 1 }
        for effect in effects {
            switch effect {
            case .begin(let next, let number, _): begin(next, number, wasApps)
            case .renewLease: if !isHeld { problem("a lease is renewed that nobody has") }
            case .complete(let through, let result, let received, let fellBack):
                complete(through, result, received, fellBack)
            case .show(.completed(let sats)):
                if payments == 0 { problem("completed without a payment") }
                if sats != 5_000 && sats != 7 { problem("wrong amount") }
            case .show: break
            case .writeReceived:
                writes += 1
                if writes > payments.nonzeroBitCount { problem("written twice, or without a payment") }
            case .tapEnded:
                tapsEnded += 1
                if tapsEnded > taps { problem("a tap ended twice") }
            case .everythingElse:
                if hasEverythingElse { problem("everything else twice") }
                if tapsEnded == 0 { problem("everything else before the tap's end") }
                hasEverythingElse = true
            case .measured: break
            }
        }
    }

    private mutating func begin(_ next: NodeStep, _ number: UInt32, _ wasApps: Bool) {
        // Whoever does the steps cancels the one before; of what it did nobody can be sure.
        step = (next, number)
        switch next {
        case .lease:
            if mayHold { problem("the lease is taken twice") }
            mayHold = true
        case .setUp:
            if !isHeld { problem("set up without the lease") }
            if mayRun { problem("a second node") }
            mayRun = true
        case .start: if !isHeld || !mayRun { problem("started without being set up") }
        case .connect, .sync: if !isHeld || !isStarted { problem("\(next) without a node") }
        case .stop: isStarted = false
        case .release:
            if mayRun { problem("the lease is given back while a node may run") }
            isHeld = false
        }
    }

    private mutating func complete(
        _ through: UInt32, _ result: BackgroundFetchResult, _ received: UInt32, _ fellBack: UInt32
    ) {
        if through <= completed || through > pushes { problem("completed twice, or nobody's push") }
        if received + fellBack != through - completed { problem("pushes are not counted once") }
        if received > 0 && result != .newData { problem("received, and told \(result)") }
        if result == .newData && received == 0 && !hasNews { problem("new data without any") }
        hasNews = false
        completed = through
    }

    private mutating func check() {
        if machine.owner == .nobody, machine.node.isAbsent, mayHold || mayRun {
            problem("a node or a lease is left behind")
        }
        if machine.silentPush.isActive != (completed < pushes) { problem("a push is forgotten") }
        if step == nil, machine.node.step != nil { problem("a step is waited for that nobody does") }
    }

    /// Lets everything come to rest: steps are answered, or not, and time passes.
    mutating func settle(answering: Bool) {
        var count = 0
        while machine.silentPush.isActive || machine.tap.isUnderWay || machine.payment.deadline != nil
            || (machine.node.step != nil && (answering || ![.stop, .release].contains(machine.node.step)))
        {
            if answering, step != nil { end(true) } else { passTime() }
            count += 1
            if count > 100 { return problem("nothing comes to rest") }
        }
        check()
        if machine.tap.isUnderWay || taps != tapsEnded { problem("a tap has no end") }
        if completed != pushes { problem("a push has no completion") }
        if answering {
            if machine.owner == .app {
                if !mayHold || !isStarted { problem("the app's node does not run") }
            } else if mayHold || mayRun || !machine.node.isAbsent {
                problem("a node or a lease is left behind at the end")
            }
        }
    }
}
