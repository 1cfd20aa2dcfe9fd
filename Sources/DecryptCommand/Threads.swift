import Glibc

/// Runs the same work on several threads at once and waits for all of them.
enum Threads {
    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// `count` threads, the calling one among them. When the system gives fewer, fewer do the work.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        let box = Box(body)
        var started: [pthread_t] = []
        for _ in 1..<max(count, 1) {
            var thread = pthread_t()
            // SAFETY: the box is retained here and released by the thread that takes it over.
            let context = unsafe Unmanaged.passRetained(box).toOpaque()
            let failed = unsafe pthread_create(
                &thread, nil,
                { context in
                    guard let context = unsafe context else { return nil }
                    let box = unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
                    box.body()
                    return nil
                }, context)
            guard failed == 0 else {
                unsafe Unmanaged<Box>.fromOpaque(context).release()
                break
            }
            started.append(thread)
        }
        body()
        // SAFETY: each thread is joined once.
        for thread in started { _ = pthread_join(thread, nil) }
    }
}

/// Lets threads through one after another, in the order of their tickets from 0.
///
/// The holder of the lowest ticket never waits, so there is always one that goes on.
@safe final class Turnstile: @unchecked Sendable {
    // SAFETY (Sendable): `current` is only touched under the mutex; both live as long as self.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var current: UInt64 = 0

    init() {
        // SAFETY: one of each, initialised here, destroyed and freed in deinit.
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        // SAFETY: nobody waits any more, or somebody would hold a reference.
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Returns when it is this ticket's turn; at once when it is already.
    func wait(for ticket: UInt64) {
        // SAFETY: both were initialised in init.
        unsafe pthread_mutex_lock(mutex)
        while current != ticket { unsafe pthread_cond_wait(changed, mutex) }
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Ends the current turn and begins the next ticket's.
    func advance() {
        // SAFETY: both were initialised in init.
        unsafe pthread_mutex_lock(mutex)
        current += 1
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
    }
}
