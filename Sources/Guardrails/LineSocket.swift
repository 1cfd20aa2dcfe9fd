internal import CommandSupport
internal import Glibc

/// Lines over a stream socket: one reader, writers one at a time. Closed with its owner.
final class LineSocket: @unchecked Sendable {
    // SAFETY (Sendable): `buffer` is touched by the one reader only; the descriptor never changes.
    let descriptor: Int32
    private var buffer: [UInt8] = []

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    /// Both ends of a new connection; nil when the system gives none.
    static func pair() -> (Int32, Int32)? {
        var ends: [Int32] = [-1, -1]
        // SAFETY: room for two descriptors.
        let failed = unsafe ends.withUnsafeMutableBufferPointer { ends in
            unsafe socketpair(
                AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0,
                ends.baseAddress!)
        }
        return failed == 0 ? (ends[0], ends[1]) : nil
    }

    /// Writes a line; false when nobody reads it any more, which is no signal here.
    func write(_ line: String) -> Bool {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        return unsafe bytes.span.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                // SAFETY: the rest of `bytes` behind the `done` bytes sent so far.
                let count = unsafe send(
                    descriptor, bytes.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    /// The next line without its newline, waited for no longer than `wait`; nil then, at the end, and
    /// when the line is too long. Without a limit only where the end of the other process ends the
    /// wait.
    func next(within wait: Duration?) -> String? {
        let clock = ContinuousClock()
        let deadline = wait.map { clock.now + $0 }
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            guard buffer.count < GuardrailsLimits.lineBytesMax else { return nil }
            if let deadline {
                let left = deadline - clock.now
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let milliseconds = max(0, Int32(left / .milliseconds(1)) + 1)
                // SAFETY: one entry, ours for the length of the call.
                let ready = unsafe poll(&entry, 1, left > .zero ? milliseconds : 0)
                if ready < 0 && errno == EINTR { continue }
                guard ready > 0 else { return nil }
            }
            var portion = [UInt8](repeating: 0, count: GuardrailsLimits.readBytesMax)
            var space = portion.mutableSpan
            guard let count = System.read(descriptor, into: &space, 0..<space.count), count > 0
            else { return nil }
            buffer += portion[..<count]
        }
    }
}
