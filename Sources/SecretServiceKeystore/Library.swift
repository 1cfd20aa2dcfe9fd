internal import CSecret
internal import Glibc

/// libsecret, loaded at the first question and never unloaded: GLib does not bear that.
@safe struct Library: @unchecked Sendable {
    // SAFETY (Sendable): written once before it is shared; code does not change.
    let api: ntf_secret

    /// Nil when libsecret is not installed.
    static let loaded: Library? = {
        var api = ntf_secret()
        // SAFETY: `api` is ours; the loader fills every member or answers 0.
        guard unsafe ntf_secret_load(&api) == 1 else { return nil }
        return Library(api: api)
    }()

    /// Whether a session bus can be there at all. GLib would start one of its own otherwise.
    static var hasSessionBus: Bool {
        // SAFETY: getenv answers nil or a C string, which nobody in this process changes.
        if unsafe getenv("DBUS_SESSION_BUS_ADDRESS") != nil { return true }
        guard let runtime = unsafe getenv("XDG_RUNTIME_DIR") else { return false }
        // SAFETY: the path is a C string for the length of the call.
        return unsafe access(String(cString: runtime) + "/bus", F_OK) == 0
    }
}

/// A question's time limit: cancels it when the service takes too long.
///
/// GLib's synchronous calls return as soon as their cancellable is cancelled, from any thread.
@safe final class Deadline: @unchecked Sendable {
    // SAFETY (Sendable): `isOver` is only touched under the mutex; the pointers never change.
    private let library: Library
    let cancellable: OpaquePointer
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var isOver = false

    private init(_ library: Library) {
        self.library = library
        // SAFETY: g_cancellable_new never answers nil; all three are freed in deinit.
        guard let made = library.api.g_cancellable_new() else {
            fatalError("GLib has no memory left")
        }
        unsafe cancellable = made
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // A clock set forward must not end the wait.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
    }

    deinit {
        // SAFETY: the watchdog was joined or holds no reference any more.
        unsafe library.api.g_object_unref(UnsafeMutableRawPointer(cancellable))
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `question` and cancels its cancellable after `SecretServiceLimits.answerSecondsMax`.
    static func run<Answer, Failure: Error>(
        _ library: Library, _ question: (OpaquePointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let deadline = Deadline(library)
        var thread = pthread_t()
        // SAFETY: the retained reference is taken over by the thread.
        let context = unsafe Unmanaged.passRetained(deadline).toOpaque()
        let failed = unsafe pthread_create(&thread, nil, { context in
            guard let context = unsafe context else { return nil }
            let deadline = unsafe Unmanaged<Deadline>.fromOpaque(context).takeRetainedValue()
            deadline.watch()
            return nil
        }, context)
        if failed != 0 {
            unsafe Unmanaged<Deadline>.fromOpaque(context).release()
            // No thread, no time limit: better not to ask at all.
            unsafe library.api.g_cancellable_cancel(deadline.cancellable)
        }
        defer {
            deadline.end()
            if failed == 0 { pthread_join(thread, nil) }
        }
        return try unsafe question(deadline.cancellable)
    }

    private func watch() {
        var until = timespec()
        // SAFETY: `until` is ours; mutex and condition were initialised in init.
        unsafe clock_gettime(CLOCK_MONOTONIC, &until)
        until.tv_sec += SecretServiceLimits.answerSecondsMax
        unsafe pthread_mutex_lock(mutex)
        var answer: Int32 = 0
        while !isOver && answer == 0 { answer = unsafe pthread_cond_timedwait(changed, mutex, &until) }
        let isLate = !isOver
        unsafe pthread_mutex_unlock(mutex)
        if isLate { unsafe library.api.g_cancellable_cancel(cancellable) }
    }

    private func end() {
        // SAFETY: both were initialised in init.
        unsafe pthread_mutex_lock(mutex)
        isOver = true
        unsafe pthread_cond_signal(changed)
        unsafe pthread_mutex_unlock(mutex)
    }
}
