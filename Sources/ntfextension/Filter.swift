import CommandSupport
import Glibc
import NotificationExtension
import NotificationPipeline
import Threading

/// Without a host: payloads from standard input, a line for each, as `ntfdecrypt` does it.
final class Filter: Sendable {
    private let it: Extension
    private let input = PushInput(files: [], payloadBytesMax: Limits.payloadBytesDefault)
    private let output = LineOutput()
    private let state = Mutex(State())

    private struct State: ~Copyable {
        var line = ByteBuffer(capacity: Limits.lineBytesMax)
        var failures = 0
    }

    init(_ arguments: Arguments) {
        it = arguments.makeExtension()
    }

    func run() throws(Failure) {
        if isatty(STDIN_FILENO) == 1 { Report.note("reading pushes from the terminal") }
        var payload = ByteBuffer(capacity: Limits.payloadBytesDefault)
        let handler: @Sendable (Content) -> Void = { content in self.write(content) }
        while let (_, refusal) = input.next(into: &payload, idleness: { output.setIdle($0) }) {
            if let refusal {
                write(Content(notification: Notification(fallback: .payload(refusal))))
            } else {
                payload.withBytes { push in it.didReceive(push, deliver: Delivery(handler)) }
            }
        }
        if let code = output.finish() {
            throw Failure(
                "standard output cannot be written: \(System.message(code))",
                status: .outputUnwritable)
        }
        if let failure = input.failure { throw failure }
        let failures = state.withLock { state in state.failures }
        guard failures == 0 else {
            throw Failure(
                "\(failures) of the pushes fell back or are not recorded",
                hint: "see \"reason\" in the output, or ask: ntfdecrypt doctor")
        }
    }

    private func write(_ content: Content) {
        state.withLock { state in
            if content.isFailure { state.failures += 1 }
            state.line.removeAll()
            NotificationWriter.write(content.notification, content.catalog, to: &state.line)
            if !output.write(state.line) { input.stop() }
        }
    }
}

extension Content {
    /// A fallback, or a record that could not be written.
    fileprivate var isFailure: Bool {
        if case .fallback = notification.outcome { return true }
        if case .failed = notification.storage { return true }
        return false
    }
}
