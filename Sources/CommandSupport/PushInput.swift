internal import Glibc
public import NotificationPipeline
internal import Threading

/// The payloads of standard input, or of files one after another, cut out and numbered.
public final class PushInput: Sendable {
    /// What is there without a wait.
    public enum Ready {
        /// The next payload, or why there is none in its place, and its number from 0.
        case payload(ticket: UInt64, refusal: PayloadError?)
        /// More input may come; poll `waitDescriptor` for it.
        case nothingYet
        /// There will be nothing more.
        case ended
    }

    private struct State: ~Copyable {
        var framer: Framer
        /// Files still to be opened, last one first.
        var files: [String]
        var descriptor: Int32?
        var ticket: UInt64 = 0
        var bytesRead = 0
        var isEnded = false
        var failure: Failure?
    }

    private let state: Mutex<State>
    private let readsStandardInput: Bool
    /// How much there is to read, in bytes; nil when that cannot be known, as of a pipe.
    public let bytesTotal: Int?

    /// - Parameters:
    ///   - files: read one after another; none means standard input.
    ///   - payloadBytesMax: the longest payload taken, in bytes.
    public init(files: [String], payloadBytesMax: Int) {
        readsStandardInput = files.isEmpty
        bytesTotal = PushInput.size(of: files)
        state = Mutex(
            State(
                framer: Framer(payloadBytesMax: payloadBytesMax), files: files.reversed(),
                descriptor: files.isEmpty ? STDIN_FILENO : nil))
    }

    /// Why reading ended early, if it did.
    public var failure: Failure? { state.withLock { state in state.failure } }

    /// What can be polled for more input; nil when none is open.
    public var waitDescriptor: Int32? {
        state.withLock { state in state.isEnded ? nil : state.descriptor }
    }

    /// How much was read so far, in bytes.
    public var bytesRead: Int { state.withLock { state in state.bytesRead } }

    /// Like the other `next`, and never waits for more input.
    public func next(into payload: inout ByteBuffer) -> Ready {
        state.withLock { state in
            while !state.isEnded {
                switch frame(&state, waits: false, { _ in }) {
                case nil: return .nothingYet
                case .needsInput?: continue
                case .refused(let reason)?:
                    return .payload(ticket: number(&state), refusal: reason)
                case .payload(let range)?:
                    copy(range, of: &state, into: &payload)
                    return .payload(ticket: number(&state), refusal: nil)
                }
            }
            return .ended
        }
    }

    /// The next payload, copied into `payload`, with its number from 0; or why there is none in
    /// its place. Nil at the end. `idleness` is told true before a wait for more
    /// input, false after it.
    public func next(
        into payload: inout ByteBuffer, idleness: @Sendable (Bool) -> Void
    ) -> (ticket: UInt64, refusal: PayloadError?)? {
        state.withLock { state in
            while !state.isEnded {
                switch frame(&state, waits: true, idleness) {
                case nil, .needsInput?: continue
                case .refused(let reason)?: return (number(&state), reason)
                case .payload(let range)?:
                    copy(range, of: &state, into: &payload)
                    return (number(&state), nil)
                }
            }
            return nil
        }
    }

    /// Ends the input here: `next` has nothing more.
    public func stop() {
        state.withLock { state in state.isEnded = true }
    }

    /// The size of all of them together, if they are regular files.
    private static func size(of files: [String]) -> Int? {
        var total = 0
        for path in files.isEmpty ? ["/dev/stdin"] : files {
            var status = stat()
            // SAFETY: the path is a C string and `status` ours for the length of the call.
            let isKnown = unsafe stat(path, &status) == 0
            guard isKnown, status.st_mode & S_IFMT == S_IFREG else { return nil }
            total += Int(status.st_size)
        }
        return total
    }

    private func number(_ state: inout State) -> UInt64 {
        defer { state.ticket += 1 }
        return state.ticket
    }

    private func copy(
        _ range: Range<Int>, of state: inout State, into payload: inout ByteBuffer
    ) {
        payload.removeAll()
        let fits = state.framer.withBytes(of: range) { bytes in payload.append(bytes) }
        precondition(fits, "the framer keeps to the payload limit")
    }

    /// One step; nil when it would have to wait and must not.
    private func frame(
        _ state: inout State, waits: Bool, _ idleness: @Sendable (Bool) -> Void
    ) -> Framer.Frame? {
        let frame = state.framer.next()
        guard frame == .needsInput else { return frame }
        guard let descriptor = state.descriptor else {
            openNext(&state)
            return .needsInput
        }
        if !System.hasInput(descriptor) {
            let complete = state.framer.next(isWaiting: true)
            if complete != .needsInput { return complete }
            if !waits { return nil }
            idleness(true)
        }
        let count = state.framer.fill { space, free in
            System.read(descriptor, into: &space, free) ?? fail(&state.failure)
        }
        idleness(false)
        state.bytesRead += count
        guard count == 0 else { return .needsInput }
        // The end of this input is the end of its last value.
        state.framer.end()
        let last = state.framer.next()
        if last == .needsInput { close(&state) }
        return last
    }

    private func fail(_ failure: inout Failure?) -> Int {
        failure = Failure(
            "the input cannot be read: \(System.message(errno))",
            hint: "name the files as arguments, or pipe the pushes in", status: .fileUnreadable)
        return 0
    }

    private func close(_ state: inout State) {
        if let descriptor = state.descriptor, !readsStandardInput { _ = Glibc.close(descriptor) }
        state.descriptor = nil
        state.framer.reset()
        if readsStandardInput || state.failure != nil { state.isEnded = true }
    }

    private func openNext(_ state: inout State) {
        guard let path = state.files.popLast() else {
            state.isEnded = true
            return
        }
        // SAFETY: the path is a C string for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            state.failure = Failure(
                "\(path) cannot be read: \(System.message(errno))",
                hint: "ls -l \(path)", status: .fileUnreadable)
            state.isEnded = true
            return
        }
        state.descriptor = descriptor
    }
}
