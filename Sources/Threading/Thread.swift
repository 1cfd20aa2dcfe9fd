#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A thread of the system's.
public final class Thread: Sendable {
    private let thread: pthread_t

    /// What a C thread function can take along.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Starts `body` on a thread of its own, to be joined; nil when the system gives none.
    public init?(_ body: @escaping @Sendable () -> Void) {
        guard let started = Thread.start(body, stackBytes: nil, isDetached: false) else {
            return nil
        }
        thread = started
    }

    /// Waits until the thread has ended. Once for each thread.
    public func join() {
        let failed = pthread_join(thread, nil)
        precondition(failed == 0, "a thread is joined once, and not by itself")
    }

    /// Tells the calling thread from every other one that runs now. Allocates nothing.
    /// The corresponding C function is `pthread_self`.
    public static var currentNumber: UInt { UInt(pthread_self()) }

    /// Starts `body` on a thread that nobody waits for; false when the system gives none.
    ///
    /// - Parameter stackBytes: the size of its stack, at least 16 KiB; only what is used costs memory.
    public static func detach(
        stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) -> Bool {
        start(body, stackBytes: stackBytes, isDetached: true) != nil
    }

    private static func start(
        _ body: @escaping @Sendable () -> Void, stackBytes: Int?, isDetached: Bool
    ) -> pthread_t? {
        var attributes = pthread_attr_t()
        var thread = pthread_t()
        // SAFETY: the attributes are ours; the thread takes over one reference of the work.
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        if let stackBytes { unsafe pthread_attr_setstacksize(&attributes, stackBytes) }
        if isDetached {
            unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        }
        let work = unsafe Unmanaged.passRetained(Work(body))
        let failed = unsafe pthread_create(
            &thread, &attributes,
            { work in
                guard let work = unsafe work else { return nil }
                // SAFETY: the reference retained by `start`, released here.
                unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard failed == 0 else {
            unsafe work.release()
            return nil
        }
        return thread
    }
}
