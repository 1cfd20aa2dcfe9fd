internal import CSecret
internal import NotificationPipeline
internal import Threading

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
    /// Nil until the thread is done.
    private let answer = Monitor<Result<Answer, KeyError>?>(nil)

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
        let isStarted = Thread.detach(stackBytes: ServiceLimits.stackBytes) { call.run() }
        guard isStarted else { return .failure(.unavailable) }
        guard
            let answer = call.answer.waiting(
                atMost: .seconds(ServiceLimits.answerSeconds), for: { answer in answer })
        else {
            // SAFETY: `call` holds the cancellable.
            unsafe library.functions.g_cancellable_cancel(call.cancellable)
            return nil
        }
        return answer
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
    }
}
