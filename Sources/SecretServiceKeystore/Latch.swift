internal import Glibc

/// Something that happens once and that one thread waits for, no longer than it wants to.
@safe final class Latch: @unchecked Sendable {
    // SAFETY (Sendable): the flag is read and written under the mutex only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isOpen = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        // SAFETY: the memory is ours until deinit and not moved, as pthreads want it. The
        // monotonic clock: a change of the wall clock must not lengthen the wait.
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        // SAFETY: nobody waits any more, since waiting holds a reference.
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Lets the waiting thread go on.
    func open() {
        // SAFETY: initialised above, alive as long as self.
        unsafe pthread_mutex_lock(mutex)
        isOpen = true
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits until `open` was called; false when it was not within `seconds`.
    func wait(seconds: Int) -> Bool {
        var deadline = timespec()
        // SAFETY: `deadline` is ours; mutex and condition are initialised and alive.
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += seconds
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !isOpen {
            guard unsafe pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
        }
        return isOpen
    }
}
