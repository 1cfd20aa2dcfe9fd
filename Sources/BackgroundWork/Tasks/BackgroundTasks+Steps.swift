internal import Machines

extension BackgroundTasks {
    mutating func take(
        _ preparation: Preparation, at now: Duration, unix: UInt64,
        _ effects: inout Effects<Effect>
    ) {
        switch preparation {
        case .ready:
            let isFresh = state.metrics.lastSync.map { last in
                last <= unix && unix - last <= BackgroundLimits.resumeSecondsMax
            }
            // What comes behind the chain is worth nothing on an old one.
            let isForAnother = state.next == .gossip && run?.mayGossip == false
            if state.next != .sync, isFresh != true || isForAnother { restart() }
            if state.next == .sync {
                state.metrics.blocksSynced = 0
                state.metrics.channelsUpdated = 0
            }
            perform(at: now, &effects)
        case .leaseRefused:
            stop(.leaseRefused, at: now, &effects)
        case .failed(let error):
            fail(error, in: nil, at: now, unix: unix, &effects)
        }
    }

    mutating func take(
        _ result: StepResult, of step: BackgroundStep, at now: Duration, unix: UInt64,
        _ effects: inout Effects<Effect>
    ) {
        switch result {
        case .done(let position, let count):
            note(step, position: step == .sync ? position : 0, count: count)
            state.failures = 0
            state.delays = 0
            if step == .sync { state.metrics.lastSync = unix }
            guard let next = BackgroundStep(rawValue: step.rawValue + 1) else {
                restart()
                return stop(.done, at: now, &effects)
            }
            state.next = next
            state.position = 0
            perform(at: now, &effects)
        case .failed(let error):
            fail(error, in: step, at: now, unix: unix, &effects)
        }
    }

    /// Begins the next step, or stops where it is not to be begun now.
    private mutating func perform(at now: Duration, _ effects: inout Effects<Effect>) {
        guard let run else { return }
        let step = state.next
        if step == .gossip, !run.mayGossip {
            restart()
            return stop(.done, at: now, &effects)
        }
        let left = run.stepsEnd - now
        guard left >= BackgroundLimits.taskStepMin else {
            return stop(.partial, at: now, &effects)
        }
        self.run?.phase = .performing(step)
        effects.append(.save(state))
        effects.append(
            .perform(
                run: run.number, step, position: state.position(of: step), within: left))
    }

    private mutating func restart() {
        state.next = .sync
        state.position = 0
        state.failures = 0
    }

    /// Keeps how far a step is.
    mutating func note(_ step: BackgroundStep, position: UInt64, count: UInt64) {
        state.setPosition(position, of: step)
        switch step {
        case .sync: state.metrics.blocksSynced = sum(state.metrics.blocksSynced, count)
        case .channels: state.metrics.channelsUpdated = sum(state.metrics.channelsUpdated, count)
        case .events, .gossip: break
        }
    }

    private func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// - Parameter step: nil where the node did not even start.
    private mutating func fail(
        _ error: BackgroundError, in step: BackgroundStep?, at now: Duration, unix: UInt64,
        _ effects: inout Effects<Effect>
    ) {
        guard let run else { return }
        switch error.response {
        case .reschedule:
            // Of its two effects, `stop` repeats the first.
            var delayed = Effects<Effect>()
            delay(run.kind, unix: unix, &delayed)
            effects.append(delayed[1])
            stop(.failed(error), at: now, &effects)
        case .savePartial:
            stop(.failed(error), at: now, &effects)
        case .log:
            state.failures = min(state.failures, 254) + 1
            if state.failures >= BackgroundLimits.stepFailuresMax, let step {
                // Perhaps it is its own beginning that it cannot get over.
                state.setPosition(0, of: step)
                state.failures = 0
            }
            effects.append(.log(step ?? state.next, error))
            stop(.failed(error), at: now, &effects)
        }
    }

    /// Stops the node; the completion waits for that, but no longer than its share of the budget.
    private mutating func stop(
        _ outcome: Outcome, at now: Duration, within wait: Duration = BackgroundLimits.taskStopMax,
        _ effects: inout Effects<Effect>
    ) {
        guard let run else { return }
        let (seconds, attoseconds) = max(now - run.began, .zero).components
        state.metrics.syncMilliseconds =
            UInt64(seconds) * 1000 + UInt64(attoseconds) / 1_000_000_000_000_000
        let end = min(now + wait, run.began + BackgroundLimits.taskBudget)
        self.run?.phase = .stopping(outcome, end: end)
        effects.append(.save(state))
        effects.append(.stop(run: run.number))
    }

    /// Completes the task, unless it is.
    mutating func complete(_ effects: inout Effects<Effect>) {
        guard let task = run?.task, case .stopping(let outcome, _) = run?.phase else { return }
        run?.task = nil
        effects.append(.complete(task, outcome))
    }

    mutating func change(
        _ conditions: BackgroundConditions, at now: Duration, unix: UInt64,
        _ effects: inout Effects<Effect>
    ) {
        guard let run else { return }
        self.run?.conditions = conditions
        guard case .performing(let step) = run.phase else { return }
        if !conditions.hasNetwork {
            effects.append(.cancel(run: run.number))
            fail(.networkUnavailable, in: step, at: now, unix: unix, &effects)
        } else if step == .gossip, !conditions.isCharging, run.conditions.isCharging {
            // The largest of the downloads waits for the next charger.
            effects.append(.cancel(run: run.number))
            stop(.partial, at: now, &effects)
        }
    }

    mutating func expire(at now: Duration, _ effects: inout Effects<Effect>) {
        cut(.expired, at: now, within: BackgroundLimits.taskExpiredStopMax, &effects)
    }

    mutating func timeCame(at now: Duration, _ effects: inout Effects<Effect>) {
        guard let deadline, deadline <= now else { return }
        if case .stopping = run?.phase { return complete(&effects) }
        cut(.partial, at: now, within: BackgroundLimits.taskStopMax, &effects)
    }

    /// Ends the step that is under way, and the run with it.
    private mutating func cut(
        _ outcome: Outcome, at now: Duration, within wait: Duration,
        _ effects: inout Effects<Effect>
    ) {
        guard let run else { return }
        switch run.phase {
        case .preparing:
            stop(outcome, at: now, within: wait, &effects)
        case .performing:
            effects.append(.cancel(run: run.number))
            stop(outcome, at: now, within: wait, &effects)
        case .stopping(let earlier, let end):
            self.run?.phase = .stopping(earlier, end: min(end, now + wait))
        }
    }
}
