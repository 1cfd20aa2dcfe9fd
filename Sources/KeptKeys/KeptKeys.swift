public import NotificationPipeline
internal import Threading

/// What a keystore that has to ask another process keeps of its answers, and when it asks again.
///
/// The first answer for a slot is kept. When none of the kept keys fits a push and the answer is old
/// there is another question, as somebody may have rotated the key. After a question without an answer
/// nobody asks for a while, and one thread asks at a time.
public final class KeptKeys: Sendable {
    private let refreshWait: Duration
    private let quietWait: Duration
    private let now: @Sendable () -> Duration
    private let kept = Mutex<[Kept]>([])
    /// The time before which nobody asks; also held while asking.
    private let quietUntil = Mutex<Duration>(.zero)

    private struct Kept {
        let slot: KeySlot
        let key: SharedKey
        let asked: Duration
    }

    /// Keeps nothing yet.
    ///
    /// - Parameters:
    ///   - refreshWait: how old an answer must be before there is another question for its slot.
    ///   - quietWait: for how long nobody asks after a question without an answer.
    ///   - now: a clock that never goes back and runs on while the device sleeps.
    public init(
        refreshWait: Duration, quietWait: Duration, now: @escaping @Sendable () -> Duration
    ) {
        self.refreshWait = refreshWait
        self.quietWait = quietWait
        self.now = now
    }

    /// Lends the generations of `slot`, newest first, `ask`ing where nothing is kept or what is kept
    /// does not fit. `body` runs outside every lock. What is kept is lent without allocating.
    public func lend(
        _ slot: KeySlot, asking ask: () throws(KeyError) -> SharedKey,
        to body: (borrowing KeyRecord) -> Bool
    ) throws(KeyError) {
        let known = kept.withLock { kept in kept.first { entry in entry.slot == slot } }
        guard let known else {
            _ = try renew(slot, asking: ask).lend(to: body)
            return
        }
        guard !known.key.lend(to: body), now() - known.asked >= refreshWait else { return }
        // The kept keys were lent and are good, whatever the answer is now.
        guard let fresh = try? renew(slot, asking: ask),
            fresh.record.generation != known.key.record.generation
        else { return }
        _ = fresh.lend(to: body)
    }

    /// Lets go of what is kept for `slot`.
    public func forget(_ slot: KeySlot) {
        kept.withLock { kept in kept.removeAll { entry in entry.slot == slot } }
    }

    /// Puts a question to the other process: `put` answers nil when no answer came in time. Throws
    /// `unavailable` then, and at once for `quietWait` after it.
    public func question<Answer>(
        _ put: () -> Result<Answer, KeyError>?
    ) throws(KeyError) -> Answer {
        try quietUntil.withLock { (quietUntil) throws(KeyError) in
            guard now() >= quietUntil else { throw .unavailable }
            guard let result = put() else {
                quietUntil = now() + quietWait
                throw .unavailable
            }
            return try result.get()
        }
    }

    private func renew(
        _ slot: KeySlot, asking ask: () throws(KeyError) -> SharedKey
    ) throws(KeyError) -> SharedKey {
        let entry = Kept(slot: slot, key: try ask(), asked: now())
        kept.withLock { kept in
            kept.removeAll { entry in entry.slot == slot }
            kept.append(entry)
        }
        return entry.key
    }
}
