internal import NotificationPipeline
internal import Threading

/// One request under way: who may still answer it, and what the answer would be by now.
///
/// The worker, the alarm, the system's expiry and the app may all want to end it; the delivery lies
/// here, and whoever takes it out first does.
final class Request: Sendable {
    private struct State: ~Copyable {
        /// Nil once the request was answered.
        var delivery: Delivery?
        /// Whether the delivery that was taken out has returned.
        var isDelivered = false
        var best = Notification()
        /// Whether something may have been left behind, so that the app no longer takes over.
        var isCommitted = false
    }

    let number: UInt64
    /// In the clock's uptime.
    let deadline: Duration
    private let state: Mutex<State>

    init(number: UInt64, deadline: Duration, delivery: consuming Delivery) {
        self.number = number
        self.deadline = deadline
        state = Mutex(State(delivery: consume delivery))
    }

    var isAnswered: Bool {
        state.withLock { state in state.delivery == nil }
    }

    /// Whether the answer has not only been taken on by somebody, but given.
    var isDelivered: Bool {
        state.withLock { state in state.isDelivered }
    }

    /// A stage begins. Throws what ended the request, if something did or `isAppActive` does.
    func enter(
        _ stage: Stage, _ best: borrowing Notification, isAppActive: Bool
    ) throws(Refusal) {
        let best = copy best
        try state.withLock { (state) throws(Refusal) in
            guard state.delivery != nil else { throw .deadlineExceeded }
            state.best = best
            if stage == .store && !isAppActive { state.isCommitted = true }
            if isAppActive && !state.isCommitted { throw .appActive }
        }
    }

    /// Answers with the result of the work; nothing when it was answered before.
    func finish(_ notification: Notification, _ catalog: Catalog) {
        let delivery = state.withLock { state in state.delivery.take() }
        if let delivery {
            delivery.deliver(Content(notification: notification, catalog: catalog))
            state.withLock { state in state.isDelivered = true }
        }
    }

    /// Answers with the best there is by now, for want of time or because the app took over; in the
    /// second case not when something may have been left behind.
    func stop(for reason: Refusal, _ catalog: @autoclosure () -> Catalog) {
        let taken = state.withLock { state -> Answer? in
            if reason == .appActive && state.isCommitted { return nil }
            guard let delivery = state.delivery.take() else { return nil }
            if case .fallback = state.best.outcome { state.best.refuse(reason) }
            return Answer(delivery: delivery, best: state.best)
        }
        guard let taken else { return }
        let best = taken.best
        taken.deliver(Content(notification: best, catalog: catalog()))
        state.withLock { state in state.isDelivered = true }
    }

    /// A delivery on its way out of the lock: handlers are never called inside.
    private struct Answer: ~Copyable {
        let delivery: Delivery
        let best: Notification

        consuming func deliver(_ content: Content) {
            delivery.deliver(content)
        }
    }
}
