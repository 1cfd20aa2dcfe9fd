import CommandSupport
import NotificationPipeline
import Threading

/// Tells people on standard error what went wrong with payloads and how to mend it: the first time
/// something happens with a hint, and at the end how often it was.
final class Advice: Sendable {
    private struct State {
        var payloads = 0
        var refused = 0
        var unstored = 0
        /// Reasons spoken of already.
        var said: [String] = []
    }

    private let state = Mutex(State())
    let groupDirectory: String?
    /// Where the file keystore is; nil when it is the Secret Service.
    let keystoreDirectory: String?

    init(keystore: KeystoreChoice?, groupDirectory: String?) {
        keystoreDirectory = keystore?.directory
        self.groupDirectory = groupDirectory
    }

    /// Counts a notification, and speaks when it shows something new.
    func note(_ notification: Notification) {
        state.withLock { state in
            state.payloads += 1
            let number = state.payloads
            if case .fallback(let refusal) = notification.outcome {
                state.refused += 1
                say(refusal.reason.description + keyDetail(refusal), &state) {
                    Report.error(
                        "payload \(number): \(Advice.meaning(of: refusal))",
                        hint: hint(for: refusal, notification.envelope))
                }
            }
            if case .failed(let error) = notification.storage {
                state.unstored += 1
                say("store \(error)", &state) {
                    Report.error(
                        "payload \(number) is not recorded: \(Advice.meaning(of: error))",
                        hint: hint(for: error))
                }
            }
        }
    }

    /// Sums up, and throws the status of a run in which something failed.
    func finish() throws {
        let (payloads, refused, unstored) = state.withLock { state in
            (state.payloads, state.refused, state.unstored)
        }
        guard refused + unstored > 0 else { return }
        if payloads > 1 {
            if refused > 0 { Report.note("\(refused) of \(payloads) payloads fell back") }
            if unstored > 0 { Report.note("\(unstored) of \(payloads) payloads are not recorded") }
        }
        throw ExitStatus.refused.asExitCode
    }

    private func say(_ what: String, _ state: inout State, _ speak: () -> Void) {
        guard !state.said.contains(what) else { return }
        state.said.append(what)
        speak()
    }

    /// Corrupt and unavailable share a reason in the output, but need different words here.
    private func keyDetail(_ refusal: Refusal) -> String {
        refusal == .keys(.corrupt) ? " corrupt" : ""
    }
}
