internal import HTTPMessages
internal import Threading

/// One transfer: ends once, whoever is first of its thread, the alarm and the caller.
final class Transfer: Sendable {
    typealias Outcome = Result<HTTPHead, HTTPError>

    private struct State {
        var continuation: CheckedContinuation<Outcome, Never>?
        var outcome: Outcome?
    }

    private let state = Mutex(State())

    /// Runs `work` on a thread of its own, and resumes `continuation` once: with what it answered,
    /// or with the end that came before.
    func begin(
        _ continuation: CheckedContinuation<Outcome, Never>,
        _ work: @escaping @Sendable () -> Outcome
    ) {
        let early = state.withLock { state -> Outcome? in
            if state.outcome == nil { state.continuation = continuation }
            return state.outcome
        }
        if let early { return continuation.resume(returning: early) }
        let isStarted = Thread.detach(stackBytes: TransferLimits.stackBytes) { [self] in
            end(work())
        }
        if !isStarted { end(.failure(.notReachable)) }
    }

    /// Whether nobody waits for more.
    var hasEnded: Bool { state.withLock { state in state.outcome != nil } }

    /// Ends the transfer with `outcome`, unless it ended before.
    func end(_ outcome: Outcome) {
        let continuation = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }
}
