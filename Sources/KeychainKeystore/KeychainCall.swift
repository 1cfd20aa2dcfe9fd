#if canImport(Security)
internal import NotificationPipeline
internal import Threading

/// One question to the Keychain, on a thread of its own: the four functions ask another process and
/// have no deadline. A thread that gets no answer is left behind, and its answer goes nowhere.
enum KeychainCall {
    /// Asks and waits; nil when there was no answer in time, `unavailable` without a thread.
    static func ask<Answer: Sendable>(
        atMost wait: Duration,
        _ question: @escaping @Sendable () throws(KeyError) -> Answer
    ) -> Result<Answer, KeyError>? {
        let answer = Monitor<Result<Answer, KeyError>?>(nil)
        let isStarted = Thread.detach(stackBytes: KeychainLimits.stackBytes) {
            let result: Result<Answer, KeyError>
            do throws(KeyError) {
                result = .success(try question())
            } catch { result = .failure(error) }
            answer.withLock { answer in answer = result }
        }
        guard isStarted else { return .failure(.unavailable) }
        return answer.waiting(atMost: wait) { answer in answer }
    }
}
#endif
