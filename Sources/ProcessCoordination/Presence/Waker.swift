#if canImport(Darwin)
internal import Darwin
#else
internal import CLinux
internal import Glibc
#endif

/// Wakes a thread that polls: a counter of the kernel's, or a pipe where there is none. Its owner ends
/// it, once.
struct Waker: Sendable {
    /// Readable from `wake` to `rest`.
    let descriptor: Int32

    #if canImport(Darwin)
    private let writing: Int32

    init?() {
        var ends = InlineArray<2, Int32>(repeating: -1)
        var span = ends.mutableSpan
        // SAFETY: two descriptors of ours.
        let failed = unsafe span.withUnsafeMutableBufferPointer { ends in
            unsafe pipe(ends.baseAddress)
        }
        guard failed == 0 else { return nil }
        for index in ends.indices {
            _ = fcntl(ends[index], F_SETFD, FD_CLOEXEC)
            _ = fcntl(ends[index], F_SETFL, O_NONBLOCK)
        }
        (descriptor, writing) = (ends[0], ends[1])
    }
    #else
    private var writing: Int32 { descriptor }

    init?() {
        descriptor = ntf_eventfd()
        guard descriptor >= 0 else { return nil }
    }
    #endif

    /// Wakes whoever polls. Whatever is full wakes as well.
    func wake() {
        var one: UInt64 = 1
        // SAFETY: eight bytes of ours.
        _ = unsafe write(writing, &one, 8)
    }

    /// What was woken for is known.
    func rest() {
        var count: UInt64 = 0
        // SAFETY: eight bytes of ours.
        while unsafe read(descriptor, &count, 8) == 8, writing != descriptor {}
    }

    func end() {
        _ = close(descriptor)
        if writing != descriptor { _ = close(writing) }
    }
}
