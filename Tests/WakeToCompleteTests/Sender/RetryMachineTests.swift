import Testing

@testable import WakeToComplete

@Suite struct RetryMachineTests {
    private typealias Effect = RetryMachine.Effect

    /// A machine, its time, and what it wanted done.
    private struct Sending {
        var machine: RetryMachine
        var now: Duration = .seconds(100)
        var randomness = ExtremeNumbers(isMost: false)

        init(hints: Bool = false, time: Duration = .seconds(12), routeNotFoundAlone: Bool = false) {
            machine = RetryMachine(
                policy: RetryPolicy(
                    time: time, asksForHints: hints,
                    interimIsForRouteNotFoundAlone: routeNotFoundAlone))
        }

        mutating func take(_ event: RetryMachine.Event, after wait: Duration = .zero) -> [Effect] {
            now += wait
            return Array(machine.handle(event, at: now, &randomness))
        }

        /// Lets the time come that the machine waits for; what passed until then.
        mutating func wait() -> (Duration, [Effect]) {
            let start = now
            now = max(now, machine.deadline ?? now)
            return (now - start, take(.timeCame))
        }
    }

    private static let failure = PaymentFailure.routeNotFound

    @Test func theFirstAttemptIsMadeAtOnceAndMayTakeAllTheTime() {
        var sending = Sending()
        #expect(sending.take(.sendAsked) == [.attempt(1, timeout: .seconds(12))])
        #expect(sending.machine.deadline == .seconds(112))
        #expect(sending.take(.attemptSucceeded(1), after: .seconds(2)) == [.finish(.succeeded)])
        #expect(sending.machine.deadline == nil)
        #expect(sending.machine.isPaid && !sending.machine.mayStillSettle)
    }

    @Test func delaysAreThoseOfThePlan() {
        var sending = Sending(time: .seconds(15))
        _ = sending.take(.sendAsked)
        var delays: [Duration] = []
        var timeouts: [Duration] = []
        for number in 1...3 as ClosedRange<UInt32> {
            #expect(sending.take(.attemptFailed(number, .nodeUnreachable)).isEmpty)
            let (delay, effects) = sending.wait()
            delays.append(delay)
            guard case .attempt(number + 1, let timeout) = effects.first else {
                Issue.record("\(effects)")
                return
            }
            timeouts.append(timeout)
        }
        #expect(delays == [.seconds(1), .seconds(3), .seconds(7)])
        #expect(timeouts == [.seconds(14), .seconds(11), .seconds(4)])
        let end = sending.take(.attemptFailed(4, .routeNotFound))
        #expect(end == [.finish(.failed(.routeNotFound, nil))])
    }

    @Test func chanceAddsHalfASecondAtMost() {
        for isMost in [false, true] {
            var sending = Sending(time: .seconds(15))
            sending.randomness.isMost = isMost
            _ = sending.take(.sendAsked)
            _ = sending.take(.attemptFailed(1, RetryMachineTests.failure))
            let (delay, _) = sending.wait()
            #expect(delay == .seconds(1) + (isMost ? .milliseconds(500) : .zero))
        }
    }

    @Test func aDelayThatWouldEndBehindTheStopIsNotBegun() {
        var sending = Sending()
        _ = sending.take(.sendAsked)
        _ = sending.take(.attemptFailed(1, RetryMachineTests.failure), after: .seconds(6))
        _ = sending.wait()
        // 7 s have passed; three more would leave two for an attempt.
        #expect(sending.take(.attemptFailed(2, RetryMachineTests.failure)).isEmpty)
        _ = sending.wait()
        let end = sending.take(.attemptFailed(3, RetryMachineTests.failure))
        #expect(end == [.finish(.failed(RetryMachineTests.failure, nil))])
        #expect(sending.now == .seconds(110))
    }

    @Test(arguments: PaymentFailure.allCases)
    func whatCannotSucceedIsNotTriedAgain(failure: PaymentFailure) {
        for hints in [false, true] {
            var sending = Sending(hints: hints)
            _ = sending.take(.sendAsked)
            let effects = sending.take(.attemptFailed(1, failure))
            let isOver = effects == [.finish(.failed(failure, nil))]
            #expect(isOver == (failure.retryability == .notRetryable))
        }
    }

    @Test(arguments: PaymentFailure.allCases)
    func theInterimPolicyCanBeForRouteNotFoundAlone(failure: PaymentFailure) {
        var sending = Sending(routeNotFoundAlone: true)
        _ = sending.take(.sendAsked)
        let effects = sending.take(.attemptFailed(1, failure))
        #expect(effects.isEmpty == (failure == .routeNotFound))
    }

    @Test func nothingIsAttemptedWhileAnAttemptMaySettle() {
        var sending = Sending(hints: true)
        _ = sending.take(.sendAsked)
        #expect(sending.take(.attemptPending(1), after: .seconds(1)).isEmpty)
        #expect(sending.take(.sendAsked, after: .seconds(1)).isEmpty)
        #expect(sending.machine.mayStillSettle)
        let (waited, effects) = sending.wait()
        #expect(waited == .seconds(10))
        #expect(effects == [.finish(.undecided)])
        // "Retry Now", again and again, and the next day.
        for _ in 0..<3 {
            #expect(sending.take(.sendAsked, after: .seconds(86_400)) == [.finish(.undecided)])
        }
        #expect(sending.machine.mayStillSettle)
    }

    @Test func aPaymentThatSettlesLateIsToldOfOnceAndNeverSentAgain() {
        var sending = Sending()
        _ = sending.take(.sendAsked)
        _ = sending.wait()
        #expect(
            sending.take(.attemptSucceeded(1), after: .seconds(30)) == [.decidedLate(isPaid: true)])
        #expect(sending.take(.attemptSucceeded(1)).isEmpty)
        #expect(sending.take(.attemptFailed(1, .routeNotFound)).isEmpty)
        #expect(sending.take(.sendAsked) == [.finish(.succeeded)])
        #expect(!sending.machine.mayStillSettle)
    }

    @Test func aPaymentThatFailsLateMayBeSentAgain() {
        var sending = Sending()
        _ = sending.take(.sendAsked)
        _ = sending.wait()
        #expect(
            sending.take(.attemptFailed(1, .routeNotFound), after: .seconds(9))
                == [.decidedLate(isPaid: false)])
        #expect(sending.take(.attemptFailed(1, .routeNotFound)).isEmpty)
        #expect(sending.take(.sendAsked) == [.attempt(2, timeout: .seconds(12))])
    }

    @Test func cancellingStopsAtOnceWhereverItIs() {
        var idle = Sending()
        #expect(idle.take(.cancelled).isEmpty)
        var attempting = Sending()
        _ = attempting.take(.sendAsked)
        #expect(attempting.take(.cancelled) == [.abandon(1), .finish(.cancelled)])
        #expect(attempting.take(.cancelled).isEmpty)
        #expect(attempting.take(.sendAsked) == [.finish(.undecided)])
        #expect(attempting.take(.attemptFailed(1, .unknown)) == [.decidedLate(isPaid: false)])
        var asking = Sending(hints: true)
        _ = asking.take(.sendAsked)
        _ = asking.take(.attemptFailed(1, .unknown))
        #expect(asking.take(.cancelled) == [.finish(.cancelled)])
        #expect(asking.take(.hintCame(1, ForwardingHint(.retryNow))).isEmpty)
        #expect(asking.machine.deadline == nil)
        var waiting = Sending()
        _ = waiting.take(.sendAsked)
        _ = waiting.take(.attemptFailed(1, .unknown))
        #expect(waiting.take(.cancelled) == [.finish(.cancelled)])
        #expect(waiting.take(.timeCame, after: .seconds(60)).isEmpty)
    }

    @Test func adviceIsAskedForAfterAFailure() {
        var sending = Sending(hints: true)
        _ = sending.take(.sendAsked)
        #expect(
            sending.take(.attemptFailed(1, .routeNotFound), after: .seconds(1))
                == [.askHint(1, timeout: .seconds(2))])
        let now = ForwardingHint(.retryNow, .disconnected)
        #expect(sending.take(.hintCame(1, now), after: .milliseconds(300)).isEmpty)
        let (waited, effects) = sending.wait()
        #expect(waited == .seconds(1))
        #expect(effects == [.attempt(2, timeout: .milliseconds(9700))])
    }

    @Test func neverMeansNever() {
        var sending = Sending(hints: true)
        _ = sending.take(.sendAsked)
        _ = sending.take(.attemptFailed(1, .temporaryChannelFailure))
        let hint = ForwardingHint(.doNotRetry, .insufficientLiquidity)
        #expect(
            sending.take(.hintCame(1, hint)) == [.finish(.failed(.temporaryChannelFailure, hint))])
    }

    @Test func laterIsFollowedOnce() {
        var sending = Sending(hints: true)
        let later = ForwardingHint(.retryLater, .disconnected, delay: .seconds(2))
        _ = sending.take(.sendAsked)
        _ = sending.take(.attemptFailed(1, .routeNotFound))
        #expect(sending.take(.hintCame(1, later)).isEmpty)
        #expect(sending.wait().1 == [.attempt(2, timeout: .seconds(10))])
        _ = sending.take(.attemptFailed(2, .routeNotFound))
        #expect(
            sending.take(.hintCame(2, later)) == [.finish(.failed(.routeNotFound, later))])
    }

    @Test func withoutAdviceTheInterimPolicyCounts() {
        // No answer in time, and an answer that is none.
        for isSilent in [true, false] {
            var sending = Sending(hints: true)
            _ = sending.take(.sendAsked)
            _ = sending.take(.attemptFailed(1, .routeNotFound))
            if isSilent {
                let (waited, effects) = sending.wait()
                #expect(waited == .seconds(2))
                #expect(effects.isEmpty)
                // What comes too late counts no more.
                let late = ForwardingHint(.doNotRetry)
                #expect(sending.take(.hintCame(1, late)).isEmpty)
            } else {
                #expect(sending.take(.hintCame(1, nil)).isEmpty)
            }
            let (waited, effects) = sending.wait()
            #expect(waited == .seconds(1))
            #expect(effects.count == 1)
        }
    }

    @Test func adviceThatWouldTakeTooLongEndsIt() {
        var sending = Sending(hints: true, time: .seconds(10))
        _ = sending.take(.sendAsked)
        _ = sending.take(.attemptFailed(1, .routeNotFound), after: .seconds(4))
        let hint = ForwardingHint(.retryNow, delay: .seconds(3600))
        #expect(hint.delay == .seconds(7))
        #expect(sending.take(.hintCame(1, hint)) == [.finish(.failed(.routeNotFound, hint))])
    }

    @Test func adviceIsNotAwaitedPastTheStop() {
        var sending = Sending(hints: true, time: .seconds(10))
        _ = sending.take(.sendAsked)
        #expect(
            sending.take(.attemptFailed(1, .routeNotFound), after: .seconds(9))
                == [.askHint(1, timeout: .seconds(1))])
        #expect(sending.wait().1 == [.finish(.failed(.routeNotFound, nil))])
        #expect(sending.now == .seconds(110))
    }

    @Test func eventsOfOtherAttemptsChangeNothing() {
        var sending = Sending(hints: true)
        #expect(sending.take(.attemptFailed(0, .unknown)).isEmpty)
        #expect(sending.take(.attemptSucceeded(0)).isEmpty)
        #expect(sending.take(.attemptSucceeded(1)).isEmpty)
        #expect(sending.take(.timeCame).isEmpty)
        _ = sending.take(.sendAsked)
        #expect(sending.take(.attemptFailed(2, .unknown)).isEmpty)
        #expect(sending.take(.attemptSucceeded(2)).isEmpty)
        #expect(sending.take(.hintCame(1, ForwardingHint(.doNotRetry))).isEmpty)
        #expect(sending.take(.timeCame).isEmpty)
        #expect(sending.take(.attemptFailed(1, .unknown)).count == 1)
        #expect(sending.take(.attemptFailed(1, .unknown)).isEmpty)
        #expect(sending.take(.hintCame(2, ForwardingHint(.doNotRetry))).isEmpty)
    }

    @Test func aTimerThatComesLateStartsNothing() {
        var sending = Sending()
        _ = sending.take(.sendAsked)
        _ = sending.take(.attemptFailed(1, .routeNotFound))
        #expect(
            sending.take(.timeCame, after: .seconds(3600))
                == [.finish(.failed(.routeNotFound, nil))])
    }

    @Test func aClockThatGoesBackGivesNoTime() {
        var sending = Sending()
        _ = sending.take(.sendAsked)
        _ = sending.take(.attemptFailed(1, .routeNotFound), after: .seconds(11))
        var late = Sending()
        _ = late.take(.sendAsked)
        _ = late.take(.timeCame, after: .seconds(5))
        _ = late.take(.attemptFailed(1, .routeNotFound), after: .seconds(-100))
        #expect(late.machine.deadline == .seconds(106))
    }

    @Test func theTimeStaysWithinItsBounds() {
        #expect(RetryPolicy().time == .seconds(12))
        #expect(RetryPolicy(time: .zero).time == .seconds(10))
        #expect(RetryPolicy(time: .seconds(13)).time == .seconds(13))
        #expect(RetryPolicy(time: .seconds(3600)).time == .seconds(15))
    }
}
