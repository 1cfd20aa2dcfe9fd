import Glibc
import NotificationPipeline
import Synchronization

/// Standard output, a line at a time: written out as soon as no more input is waiting, and in
/// larger portions while there is.
final class LineOutput: Sendable {
    private struct State: ~Copyable {
        var buffer = ByteBuffer(capacity: CommandLimits.outputBytes + Limits.lineBytesMax)
        var isIdle = false
        var isBroken = false
    }

    private let state = Mutex(State())

    /// Adds a line; while idle it goes out at once.
    func write(_ line: borrowing ByteBuffer) {
        state.withLock { state in
            let fits = line.withBytes { bytes in state.buffer.append(bytes) }
            precondition(fits, "a line fits behind what is collected")
            if state.isIdle || state.buffer.count >= CommandLimits.outputBytes { flush(&state) }
        }
    }

    /// While no more input is waiting, what was collected goes out, and so does each line to come.
    func setIdle(_ isIdle: Bool) {
        state.withLock { state in
            state.isIdle = isIdle
            if isIdle { flush(&state) }
        }
    }

    /// Writes everything out; false when that failed, now or before.
    func flush() -> Bool {
        state.withLock { state in
            flush(&state)
            return !state.isBroken
        }
    }

    private func flush(_ state: inout State) {
        if !state.isBroken && state.buffer.count > 0 {
            state.isBroken = !state.buffer.withBytes { bytes in
                System.write(bytes, to: STDOUT_FILENO)
            }
        }
        state.buffer.removeAll()
    }
}
