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
        unsafe pthread_mutex_init(mutex, nil)
        unsafe Deadline.prepare(changed)
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
        let deadline = wait.map { wait in Deadline(wait) }
        // SAFETY: both were initialised in init.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let answer = body(&state) {
                unsafe pthread_cond_broadcast(changed)
                return answer
            }
            guard let deadline else {
                unsafe pthread_cond_wait(changed, mutex)
                continue
            }
            guard unsafe deadline.wait(changed, mutex) else {
                // The time is up; the state may have changed in the last moment.
                return body(&state)
            }
        }
    }
}

// A change of the wall clock must neither lengthen nor cut a wait. Linux has a clock for each
// condition; Darwin has none but the wall clock, and a wait for a length of time besides.
#if canImport(Darwin)
/// When a wait ends.
private struct Deadline {
    private let time: Duration

    /// `wait` from now.
    init(_ wait: Duration) { time = SystemTime.uptime + max(wait, .zero) }

    /// Makes `condition` one that can be waited at; it is the caller's, and uninitialised.
    @unsafe static func prepare(_ condition: UnsafeMutablePointer<pthread_cond_t>) {
        // SAFETY: the caller's.
        unsafe pthread_cond_init(condition, nil)
    }

    /// Waits for a change with the mutex, which is the caller's; false when the time is up.
    @unsafe func wait(
        _ condition: UnsafeMutablePointer<pthread_cond_t>,
        _ mutex: UnsafeMutablePointer<pthread_mutex_t>
    ) -> Bool {
        let left = time - SystemTime.uptime
        guard left > .zero else { return false }
        let (seconds, attoseconds) = left.components
        var request = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        // SAFETY: the caller's; `request` is ours for the length of the call.
        return unsafe pthread_cond_timedwait_relative_np(condition, mutex, &request) == 0
    }
}
#else
/// When a wait ends.
private struct Deadline {
    private let time: timespec

    /// `wait` from now.
    init(_ wait: Duration) {
        let (seconds, attoseconds) = (SystemTime.uptime + max(wait, .zero)).components
        time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }

    /// Makes `condition` one that can be waited at; it is the caller's, and uninitialised.
    @unsafe static func prepare(_ condition: UnsafeMutablePointer<pthread_cond_t>) {
        var attributes = pthread_condattr_t()
        // SAFETY: the attributes are ours, the condition the caller's.
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    /// Waits for a change with the mutex, which is the caller's; false when the time is up.
    @unsafe func wait(
        _ condition: UnsafeMutablePointer<pthread_cond_t>,
        _ mutex: UnsafeMutablePointer<pthread_mutex_t>
    ) -> Bool {
        var time = time
        // SAFETY: the caller's; `time` is ours for the length of the call.
        return unsafe pthread_cond_timedwait(condition, mutex, &time) == 0
    }
}
#endif
