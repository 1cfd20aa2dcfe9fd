public import Machines

/// How a sender tries again.
public struct RetryPolicy: Equatable, Sendable {
    /// All attempts and delays together, within `WakeLimits.sendingTimes`.
    public let time: Duration
    /// Whether the recipient's server is asked for advice after an attempt that failed; without an
    /// answer it is the interim policy that counts, as it does where nobody is asked.
    public let asksForHints: Bool
    /// Whether the interim policy tries again for `routeNotFound` alone, instead of for whatever
    /// may be tried again.
    public let interimIsForRouteNotFoundAlone: Bool

    /// A policy; the time is brought within `WakeLimits.sendingTimes`.
    public init(
        time: Duration = WakeLimits.sendingTime, asksForHints: Bool = true,
        interimIsForRouteNotFoundAlone: Bool = false
    ) {
        let bounds = WakeLimits.sendingTimes
        self.time = min(max(time, bounds.lowerBound), bounds.upperBound)
        self.asksForHints = asksForHints
        self.interimIsForRouteNotFoundAlone = interimIsForRouteNotFoundAlone
    }
}

/// How a sending ended.
public enum SendOutcome: Equatable, Sendable {
    /// The recipient has the payment.
    case succeeded
    /// It has failed, and no attempt of it is under way. With the last attempt's failure, and the last
    /// advice there was in this sending.
    case failed(PaymentFailure, ForwardingHint?)
    /// The time is up and the last attempt may still settle: nobody may pay again.
    case undecided
    /// Whoever sent it does not want it any more; an attempt under way may still settle.
    case cancelled
}

/// One payment, known by its hash, from the first attempt to the last: what is attempted when.
///
/// Every `sendAsked` has exactly one `finish`, those that come while a sending goes on together with
/// it. No attempt is begun while another may still settle, nor after one has settled, nor within
/// `WakeLimits.attemptTimeMin` of the end of the time.
public struct RetryMachine: Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// Somebody wants it sent, or sent again ("Retry Now").
        case sendAsked
        /// The node says of an attempt that it settled.
        case attemptSucceeded(UInt32)
        /// The node says of an attempt that it failed and can never settle.
        case attemptFailed(UInt32, PaymentFailure)
        /// The node says of an attempt that it is under way; the node will say more.
        case attemptPending(UInt32)
        /// What came of asking for advice after an attempt; nil is no advice.
        case hintCame(UInt32, ForwardingHint?)
        /// Nobody wants it sent any more.
        case cancelled
        /// The time `deadline` told of has come.
        case timeCame
    }

    /// What is to be done.
    public enum Effect: Equatable, Sendable {
        /// Attempt the payment; attempts are counted over the life of the machine.
        case attempt(UInt32, timeout: Duration)
        /// Ask for advice about an attempt that failed.
        case askHint(UInt32, timeout: Duration)
        /// Stop an attempt if that is possible; its end is awaited all the same.
        case abandon(UInt32)
        /// Tell who asked.
        case finish(SendOutcome)
        /// Tell whom an undecided or cancelled payment was shown: now it settled, or failed.
        case decidedLate(isPaid: Bool)
    }

    private enum State: Equatable {
        case idle
        case attempting
        case askingHint(PaymentFailure, until: Duration)
        case waiting(PaymentFailure, until: Duration)
        case over
    }

    private let policy: RetryPolicy
    private var state = State.idle
    /// The last attempt's number; 0 before the first.
    private var attempt: UInt32 = 0
    private var attemptsOfSending = 0
    private var retriesLater = 0
    private var lastHint: ForwardingHint?
    private var stop: Duration = .zero
    private var latest: Duration = .zero
    /// Whether the last attempt may still settle.
    public private(set) var mayStillSettle = false
    /// Whether an attempt settled: there will never be another.
    public private(set) var isPaid = false

    /// A payment nobody has asked for yet.
    public init(policy: RetryPolicy = RetryPolicy()) {
        self.policy = policy
    }

    /// Whether somebody waits for a `finish`.
    public var isSending: Bool { state != .idle && state != .over }

    /// When `timeCame` has to be handled; nil for never.
    public var deadline: Duration? {
        switch state {
        case .idle, .over: nil
        case .attempting: stop
        case .askingHint(_, let until), .waiting(_, let until): until
        }
    }

    /// Takes an event. Time that goes backwards stands still.
    public mutating func handle(
        _ event: Event, at time: Duration, _ randomness: inout some RandomNumberGenerator
    ) -> Effects<Effect> {
        latest = max(latest, time)
        switch event {
        case .sendAsked: return send()
        case .attemptSucceeded(let number): return succeed(number)
        case .attemptFailed(let number, let failure): return fail(number, failure, &randomness)
        // Nothing new: it may still settle, as every attempt may that has not failed.
        case .attemptPending: return Effects()
        case .hintCame(let number, let hint): return advise(number, hint, &randomness)
        case .cancelled: return cancel()
        case .timeCame: return wake(&randomness)
        }
    }

    private mutating func send() -> Effects<Effect> {
        guard !isSending else { return Effects() }
        guard !isPaid else { return Effects(.finish(.succeeded)) }
        guard !mayStillSettle else { return Effects(.finish(.undecided)) }
        stop = latest + policy.time
        attemptsOfSending = 0
        retriesLater = 0
        lastHint = nil
        return beginAttempt()
    }

    private mutating func beginAttempt() -> Effects<Effect> {
        precondition(!mayStillSettle && !isPaid, "one attempt at a time")
        attempt += 1
        attemptsOfSending += 1
        mayStillSettle = true
        state = .attempting
        return Effects(.attempt(attempt, timeout: stop - latest))
    }

    private mutating func succeed(_ number: UInt32) -> Effects<Effect> {
        // Of whichever attempt it is said: what is paid is paid.
        guard number >= 1, number <= attempt, !isPaid else { return Effects() }
        isPaid = true
        mayStillSettle = false
        guard isSending else { return Effects(.decidedLate(isPaid: true)) }
        return finish(.succeeded)
    }

    private mutating func fail(
        _ number: UInt32, _ failure: PaymentFailure,
        _ randomness: inout some RandomNumberGenerator
    ) -> Effects<Effect> {
        guard number == attempt, mayStillSettle else { return Effects() }
        mayStillSettle = false
        guard state == .attempting else { return Effects(.decidedLate(isPaid: false)) }
        guard failure.retryability == .maybe, attemptsOfSending < WakeLimits.attemptsMax,
            stop - latest > WakeLimits.attemptTimeMin
        else { return finish(.failed(failure, lastHint)) }
        guard policy.asksForHints else { return waitAsInterim(failure, &randomness) }
        let until = min(latest + WakeLimits.hintTimeout, stop)
        state = .askingHint(failure, until: until)
        return Effects(.askHint(attempt, timeout: until - latest))
    }

    private mutating func advise(
        _ number: UInt32, _ hint: ForwardingHint?, _ randomness: inout some RandomNumberGenerator
    ) -> Effects<Effect> {
        guard number == attempt, case .askingHint(let failure, _) = state else { return Effects() }
        guard let hint else { return waitAsInterim(failure, &randomness) }
        lastHint = hint
        switch hint.advice {
        case .doNotRetry: return finish(.failed(failure, hint))
        case .retryLater where retriesLater == WakeLimits.retriesLaterMax:
            return finish(.failed(failure, hint))
        case .retryLater:
            retriesLater += 1
            return wait(hint.wait, failure, &randomness)
        case .retryNow: return wait(hint.wait, failure, &randomness)
        }
    }

    private mutating func waitAsInterim(
        _ failure: PaymentFailure, _ randomness: inout some RandomNumberGenerator
    ) -> Effects<Effect> {
        guard failure == .routeNotFound || !policy.interimIsForRouteNotFoundAlone else {
            return finish(.failed(failure, lastHint))
        }
        return wait(WakeLimits.attemptDelays[attemptsOfSending], failure, &randomness)
    }

    /// Waits, if there is time for an attempt behind it.
    private mutating func wait(
        _ delay: Duration, _ failure: PaymentFailure,
        _ randomness: inout some RandomNumberGenerator
    ) -> Effects<Effect> {
        let jitter = Int64.random(in: 0...WakeLimits.jitterMicrosecondsMax, using: &randomness)
        let until = latest + delay + .microseconds(jitter)
        guard until <= stop - WakeLimits.attemptTimeMin else {
            return finish(.failed(failure, lastHint))
        }
        state = .waiting(failure, until: until)
        return Effects()
    }

    private mutating func cancel() -> Effects<Effect> {
        guard isSending else { return Effects() }
        var effects = mayStillSettle ? Effects(Effect.abandon(attempt)) : Effects()
        effects.append(.finish(.cancelled))
        state = .over
        return effects
    }

    private mutating func wake(_ randomness: inout some RandomNumberGenerator) -> Effects<Effect> {
        guard let deadline, latest >= deadline else { return Effects() }
        switch state {
        case .idle, .over: return Effects()
        case .attempting: return finish(.undecided)
        case .askingHint(let failure, _): return waitAsInterim(failure, &randomness)
        case .waiting(let failure, _):
            // The timer may come late, from a process that was suspended.
            guard stop - latest >= WakeLimits.attemptTimeMin else {
                return finish(.failed(failure, lastHint))
            }
            return beginAttempt()
        }
    }

    private mutating func finish(_ outcome: SendOutcome) -> Effects<Effect> {
        state = .over
        return Effects(.finish(outcome))
    }
}
