#if NTF_THREAD_SANITIZER
/// The standard library's `Mutex`, as the thread sanitizer can see it: that one is made of atomic
/// operations in code the sanitizer has not instrumented, so that it would call every protected state
/// a race. Only sanitized builds have this one.
public struct Mutex<Value: ~Copyable>: ~Copyable, Sendable {
    private let monitor: Monitor<Value>

    /// Begins with `value`.
    public init(_ value: consuming sending Value) {
        monitor = Monitor(value)
    }

    /// Runs `body` with the value to itself.
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try monitor.withLock(body)
    }
}
#else
// Everything that needs a lock takes it from here, so that there is one place to exchange it.
@_exported public import Synchronization
#endif
