internal import Glibc
public import NotificationPipeline
internal import Threading

/// Standard output, a line at a time: written out as soon as no more input is waiting, and in
/// larger portions while there is.
public final class LineOutput: Sendable {
    private struct State: ~Copyable {
        var buffer = ByteBuffer(capacity: SupportLimits.outputBytes + Limits.lineBytesMax)
        var isIdle = false
        /// The system's error number, once something could not be written.
        var brokenBy: Int32?
    }

    private let state = Mutex(State())

    /// Nothing is written yet.
    public init() {}

    /// Adds a line; while idle it goes out at once. False when nothing can be written any more.
    public func write(_ line: borrowing ByteBuffer) -> Bool {
        state.withLock { state in
            let fits = line.withBytes { bytes in state.buffer.append(bytes) }
            precondition(fits, "a line fits behind what is collected")
            if state.isIdle || state.buffer.count >= SupportLimits.outputBytes { flush(&state) }
            return state.brokenBy == nil
        }
    }

    /// While no more input is waiting, what was collected goes out, and so does each line to come.
    public func setIdle(_ isIdle: Bool) {
        state.withLock { state in
            state.isIdle = isIdle
            if isIdle { flush(&state) }
        }
    }

    /// Writes everything out; the system's error number when that failed, now or before.
    public func finish() -> Int32? {
        state.withLock { state in
            flush(&state)
            return state.brokenBy
        }
    }

    private func flush(_ state: inout State) {
        if state.brokenBy == nil && state.buffer.count > 0 {
            let isWritten = state.buffer.withBytes { bytes in
                System.write(bytes, to: STDOUT_FILENO)
            }
            if !isWritten { state.brokenBy = errno }
        }
        state.buffer.removeAll()
    }
}
