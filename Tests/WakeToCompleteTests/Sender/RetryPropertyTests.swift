import Testing

@testable import WakeToComplete

/// What has to hold whatever happens, in whatever order.
@Suite struct RetryPropertyTests {
    /// A machine watched from outside: who it says does what, and what is then true.
    private struct Watched {
        var machine: RetryMachine
        let time: Duration
        var now: Duration = .zero
        var stop: Duration = .zero
        var asked = 0
        var finished = 0
        var isRunning = false
        /// The attempt that was begun and of which nobody said that it failed or settled.
        var open: UInt32?
        var last: UInt32 = 0
        var attempts = 0
        var isPaid = false
        var lateTold = 0
        var complaint: String?

        init(_ policy: RetryPolicy) {
            machine = RetryMachine(policy: policy)
            time = policy.time
        }

        mutating func complain(_ text: String) {
            if complaint == nil { complaint = text }
        }

        mutating func take(
            _ event: RetryMachine.Event, _ randomness: inout some RandomNumberGenerator
        ) {
            let wasRunning = isRunning
            switch event {
            case .sendAsked where !isRunning:
                asked += 1
                isRunning = true
                stop = now + time
                attempts = 0
            case .attemptSucceeded(let number) where number >= 1 && number <= last:
                isPaid = true
                open = nil
            case .attemptFailed(let number, _) where number == open: open = nil
            default: break
            }
            for effect in machine.handle(event, at: now, &randomness) {
                see(effect, wasRunning: wasRunning)
            }
            if machine.mayStillSettle != (open != nil) { complain("what may settle is known") }
            if machine.isSending != isRunning { complain("a sending goes on until it finished") }
            if isRunning && machine.deadline == nil { complain("there is always an end") }
            if let deadline = machine.deadline, deadline > stop { complain("a wait past the stop") }
        }

        private mutating func see(_ effect: RetryMachine.Effect, wasRunning: Bool) {
            switch effect {
            case .attempt(let number, let timeout):
                if open != nil { complain("a second attempt while one may settle") }
                if isPaid { complain("an attempt after one settled") }
                if number != last + 1 { complain("attempts are counted") }
                if timeout <= .zero || now + timeout > stop { complain("an attempt past the stop") }
                if !isRunning { complain("an attempt nobody asked for") }
                open = number
                last = number
                attempts += 1
                if attempts > WakeLimits.attemptsMax { complain("too many attempts") }
            case .askHint(let number, let timeout):
                if number != last || open != nil { complain("advice about another attempt") }
                if timeout <= .zero || now + timeout > stop { complain("asking past the stop") }
            case .abandon(let number):
                if number != open { complain("abandoned what is not under way") }
            case .finish(let outcome):
                if !isRunning { complain("two outcomes") }
                isRunning = false
                finished += 1
                see(outcome)
            case .decidedLate(let isPaid):
                lateTold += 1
                if wasRunning { complain("late, but not late") }
                if isPaid != self.isPaid { complain("late and wrong") }
            }
        }

        private mutating func see(_ outcome: SendOutcome) {
            switch outcome {
            case .succeeded: if !isPaid { complain("succeeded and not paid") }
            case .failed: if isPaid || open != nil { complain("failed while it may settle") }
            case .undecided: if isPaid || open == nil { complain("undecided and decided") }
            case .cancelled: break
            }
        }
    }

    private static let waits: [Duration] = [
        .zero, .milliseconds(1), .milliseconds(400), .seconds(1), .seconds(3), .milliseconds(6999),
        .seconds(13), .seconds(100),
    ]

    private static func event(
        _ watched: Watched, _ randomness: inout SeededNumbers
    ) -> RetryMachine.Event {
        // Mostly of the last attempt; now and then of another.
        let number =
            Int.random(in: 0..<8, using: &randomness) > 0
            ? watched.last : UInt32.random(in: 0...5, using: &randomness)
        switch Int.random(in: 0..<12, using: &randomness) {
        case 0, 1: return .sendAsked
        case 2: return .attemptSucceeded(number)
        case 3: return .attemptPending(number)
        case 4: return .cancelled
        case 5, 6, 7:
            let all = PaymentFailure.allCases
            let maybe = all.filter { failure in failure.retryability == .maybe }
            let isMaybe = Int.random(in: 0..<5, using: &randomness) > 0
            return .attemptFailed(
                number, (isMaybe ? maybe : all).randomElement(using: &randomness) ?? .unknown)
        case 8, 9:
            let advice = ForwardingHint.Advice.allCases.randomElement(using: &randomness)
            let delay = Int64.random(in: -1...9000, using: &randomness)
            let hint = ForwardingHint(advice ?? .retryLater, delay: .milliseconds(delay))
            return .hintCame(number, Bool.random(using: &randomness) ? hint : nil)
        default: return .timeCame
        }
    }

    @Test func whateverHappensTheStopIsNeverOverrunAndNothingIsPaidTwice() {
        var randomness = SeededNumbers(7)
        var outcomes = 0
        for run in 0..<50_000 {
            let seconds = Int64.random(in: 9...16, using: &randomness)
            var watched = Watched(
                RetryPolicy(
                    time: .seconds(seconds), asksForHints: Bool.random(using: &randomness),
                    interimIsForRouteNotFoundAlone: run % 4 == 0))
            for _ in 0..<24 {
                // The timer of a driver comes on time in half of the cases, late in the others.
                if let deadline = watched.machine.deadline, Bool.random(using: &randomness) {
                    watched.now = max(watched.now, deadline)
                    watched.take(.timeCame, &randomness)
                } else {
                    watched.now += waits(&randomness)
                    watched.take(RetryPropertyTests.event(watched, &randomness), &randomness)
                }
            }
            finish(&watched, &randomness)
            outcomes += watched.finished
            if let complaint = watched.complaint {
                Issue.record("run \(run): \(complaint)")
                return
            }
        }
        #expect(outcomes > 50_000)
    }

    @Test func everyOrderOfEventsToADepthOfSixHasOneOutcome() {
        let moves: [RetryMachine.Event] = [
            .sendAsked, .attemptSucceeded(1), .attemptFailed(1, .routeNotFound),
            .attemptFailed(2, .invoiceExpired), .hintCame(1, nil),
            .hintCame(1, ForwardingHint(.retryNow)), .cancelled, .timeCame,
        ]
        var count = 0
        for asksForHints in [false, true] {
            let start = Watched(RetryPolicy(asksForHints: asksForHints))
            walk(start, moves, depth: 6, &count)
        }
        // Six moves out of eight, with both policies.
        #expect(count == 2 * 262_144)
    }

    private func walk(
        _ watched: Watched, _ moves: [RetryMachine.Event], depth: Int, _ count: inout Int
    ) {
        var randomness = SeededNumbers(UInt64(depth))
        guard depth > 0 else {
            count += 1
            var last = watched
            finish(&last, &randomness)
            if let complaint = last.complaint { Issue.record("\(complaint)") }
            return
        }
        for move in moves {
            var next = watched
            if move == .timeCame {
                next.now = max(next.now, next.machine.deadline ?? next.now)
            } else {
                next.now += .milliseconds(300)
            }
            next.take(move, &randomness)
            walk(next, moves, depth: depth - 1, &count)
        }
    }

    /// A driver's timer, and nothing else any more: there has to be an end, and on time.
    private func finish(_ watched: inout Watched, _ randomness: inout SeededNumbers) {
        var steps = 0
        while let deadline = watched.machine.deadline, steps < 20 {
            watched.now = max(watched.now, deadline)
            watched.take(.timeCame, &randomness)
            // Nodes fail as soon as they are asked, so that every delay comes.
            if let open = watched.open, steps % 2 == 0 {
                watched.take(.attemptFailed(open, .routeNotFound), &randomness)
            }
            steps += 1
        }
        if watched.isRunning { watched.complain("no outcome") }
        if watched.asked != watched.finished { watched.complain("one outcome each") }
    }

    private func waits(_ randomness: inout SeededNumbers) -> Duration {
        RetryPropertyTests.waits.randomElement(using: &randomness) ?? .zero
    }
}
