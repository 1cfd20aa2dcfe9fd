import Threading

/// Lets threads through one after another, in the order of their tickets from 0.
///
/// The holder of the lowest ticket never waits, so there is always one that goes on.
final class Turnstile: Sendable {
    private let current = Monitor<UInt64>(0)

    /// Returns when it is this ticket's turn; at once when it is already.
    func wait(for ticket: UInt64) {
        _ = current.waiting(atMost: nil) { current in current == ticket ? true : nil }
    }

    /// Ends the current turn and begins the next ticket's.
    func advance() {
        current.withLock { current in current += 1 }
    }
}
