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

    /// Adds a push. When there are too many one is only counted: itself, or the oldest of which no
    /// key vouches, for one of which a key does.
    func add(_ arrival: Arrival) {
        state.withLock { state in
            let isFull = state.waiting.count >= DesktopLimits.waitingMax
            if isFull { state.beyond += 1 }
            if isFull, arrival.notification.isVouchedFor,
                let other = state.waiting.firstIndex(where: { !$0.notification.isVouchedFor })
            {
                state.waiting.remove(at: other)
                state.waiting.append(arrival)
            } else if !isFull {
                state.waiting.append(arrival)
            }
        }
        wake()
    }

    /// Says that nothing more comes, and until when clicks are waited for.
    func finish(at end: Duration) {
        state.withLock { state in state.end = end }
        wake()
    }

    /// Takes the one to be shown next.
    func takeFirst() -> Arrival? {
        state.withLock { state in state.waiting.isEmpty ? nil : state.waiting.removeFirst() }
    }

    /// Puts back the one that was taken, to be shown later.
    func putBack(_ arrival: Arrival) {
        state.withLock { state in state.waiting.insert(arrival, at: 0) }
    }

    /// How many wait.
    var count: Int { state.withLock { state in state.waiting.count } }

    /// What `finish` said.
    var end: Duration? { state.withLock { state in state.end } }

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
