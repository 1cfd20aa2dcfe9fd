import Threading

/// A clock that goes on when it is told to.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now: Duration = .seconds(5000)
        var tickets = 0
        var sleepers: [Int: (until: Duration, wake: CheckedContinuation<Bool, Never>)] = [:]
        var watchers: [(until: Duration, seen: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let start: Duration = .seconds(5000)

    var now: Instant { Instant(offset: state.withLock { state in state.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { wake in lieDown(ticket, deadline.offset, wake) }
        } onCancel: {
            let sleeper = state.withLock { state in state.sleepers.removeValue(forKey: ticket) }
            sleeper?.wake.resume(returning: false)
        }
        if !isOver { throw CancellationError() }
    }

    private func lieDown(
        _ ticket: Int, _ until: Duration, _ wake: CheckedContinuation<Bool, Never>
    ) {
        let seen = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
            guard !Task.isCancelled, until > state.now else { return nil }
            state.sleepers[ticket] = (until, wake)
            let seen = state.watchers.filter { watcher in watcher.until == until }
            state.watchers.removeAll { watcher in watcher.until == until }
            return seen.map(\.seen)
        }
        guard let seen else { return wake.resume(returning: !Task.isCancelled) }
        for one in seen { one.resume() }
    }

    /// Waits until somebody sleeps until exactly so long after the beginning.
    func sleeper(until time: Duration) async {
        await withCheckedContinuation { seen in
            let isThere = state.withLock { state in
                if state.sleepers.values.contains(where: { one in one.until == start + time }) {
                    return true
                }
                state.watchers.append((start + time, seen))
                return false
            }
            if isThere { seen.resume() }
        }
    }

    /// Goes on to so long after the beginning.
    func advance(to time: Duration) {
        let awake = state.withLock { state in
            state.now = max(state.now, start + time)
            let due = state.sleepers.filter { _, one in one.until <= state.now }
            for ticket in due.keys { state.sleepers[ticket] = nil }
            return due.values.map(\.wake)
        }
        for one in awake { one.resume(returning: true) }
    }

    /// Waits for a sleeper and wakes it.
    func pass(to time: Duration) async {
        await sleeper(until: time)
        advance(to: time)
    }
}
