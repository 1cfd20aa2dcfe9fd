import Foundation
import NotificationPipeline
import SharedGroup
import Testing
import Threading

@testable import WakeToComplete

/// What a driver and its world did, in order.
final class Diary: Sendable {
    private let lines = Mutex<[String]>([])

    func note(_ line: String) { lines.withLock { lines in lines.append(line) } }
    var all: [String] { lines.withLock { lines in lines } }
    func count(_ line: String) -> Int { all.filter { $0 == line }.count }
}

/// A clock that stands until it is set on, and tells who waits.
actor TestClock: WakeClock {
    private struct Sleeper {
        let id: Int
        let time: Duration
        let wake: CheckedContinuation<Void, Never>
    }

    private let time = Mutex<Duration>(.zero)
    private var sleepers: [Sleeper] = []
    private var next = 0
    nonisolated let unixSeconds: UInt64 = 1_790_000_000

    nonisolated var now: Duration { time.withLock { time in time } }

    func sleep(until deadline: Duration) async {
        next += 1
        let id = next
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                if Task.isCancelled || deadline <= now { return wake.resume() }
                sleepers.append(Sleeper(id: id, time: deadline, wake: wake))
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func cancel(_ id: Int) {
        guard let index = sleepers.firstIndex(where: { $0.id == id }) else { return }
        sleepers.remove(at: index).wake.resume()
    }

    func set(_ new: Duration) {
        time.withLock { time in time = new }
        for sleeper in sleepers where sleeper.time <= new { sleeper.wake.resume() }
        sleepers.removeAll { $0.time <= new }
    }
}

/// A node whose steps do what they are told to.
final class TestNode: LightningNode {
    enum Behaviour: Sendable { case succeeds, fails, hangs, ignoresCancellation }

    private struct State {
        var behaviours: [NodeStep: Behaviour] = [:]
        var onEvent: (@Sendable (NodeEvent) -> Void)?
        var isRunning = false
        var hanging: [CheckedContinuation<Void, Never>] = []
    }

    let diary: Diary
    private let state = Mutex(State())

    init(_ diary: Diary, _ behaviours: [NodeStep: Behaviour] = [:]) {
        self.diary = diary
        state.withLock { $0.behaviours = behaviours }
    }

    var isRunning: Bool { state.withLock { $0.isRunning } }

    var isHanging: Bool { state.withLock { !$0.hanging.isEmpty } }

    func set(_ step: NodeStep, _ behaviour: Behaviour) { state.withLock { $0.behaviours[step] = behaviour } }

    func tell(_ event: NodeEvent) { state.withLock { $0.onEvent }?(event) }

    /// Lets everything that hangs return.
    func release() {
        let hanging = state.withLock { state in
            defer { state.hanging = [] }
            return state.hanging
        }
        for one in hanging { one.resume() }
    }

    private func act(_ step: NodeStep) async throws(NodeError) {
        diary.note("\(step)")
        switch state.withLock({ $0.behaviours[step] ?? .succeeds }) {
        case .succeeds: return
        case .fails: throw NodeError()
        case .hangs:
            await withTaskCancellationHandler { await hang() } onCancel: { release() }
            throw NodeError()
        case .ignoresCancellation:
            await hang()
        }
    }

    private func hang() async {
        await withCheckedContinuation { continuation in
            if Task.isCancelled { return continuation.resume() }
            state.withLock { $0.hanging.append(continuation) }
        }
    }

    func setUp() async throws(NodeError) {
        if isRunning { diary.note("a second node") }
        try await act(.setUp)
    }
    func start(onEvent: @escaping @Sendable (NodeEvent) -> Void) async throws(NodeError) {
        try await act(.start)
        state.withLock { state in (state.onEvent, state.isRunning) = (onEvent, true) }
    }
    func connectToTrustedPeers() async throws(NodeError) { try await act(.connect) }
    func sync() async throws(NodeError) { try await act(.sync) }
    func stop() async throws(NodeError) {
        try await act(.stop)
        state.withLock { state in state.isRunning = false }
    }
}

/// A lease that somebody else may have.
final class TestLease: LeaseTaking {
    private struct State {
        var isElsewhere = false
        var isHeld = false
    }

    private let diary: Diary
    private let state = Mutex(State())

    init(_ diary: Diary, isElsewhere: Bool = false) {
        self.diary = diary
        state.withLock { $0.isElsewhere = isElsewhere }
    }

    var isHeld: Bool { state.withLock { $0.isHeld } }

    func take(waiting wait: Duration) async -> Bool {
        diary.note("lease")
        return state.withLock { state in
            if state.isHeld { diary.note("taken twice") }
            state.isHeld = !state.isElsewhere
            return state.isHeld
        }
    }
    func renew() async -> Bool {
        diary.note("renew")
        return isHeld
    }
    func release() async {
        diary.note("release")
        state.withLock { $0.isHeld = false }
    }
}

/// A driver in a world of its own.
struct Phone: Sendable {
    let group = Group()
    let diary = Diary()
    let clock = TestClock()
    let node: TestNode
    let lease: TestLease
    let driver: WakeDriver
    static let hash = PaymentHash(hex: hex("a"))!
    static let push = Array("{\"type\":\"incoming_htlc_wake\",\"payment_hash\":\"\(hex("a"))\",\"amount_msat\":100000}".utf8)

    init(_ behaviours: [NodeStep: TestNode.Behaviour] = [:], leaseIsElsewhere: Bool = false) {
        let diary = diary
        node = TestNode(diary, behaviours)
        lease = TestLease(diary, isElsewhere: leaseIsElsewhere)
        driver = WakeDriver(
            node: node, lease: lease, groupDirectory: group.path,
            counters: Counters(groupDirectory: group.path, side: .app), clock: clock,
            handlers: WakeHandlers(
                show: { state in diary.note("show \(state)") },
                everythingElse: { diary.note("everything else") },
                tapEnded: { outcome in diary.note("tap \(outcome)") },
                notWritten: { _, _ in diary.note("not written") }))
    }

    /// Waits until the diary, or the machine, says so; the time limit is the test's.
    func until(_ fits: @Sendable (NodeCoordinator) -> Bool) async {
        while await !fits(driver.state) { await Task.yield() }
    }

    func receive(msat: UInt64 = 100_000) {
        node.tell(.received(ReceivedPayment(id: PaymentHash(number: 9), hash: Phone.hash, amountMsat: msat)))
    }

    func counted(_ counter: Counter) throws -> UInt64 {
        try CountersReading.read(groupDirectory: group.path)?.app[counter] ?? 0
    }
}

@Suite(.timeLimit(.minutes(10))) struct WakeDriverTests {
    @Test func aSilentPushReceivesAndLeavesNothingBehind() async throws {
        let phone = Phone()
        async let result = phone.driver.didReceiveRemoteNotification(Phone.push)
        await phone.until { machine in machine.node.isConnected && machine.node.step == nil }
        phone.receive()
        #expect(await result == .newData)
        #expect(phone.diary.all == ["lease", "setUp", "start", "connect", "sync", "stop", "release"])
        #expect(!phone.node.isRunning && !phone.lease.isHeld)
        #expect(try ReceivedTransaction.read(groupDirectory: phone.group.path) == ReceivedTransaction(kind: .lightning, sats: 100))
        #expect(try phone.counted(.received) == 1)
        #expect(try phone.counted(.silentPushReceived) == 1)
        #expect(try phone.counted(.handlerStarted) == 1)
        #expect(try phone.counted(.fellBackToAlert) == 0)
        let reading = try #require(try CountersReading.read(groupDirectory: phone.group.path))
        for latency in Latency.allCases { #expect(reading.app[latency].count == 1) }
    }

    @Test func withoutAPaymentTheWaitIsFiveSeconds() async throws {
        let phone = Phone()
        async let result = phone.driver.didReceiveRemoteNotification(Phone.push)
        await phone.until { machine in machine.silentPush.deadline == .seconds(5) }
        await phone.clock.set(.seconds(5))
        #expect(await result == .noData)
        #expect(!phone.node.isRunning && !phone.lease.isHeld)
        #expect(try phone.counted(.fellBackToAlert) == 1)
        #expect(try ReceivedTransaction.read(groupDirectory: phone.group.path) == nil)
    }

    @Test(arguments: ["{}", "not json", "{\"type\":\"incomingHtlc\"}"]) func otherPushesAreAnsweredAtOnce(_ text: String) async throws {
        let phone = Phone()
        #expect(await phone.driver.didReceiveRemoteNotification(Array(text.utf8)) == .noData)
        #expect(phone.diary.all == [])
        #expect(try phone.counted(.silentPushReceived) == 1)
        #expect(try phone.counted(.handlerStarted) == 0)
    }

    @Test func aLeaseThatIsElsewhereIsNoData() async {
        let phone = Phone(leaseIsElsewhere: true)
        #expect(await phone.driver.didReceiveRemoteNotification(Phone.push) == .noData)
        #expect(phone.diary.all == ["lease"])
    }

    /// In the fork only the work between start and stop has a time limit (W-F8).
    @Test(arguments: [NodeStep.setUp, .start, .connect, .sync], [TestNode.Behaviour.fails, .hangs])
    func everyStepThatFailsOrHangsIsAnsweredAndCleanedUp(_ step: NodeStep, _ behaviour: TestNode.Behaviour) async {
        let phone = Phone([step: behaviour])
        async let result = phone.driver.didReceiveRemoteNotification(Phone.push)
        if behaviour == .hangs {
            await phone.until { machine in machine.node.step == step }
            await phone.clock.set(step.time)
        }
        #expect(await result == .failed)
        #expect(phone.diary.all.suffix(2) == ["stop", "release"])
        #expect(!phone.node.isRunning && !phone.lease.isHeld)
    }

    @Test(arguments: [NodeStep.setUp, .start, .connect, .sync])
    func expiryInEveryStepIsAnsweredOnceAndCleanedUp(_ step: NodeStep) async {
        let phone = Phone([step: .hangs])
        async let result = phone.driver.didReceiveRemoteNotification(Phone.push)
        await phone.until { machine in machine.node.step == step }
        await phone.driver.backgroundTimeExpires()
        await phone.driver.backgroundTimeExpires()
        #expect(await result == .failed)
        await phone.until { machine in machine.node.isAbsent }
        #expect(phone.diary.count("stop") == 1)
        #expect(!phone.node.isRunning && !phone.lease.isHeld)
    }

    @Test func aNodeThatDoesNotStopHoldsNobodyUpAndKeepsTheLease() async {
        let phone = Phone([.stop: .ignoresCancellation])
        async let result = phone.driver.didReceiveRemoteNotification(Phone.push)
        await phone.until { machine in machine.silentPush.deadline == .seconds(5) }
        await phone.driver.backgroundTimeExpires()
        await phone.clock.set(.seconds(2))
        #expect(await result == .noData)
        #expect(phone.lease.isHeld)
        while phone.diary.count("stop") == 0 { await Task.yield() }
        while phone.node.isRunning {
            phone.node.release()
            await Task.yield()
        }
        await phone.until { machine in machine.node.isAbsent }
        #expect(!phone.lease.isHeld)
    }

    @Test func aTapTakesTheNodeOverWithoutStoppingIt() async throws {
        let phone = Phone([.connect: .hangs])
        async let result = phone.driver.didReceiveRemoteNotification(Phone.push)
        await phone.until { machine in machine.node.step == .connect }
        await phone.driver.tapped(paymentHash: Phone.hash)
        phone.node.set(.connect, .succeeds)
        while !phone.node.isHanging { await Task.yield() }
        // The connection fails; the silent push is answered, and the app's node stays.
        phone.node.release()
        #expect(await result == .failed)
        #expect(phone.diary.count("stop") == 0)
        #expect(phone.lease.isHeld)
        await phone.driver.retry()
        await phone.until { machine in machine.tap.outcome == .completed }
        phone.receive()
        await phone.until { machine in machine.payment.state == .completed(sats: 100) }
        #expect(phone.diary.count("stop") == 0)
        #expect(phone.diary.count("start") == 1)
        await phone.driver.close()
        await phone.until { machine in machine.node.isAbsent }
        #expect(!phone.node.isRunning && !phone.lease.isHeld)
    }

    @Test func twoPushesAtOnceAreOneNodeAndTwoAnswers() async {
        let phone = Phone()
        async let one = phone.driver.didReceiveRemoteNotification(Phone.push)
        async let other = phone.driver.didReceiveRemoteNotification(Phone.push)
        await phone.until { machine in machine.silentPush.deadline == .seconds(5) }
        while (try? phone.counted(.silentPushReceived)) != 2 { await Task.yield() }
        phone.receive()
        #expect(await (one, other) == (.newData, .newData))
        #expect(phone.diary.count("setUp") == 1)
        #expect(phone.diary.count("release") == 1)
    }

    @Test func aTapCompletesInOrderAndEverythingElseComesLast() async throws {
        let phone = Phone()
        await phone.driver.tapped(paymentHash: Phone.hash)
        await phone.driver.tapped(paymentHash: Phone.hash)
        while phone.diary.count("everything else") == 0 { await Task.yield() }
        #expect(phone.diary.all == [
            "show connecting", "lease", "setUp", "start", "connect", "show completing", "sync", "tap completed", "everything else",
        ])
        phone.receive(msat: 5_000_999)
        phone.receive(msat: 5_000_999)
        await phone.until { machine in machine.payment.state == .completed(sats: 5_000) }
        #expect(phone.group.bytes("backgroundTransaction") == Array("{\"type\":{\"lightning\":{}},\"sats\":5000}".utf8))
        #expect(try phone.counted(.tapped) == 2)
        #expect(try phone.counted(.tapCompleted) == 1)
    }

    @Test func anExpiredPaymentCompletesAllTheSame() async throws {
        let phone = Phone()
        await phone.driver.tapped(paymentHash: Phone.hash)
        await phone.until { machine in machine.tap.outcome == .completed }
        await phone.clock.set(.seconds(15))
        await phone.until { machine in machine.payment.state == .expired }
        #expect(try ReceivedTransaction.read(groupDirectory: phone.group.path) == nil)
        phone.receive()
        await phone.until { machine in machine.payment.state == .completed(sats: 100) }
        #expect(try ReceivedTransaction.read(groupDirectory: phone.group.path)?.sats == 100)
        #expect(try phone.counted(.paymentExpired) == 1)
    }

    @Test func theLeaseIsRenewedAndItsLossStopsTheNode() async {
        let phone = Phone()
        await phone.driver.tapped(paymentHash: Phone.hash)
        await phone.until { machine in machine.tap.outcome == .completed }
        await phone.clock.set(.seconds(60))
        while phone.diary.count("renew") == 0 { await Task.yield() }
        #expect(phone.node.isRunning)
        await phone.lease.release()
        await phone.clock.set(.seconds(120))
        await phone.until { machine in machine.node.isAbsent }
        #expect(!phone.node.isRunning)
    }

    @Test func theHashComesFromTheNewestPaymentOfTheInbox() async throws {
        let group = Group()
        let inbox = Inbox(groupDirectory: group.path)
        func store(_ digit: Character, _ type: NotificationType, at time: UInt64, hash: Character?) throws {
            var message = Message(type: type)
            message.paymentHash = hash.flatMap { BoundedText(hex($0)) }
            let identity = try #require(BoundedText(String(repeating: digit, count: 32)))
            _ = try inbox.store(Record(identity: identity, message: message, receivedAt: time))
        }
        #expect(try PendingPayment.newest(groupDirectory: group.path, now: 1_000) == nil)
        try store("1", .incomingHtlc, at: 1_000, hash: "a")
        try store("2", .incomingHtlc, at: 1_010, hash: "b")
        try store("3", .mutualClose, at: 1_020, hash: nil)
        #expect(try PendingPayment.newest(groupDirectory: group.path, now: 1_050) == PaymentHash(hex: hex("b")))
        #expect(try PendingPayment.newest(groupDirectory: group.path, now: 1_125) == PaymentHash(hex: hex("b")))
        #expect(try PendingPayment.newest(groupDirectory: group.path, now: 1_131) == nil)
        try store("4", .cjitPaymentArrived, at: 1_040, hash: nil)
        #expect(try PendingPayment.newest(groupDirectory: group.path, now: 1_050) == nil)
    }
}

@Suite struct ReceivedTransactionTests {
    @Test(arguments: [(ReceivedTransaction.Kind.lightning, "lightning"), (.onchain, "onchain")], [UInt64(0), 5, .max])
    func theSlotHoldsWhatBitkitReads(_ kind: (ReceivedTransaction.Kind, String), _ sats: UInt64) throws {
        let group = Group()
        let transaction = ReceivedTransaction(kind: kind.0, sats: sats)
        #expect(try ReceivedTransaction.read(groupDirectory: group.path) == nil)
        try transaction.write(groupDirectory: group.path)
        #expect(group.bytes("backgroundTransaction") == Array("{\"type\":{\"\(kind.1)\":{}},\"sats\":\(sats)}".utf8))
        #expect(group.mode("backgroundTransaction") == 0o600)
        #expect(try ReceivedTransaction.read(groupDirectory: group.path) == transaction)
        try ReceivedTransaction(kind: .lightning, sats: 7).write(groupDirectory: group.path)
        #expect(try ReceivedTransaction.read(groupDirectory: group.path)?.sats == 7)
        try ReceivedTransaction.clear(groupDirectory: group.path)
        try ReceivedTransaction.clear(groupDirectory: group.path)
        #expect(try ReceivedTransaction.read(groupDirectory: group.path) == nil)
    }

    @Test(arguments: [
        "", "{", "{}", "{\"sats\":1}", "{\"type\":{\"lightning\":{}}}", "{\"type\":{\"lightning\":{}},\"sats\":-1}",
        "{\"type\":{\"lightning\":{}},\"sats\":\"1\"}", "{\"type\":{},\"sats\":1}", "{\"type\":\"lightning\",\"sats\":1}",
        "{\"type\":{\"lightning\":{},\"onchain\":{}},\"sats\":1}", "{\"type\":{\"lightning\":{}},\"sats\":1,\"sats\":2}",
        "{\"type\":{\"lightning\":{}},\"sats\":18446744073709551616}",
    ])
    func whatIsNoneIsAnEmptySlot(_ text: String) throws {
        let group = Group()
        group.write(Array(text.utf8), to: "backgroundTransaction")
        #expect(try ReceivedTransaction.read(groupDirectory: group.path) == nil)
    }

    @Test func aLinkIsReplacedAndNotFollowed() throws {
        let group = Group()
        group.write([1], to: "elsewhere")
        symlink(group("elsewhere"), group("backgroundTransaction"))
        try ReceivedTransaction(kind: .lightning, sats: 1).write(groupDirectory: group.path)
        #expect(group.bytes("elsewhere") == [1])
    }
}
