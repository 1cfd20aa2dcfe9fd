internal import CSecret
internal import Glibc
internal import NotificationPipeline
internal import Synchronization

/// One question to the Secret Service, on a thread of its own, so that no behaviour of a bus or a
/// service can keep us longer than `ServiceLimits.answerSeconds`.
///
/// A thread that is not done then is cancelled and left alone: GLib has places that cannot be
/// cancelled. It holds what it needs, and its answer goes nowhere.
@safe final class ServiceCall<Answer: Sendable>: @unchecked Sendable {
    // SAFETY (Sendable): GCancellable is made for being cancelled from another thread.
    private let library: SecretLibrary
    private let cancellable: OpaquePointer
    private let operation: @Sendable (borrowing ServiceSession) throws(KeyError) -> Answer
    private let answer = Mutex<Result<Answer, KeyError>>(.failure(.unavailable))
    private let done = Latch()

    private init(
        _ library: SecretLibrary,
        _ operation: @escaping @Sendable (borrowing ServiceSession) throws(KeyError) -> Answer
    ) {
        self.library = library
        self.operation = operation
        // SAFETY: a new object, whose one reference is ours until deinit.
        guard let made = library.functions.g_cancellable_new() else {
            fatalError("GLib aborts rather than give nil")
        }
        unsafe cancellable = made
    }

    deinit {
        // SAFETY: the reference taken in init, released once.
        unsafe library.functions.g_object_unref(UnsafeMutableRawPointer(cancellable))
    }

    /// Asks and waits; nil when there was no answer in time.
    ///
    /// `unavailable` at once when libsecret is not installed or there is no session bus.
    static func ask(
        _ operation: @escaping @Sendable (borrowing ServiceSession) throws(KeyError) -> Answer
    ) -> Result<Answer, KeyError>? {
        guard SessionBus.isThere(), let library = SecretLibrary.shared else {
            return .failure(.unavailable)
        }
        let call = ServiceCall(library, operation)
        guard call.start() else { return .failure(.unavailable) }
        guard call.done.wait(seconds: ServiceLimits.answerSeconds) else {
            // SAFETY: `call` holds the cancellable.
            unsafe library.functions.g_cancellable_cancel(call.cancellable)
            return nil
        }
        return call.answer.withLock { answer in answer }
    }

    private func start() -> Bool {
        var attributes = pthread_attr_t()
        var thread = pthread_t()
        // SAFETY: the attributes are ours; the thread takes over one reference of self.
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, ServiceLimits.stackBytes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let reference = unsafe Unmanaged<Runnable>.passRetained(Runnable(run: run))
        let started = unsafe pthread_create(
            &thread, &attributes,
            { reference in
                guard let reference = unsafe reference else { return nil }
                // SAFETY: the reference retained by `start`, released here.
                unsafe Unmanaged<Runnable>.fromOpaque(reference).takeRetainedValue().run()
                return nil
            }, reference.toOpaque())
        if started != 0 { unsafe reference.release() }
        return started == 0
    }

    private func run() {
        let result: Result<Answer, KeyError>
        do throws(KeyError) {
            let session = try unsafe ServiceSession(library, cancellable: cancellable)
            result = .success(try operation(session))
        } catch {
            result = .failure(error)
            // What failed may be the bus: the next question begins with a new connection.
            if error == .unavailable { library.functions.secret_service_disconnect() }
        }
        answer.withLock { answer in answer = result }
        done.open()
    }
}

/// What a C thread function can take along: a generic type it cannot.
private final class Runnable: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}
