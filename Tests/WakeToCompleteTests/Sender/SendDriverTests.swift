import Testing

@testable import WakeToComplete

@Suite(.timeLimit(.minutes(1))) struct SendDriverTests {
    private struct Node: PayingNode {
        let attempts = Calls<Duration, AttemptAnswer>()
        let settlements = Calls<PaymentHash, Bool>()
        let abandoned = Told<PaymentHash>()

        func attempt(_ payment: OutgoingPayment, timeout: Duration) async -> AttemptAnswer {
            await attempts.ask(timeout)
        }

        func settlement(of hash: PaymentHash) async -> Bool { await settlements.ask(hash) }

        func abandon(_ hash: PaymentHash) async { abandoned.tell(hash) }
    }

    private struct Hints: HintSource {
        let calls = Calls<Duration, Result<ForwardingHint, HintError>>()

        func hint(
            recipient: NodeID, amountMsat: UInt64, timeout: Duration
        ) async throws(HintError) -> ForwardingHint {
            try await calls.ask(timeout).get()
        }
    }

    private struct LeastNumbers: RandomNumberGenerator {
        mutating func next() -> UInt64 { 1 << 32 }
    }

    private let clock = ManualClock()
    private let node = Node()
    private let hints = Hints()
    private let late = Told<Bool>()

    private func payment(_ number: UInt64 = 1) throws -> OutgoingPayment {
        OutgoingPayment(
            hash: PaymentHash(number: number),
            recipient: try #require(NodeID(hex: NodeIDTests.digits)), amountMsat: 1000)
    }

    private func driver(asksForHints: Bool = false) -> SendDriver<Node, Hints, ManualClock> {
        SendDriver(
            node: node, hints: hints, clock: clock,
            policy: RetryPolicy(asksForHints: asksForHints), randomness: LeastNumbers(),
            decidedLate: { [late] _, isPaid in late.tell(isPaid) })
    }

    @Test func aPaymentThatFailsIsTriedAgain() async throws {
        let driver = driver()
        let payment = try payment()
        let outcome = Task { await driver.send(payment) }
        let first = await node.attempts.next()
        #expect(first.request == .seconds(12))
        #expect(await driver.isUnderWay(payment.hash))
        first.answer(.failed(.routeNotFound))
        await clock.pass(to: .seconds(1))
        let second = await node.attempts.next()
        #expect(second.request == .seconds(11))
        second.answer(.failed(.nodeUnreachable))
        await clock.pass(to: .seconds(4))
        let third = await node.attempts.next()
        #expect(third.request == .seconds(8))
        third.answer(.succeeded)
        #expect(await outcome.value == .succeeded)
        #expect(await !driver.isUnderWay(payment.hash))
        // Once more, by mistake: no attempt is made.
        #expect(await driver.send(payment) == .succeeded)
    }

    @Test func aNodeThatHangsDelaysNobodyAndIsNotAskedTwice() async throws {
        let driver = driver()
        let payment = try payment()
        let outcome = Task { await driver.send(payment) }
        let attempt = await node.attempts.next()
        await clock.pass(to: .seconds(12))
        #expect(await outcome.value == .undecided)
        #expect(await driver.isUnderWay(payment.hash))
        #expect(await driver.send(payment) == .undecided)
        attempt.answer(.succeeded)
        #expect(await late.next())
        #expect(await driver.send(payment) == .succeeded)
    }

    @Test func anAttemptUnderWayIsWaitedFor() async throws {
        let driver = driver()
        let payment = try payment()
        let outcome = Task { await driver.send(payment) }
        await node.attempts.next().answer(.pending)
        let settlement = await node.settlements.next()
        await clock.pass(to: .seconds(12))
        #expect(await outcome.value == .undecided)
        settlement.answer(false)
        #expect(await !late.next())
        // Now it may be sent again.
        let again = Task { await driver.send(payment) }
        await node.attempts.next().answer(.pending)
        await node.settlements.next().answer(true)
        #expect(await again.value == .succeeded)
    }

    @Test func sendingTwiceIsSendingOnce() async throws {
        let driver = driver()
        let payment = try payment()
        let first = Task { await driver.send(payment) }
        let attempt = await node.attempts.next()
        let second = Task { await driver.send(payment) }
        // Once the second one waits, cancelling it ends it alone.
        second.cancel()
        #expect(await second.value == .cancelled)
        attempt.answer(.failed(.invoiceExpired))
        #expect(await first.value == .failed(.invoiceExpired, nil))
    }

    @Test func whoeverCancelsHearsSoAtOnce() async throws {
        let driver = driver()
        let payment = try payment()
        let outcome = Task { await driver.send(payment) }
        let attempt = await node.attempts.next()
        outcome.cancel()
        #expect(await outcome.value == .cancelled)
        #expect(await node.abandoned.next() == payment.hash)
        #expect(await driver.send(payment) == .undecided)
        attempt.answer(.failed(.unknown))
        #expect(await !late.next())
        #expect(await !driver.isUnderWay(payment.hash))
    }

    @Test func whatIsCancelledBeforehandIsNeverAttempted() async throws {
        let driver = driver()
        let payment = try payment()
        let outcome = Task {
            withUnsafeCurrentTask { task in task?.cancel() }
            return await driver.send(payment)
        }
        #expect(await outcome.value == .cancelled)
        #expect(await !driver.isUnderWay(payment.hash))
    }

    @Test func adviceIsFollowed() async throws {
        let driver = driver(asksForHints: true)
        let payment = try payment()
        let outcome = Task { await driver.send(payment) }
        await node.attempts.next().answer(.failed(.routeNotFound))
        let call = await hints.calls.next()
        #expect(call.request == .seconds(2))
        call.answer(.success(ForwardingHint(.retryNow, delay: .milliseconds(2500))))
        await clock.pass(to: .milliseconds(2500))
        await node.attempts.next().answer(.failed(.routeNotFound))
        let never = ForwardingHint(.doNotRetry, .insufficientLiquidity)
        await hints.calls.next().answer(.success(never))
        #expect(await outcome.value == .failed(.routeNotFound, never))
    }

    @Test func aServerThatHangsOrHasNoAdviceIsDoneWithout() async throws {
        let driver = driver(asksForHints: true)
        let payment = try payment()
        let outcome = Task { await driver.send(payment) }
        await node.attempts.next().answer(.failed(.routeNotFound))
        let hanging = await hints.calls.next()
        await clock.pass(to: .seconds(2))
        await clock.pass(to: .seconds(3))
        await node.attempts.next().answer(.failed(.routeNotFound))
        await hints.calls.next().answer(.failure(.malformed))
        hanging.answer(.success(ForwardingHint(.doNotRetry)))
        await clock.pass(to: .seconds(6))
        await node.attempts.next().answer(.succeeded)
        #expect(await outcome.value == .succeeded)
    }

    @Test func onlySoManyPaymentsAreUnderWay() async throws {
        let driver = driver()
        var outcomes: [Task<SendOutcome?, Never>] = []
        var attempts: [Calls<Duration, AttemptAnswer>.Call] = []
        for number in 1...UInt64(WakeLimits.paymentsMax) {
            let payment = try payment(number)
            outcomes.append(Task { await driver.send(payment) })
            attempts.append(await node.attempts.next())
        }
        #expect(await driver.send(try payment(1000)) == nil)
        attempts.removeLast().answer(.failed(.invoiceExpired))
        #expect(await outcomes.removeLast().value == .failed(.invoiceExpired, nil))
        let payment = try payment(1000)
        let last = Task { await driver.send(payment) }
        attempts.append(await node.attempts.next())
        outcomes.append(last)
        for attempt in attempts { attempt.answer(.succeeded) }
        for outcome in outcomes { #expect(await outcome.value == .succeeded) }
    }
}
