internal import CLinux
internal import Glibc
internal import NotificationPipeline
internal import Threading

/// What waits to be shown, between the threads that open pushes and the one that talks to the bus.
final class DesktopQueue: Sendable {
    /// A push to be shown.
    struct Arrival {
        let notification: Notification
        /// What is the same for the same push; nil when nobody made a record of it.
        let identity: BoundedText?
    }

    private struct State {
        var waiting: [Arrival] = []
        /// Those there was no place for, since they were last asked for.
        var beyond = 0
        /// When the loop may end at the latest; nil while more may come.
        var end: Duration?
    }

    private let state = Mutex(State())
    /// Wakes the loop.
    let descriptor: Int32

    /// Nil when the system gives no descriptor.
    init?() {
        descriptor = ntf_eventfd()
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Adds a push, or counts it when there are too many.
    func add(_ arrival: Arrival) {
        state.withLock { state in
            if state.waiting.count < DesktopLimits.waitingMax {
                state.waiting.append(arrival)
            } else {
                state.beyond += 1
            }
        }
        wake()
    }

    /// Says that nothing more comes, and until when clicks are waited for.
    func finish(at end: Duration) {
        state.withLock { state in state.end = end }
        wake()
    }

    /// The one to be shown next, which stays until `removeFirst`.
    var first: Arrival? { state.withLock { state in state.waiting.first } }

    /// How many wait.
    var count: Int { state.withLock { state in state.waiting.count } }

    /// What `finish` said.
    var end: Duration? { state.withLock { state in state.end } }

    /// Removes what `first` gave.
    func removeFirst() {
        state.withLock { state in _ = state.waiting.removeFirst() }
    }

    /// How many there was no place for since the last call.
    func takeBeyond() -> Int {
        state.withLock { state in
            defer { state.beyond = 0 }
            return state.beyond
        }
    }

    /// Makes the descriptor quiet again.
    func hush() {
        var count: UInt64 = 0
        // SAFETY: eight bytes of ours; the descriptor does not make anybody wait.
        _ = unsafe read(descriptor, &count, 8)
    }

    private func wake() {
        var one: UInt64 = 1
        // SAFETY: eight bytes of ours.
        _ = unsafe write(descriptor, &one, 8)
    }
}
