#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// State that threads share, and the place where they wait for it to change.
///
/// `Mutex` has no way to wait; this is pthread's mutex and condition variable behind one owner.
@safe public final class Monitor<State: ~Copyable>: @unchecked Sendable {
    // SAFETY (Sendable): the state is only touched under the mutex; all three live as long as self.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    /// Begins with `state`.
    public init(_ state: consuming sending State) {
        // SAFETY: one of each, initialised here, not moved, destroyed and freed in deinit.
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_condattr_init(&attributes)
        // The monotonic clock: a change of the wall clock must not lengthen a wait.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        self.state = state
    }

    deinit {
        // SAFETY: nobody waits any more, or somebody would hold a reference.
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the state to itself, then lets every waiting thread look again.
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: initialised in init.
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Asks `body` again and again, at once and after each change, until it has an answer; nil when
    /// it had none within `wait`. Without a limit only where somebody is sure to make the change.
    public func waiting<Result>(
        atMost wait: Duration?, for body: (inout State) -> Result?
    ) -> Result? {
        var deadline = wait.map(Monitor.deadline)
        // SAFETY: both were initialised in init; `deadline` is ours.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let answer = body(&state) {
                unsafe pthread_cond_broadcast(changed)
                return answer
            }
            if deadline == nil {
                unsafe pthread_cond_wait(changed, mutex)
            } else if unsafe pthread_cond_timedwait(changed, mutex, &deadline!) != 0 {
                // The time is up; the state may have changed in the last moment.
                return body(&state)
            }
        }
    }

    /// The point of monotonic time `wait` from now.
    private static func deadline(_ wait: Duration) -> timespec {
        var time = timespec()
        // SAFETY: `time` is ours for the length of the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let (seconds, attoseconds) = max(wait, .zero).components
        let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
        time.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
