import Foundation
import Threading
import UIKit
import WakeToComplete

/// A node whose synchronising a test holds, or fails.
final class StubNode: LightningNode {
    private struct State {
        var fails = false
        var starts = 0
        var onEvent: (@Sendable (NodeEvent) -> Void)?
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isOpen = true
    }

    private let state = Mutex(State())

    var starts: Int { state.withLock { $0.starts } }
    func fail() { state.withLock { $0.fails = true } }
    func holdSync() { state.withLock { $0.isOpen = false } }
    func tell(_ event: NodeEvent) { state.withLock { $0.onEvent }?(event) }

    func setUp() async throws(NodeError) {
        if state.withLock({ $0.fails }) { throw NodeError() }
    }

    func start(onEvent: @escaping @Sendable (NodeEvent) -> Void) async throws(NodeError) {
        state.withLock { state in
            state.starts += 1
            state.onEvent = onEvent
        }
    }

    func connectToTrustedPeers() async throws(NodeError) {}

    func sync() async throws(NodeError) {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard !state.isOpen, !Task.isCancelled else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for one in waiting { one.resume() }
        }
    }

    func stop() async throws(NodeError) {}
}

/// A lease that nobody else has.
struct StubLease: LeaseTaking {
    func take(waiting wait: Duration) async -> Bool { true }
    func renew() async -> Bool { true }
    func release() async {}
}

/// A clock that stands until a test sets it on.
actor StubClock: WakeClock {
    private let time = Mutex(Duration.seconds(1000))
    private var sleepers: [(id: Int, time: Duration, wake: CheckedContinuation<Void, Never>)] = []
    private var next = 0
    nonisolated let unixSeconds: UInt64 = 1_790_000_000

    nonisolated var now: Duration { time.withLock { $0 } }

    func sleep(until deadline: Duration) async {
        next += 1
        let id = next
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                if Task.isCancelled || deadline <= now { return wake.resume() }
                sleepers.append((id, deadline, wake))
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func cancel(_ id: Int) {
        guard let index = sleepers.firstIndex(where: { $0.id == id }) else { return }
        sleepers.remove(at: index).wake.resume()
    }

    func advance(by step: Duration) {
        let now = time.withLock { time in
            time += step
            return time
        }
        for sleeper in sleepers where sleeper.time <= now { sleeper.wake.resume() }
        sleepers.removeAll { $0.time <= now }
    }
}

/// Results of completion handlers, which tasks wait for.
@MainActor final class Results {
    private(set) var all: [UIBackgroundFetchResult] = []

    func add(_ result: UIBackgroundFetchResult) { all.append(result) }
}

/// Goes on when `condition` holds; false when it did not within a minute.
@MainActor func eventually(_ condition: @MainActor () async -> Bool) async -> Bool {
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(60) {
        if await condition() { return true }
        await Task.yield()
    }
    return false
}
