internal import CSodium

/// A fixed number of secret bytes: locked in memory where the system allows it, between guard
/// pages, lent only inside closures, wiped when the owner goes.
///
/// This is the only owner of keys, shared points and plaintext. It cannot be copied, printed or
/// encoded. Memory comes from `sodium_malloc` once, at creation; lending allocates nothing.
/// When the lock limit (`RLIMIT_MEMLOCK`) is used up the bytes are still guarded and wiped.
@safe public struct SecretBytes: ~Copyable, @unchecked Sendable {
    // SAFETY (Sendable): one owner; shared lending reads only, writing needs `inout`.
    private let base: UnsafeMutablePointer<UInt8>

    /// The size in bytes, fixed at creation.
    public let count: Int

    /// Takes `count` zero bytes of guarded memory. Traps when the system has none left.
    public init(count: Int) {
        precondition(count > 0, "a secret has at least one byte")
        Sodium.start()
        // SAFETY: sodium_malloc gives nil or `count` writable bytes that we alone own until deinit.
        guard let raw = unsafe sodium_malloc(count) else {
            fatalError("no guarded memory left for \(count) secret bytes")
        }
        unsafe base = raw.bindMemory(to: UInt8.self, capacity: count)
        self.count = count
        // SAFETY: sodium_malloc fills with 0xdb; we promise zeros over exactly `count` bytes.
        unsafe base.initialize(repeating: 0, count: count)
    }

    deinit {
        // SAFETY: `base` came from sodium_malloc and is freed once; sodium_free wipes it first.
        unsafe sodium_free(base)
    }

    /// Lends the bytes for reading while `body` runs. Allocates nothing.
    public borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: `count` initialised bytes that live as long as self, which is borrowed here.
        try body(unsafe Span(_unsafeStart: base, count: count))
    }

    /// Lends the bytes for writing while `body` runs. Allocates nothing.
    public mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: `count` initialised bytes, exclusively ours while self is borrowed inout.
        var span = unsafe MutableSpan(_unsafeStart: base, count: count)
        return try body(&span)
    }

    /// Sets every byte to zero in a way the compiler keeps.
    public mutating func wipe() {
        // SAFETY: exactly `count` writable bytes. The corresponding C function is `sodium_memzero`.
        unsafe sodium_memzero(base, count)
    }

    /// Sets the first `length` bytes to zero: what a large buffer needs after a small secret.
    public mutating func wipe(first length: Int) {
        precondition(length >= 0 && length <= count, "a wipe stays inside its secret")
        // SAFETY: `length` <= `count` writable bytes.
        unsafe sodium_memzero(base, length)
    }
}
