#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A thread of the system's.
public final class Thread: Sendable {
    private let number: UInt

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
        number = started
    }

    /// Waits until the thread has ended. Once for each thread.
    public func join() {
        let failed = Thread.join(number)
        precondition(failed == 0, "a thread is joined once, and not by itself")
    }

    /// Tells the calling thread from every other one that runs now. Allocates nothing.
    /// The corresponding C function is `pthread_self`.
    public static var currentNumber: UInt { callerNumber() }

    /// Starts `body` on a thread that nobody waits for; false when the system gives none.
    ///
    /// - Parameter stackBytes: the size of its stack, at least 16 KiB; only what is used costs memory.
    public static func detach(
        stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) -> Bool {
        start(body, stackBytes: stackBytes, isDetached: true) != nil
    }

    /// The new thread's number.
    private static func start(
        _ body: @escaping @Sendable () -> Void, stackBytes: Int?, isDetached: Bool
    ) -> UInt? {
        var attributes = pthread_attr_t()
        // SAFETY: the attributes are ours; the thread takes over one reference of the work.
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        if let stackBytes { unsafe pthread_attr_setstacksize(&attributes, stackBytes) }
        if isDetached {
            unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        }
        let work = unsafe Unmanaged.passRetained(Work(body))
        guard let number = unsafe create(&attributes, work.toOpaque()) else {
            unsafe work.release()
            return nil
        }
        return number
    }

    /// The thread's life: runs what `start` retained, and releases it.
    @unsafe private static func run(_ work: UnsafeMutableRawPointer) {
        // SAFETY: the reference retained by `start`.
        unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
    }
}

// A thread is a number to Linux, and a pointer that may be missing to Darwin.
#if canImport(Darwin)
extension Thread {
    private static func callerNumber() -> UInt {
        // SAFETY: nothing is read through it.
        unsafe UInt(bitPattern: pthread_self())
    }

    private static func join(_ number: UInt) -> Int32 {
        // SAFETY: `number` came of such a pointer, and that thread was not joined yet.
        unsafe pthread_join(pthread_t(bitPattern: number)!, nil)
    }

    @unsafe private static func create(
        _ attributes: inout pthread_attr_t, _ work: UnsafeMutableRawPointer
    ) -> UInt? {
        var handle: pthread_t?
        // SAFETY: both are ours; the work is the thread's from now on, unless there is none.
        let failed = unsafe pthread_create(
            &handle, &attributes,
            { work in
                unsafe Thread.run(work)
                return nil
            }, work)
        return failed == 0 ? UInt(bitPattern: handle) : nil
    }
}
#else
extension Thread {
    private static func callerNumber() -> UInt { pthread_self() }

    private static func join(_ number: UInt) -> Int32 { pthread_join(number, nil) }

    @unsafe private static func create(
        _ attributes: inout pthread_attr_t, _ work: UnsafeMutableRawPointer
    ) -> UInt? {
        var handle = pthread_t()
        // SAFETY: both are ours; the work is the thread's from now on, unless there is none.
        let failed = unsafe pthread_create(
            &handle, &attributes,
            { work in
                if let work = unsafe work { unsafe Thread.run(work) }
                return nil
            }, work)
        return failed == 0 ? handle : nil
    }
}
#endif
