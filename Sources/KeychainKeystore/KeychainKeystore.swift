#if canImport(Security)
internal import KeptKeys
public import NotificationPipeline
public import SecretMemory

/// Keys in the Keychain of Apple's platforms, shared by an app and its extension through an access
/// group. They stay on the device, are never synchronised, and can be read from the first unlocking
/// after a start on, so that pushes open while the device is locked.
///
/// The first answer for a slot is kept: lending it again neither asks nor allocates. When none of
/// the kept keys fits a push and the answer is older than `KeychainLimits.refreshWait`, the Keychain
/// is asked once more, as the app may have rotated the key.
///
/// Errors: `missing` when there is no item of the slot in the access group; `locked` before the first
/// unlocking; `unavailable` when the program is not entitled to the access group, for every status
/// that is not known, and when there is no answer within `KeychainLimits.answerWait`, and then at
/// once for `KeychainLimits.quietWait`; `corrupt` for an item that is no key of ours, among them one
/// that may leave the device.
public final class KeychainKeystore: EditableKeystore {
    private let items: KeychainItems
    private let answerWait: Duration
    private let kept: KeptKeys

    /// A keystore of the items of an access group, `TEAMID.NAME`; nothing is asked before the first
    /// call.
    ///
    /// - Parameters:
    ///   - accessGroup: one of the program's `keychain-access-groups`.
    ///   - service: tells these items from others of the group.
    ///   - answerWait: how long one question may take.
    ///   - now: a clock that never goes back and runs on while the device sleeps; nil for the
    ///     system's.
    public init(
        accessGroup: String, service: String = "ntfdecrypt",
        answerWait: Duration = KeychainLimits.answerWait,
        now: (@Sendable () -> Duration)? = nil
    ) {
        items = KeychainItems(accessGroup: accessGroup, service: service)
        self.answerWait = answerWait
        let start = ContinuousClock.now
        kept = KeptKeys(
            refreshWait: KeychainLimits.refreshWait, quietWait: KeychainLimits.quietWait,
            now: now ?? { start.duration(to: .now) })
    }

    /// Lends the generations of `slot`, newest first. Asks the Keychain the first time only; after
    /// that it allocates nothing. `body` runs outside every lock.
    public func lend(
        _ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool
    ) throws(KeyError) {
        try kept.lend(
            slot,
            asking: { () throws(KeyError) in
                try question { [items] () throws(KeyError) in
                    try KeychainKeystore.key(of: slot, items)
                }
            }, to: body)
    }

    /// Every slot that has a key, in the order of the names.
    public func list() throws(KeyError) -> [KeyEntry] {
        try question { [items] () throws(KeyError) in
            let accounts = try items.accounts()
            return accounts.compactMap { account, generation in
                KeySlot(account).map { slot in
                    let previous = KeychainItems.Place.previous.account(slot)
                    return KeyEntry(
                        slot: slot, generation: generation,
                        keepsPrevious: accounts.contains { other in
                            other.account == previous && other.generation < generation
                        })
                }
            }.sorted { one, other in String(one.slot.name) < String(other.slot.name) }
        }
    }

    /// Stores a key; see `EditableKeystore`. Rotating, the current key is copied to the previous
    /// one's place first: whoever is stopped in between has lost the one before, and nothing else. After
    /// `unavailable` for want of an answer the Keychain may still do it: `list` tells.
    public func store(
        _ material: consuming SecretBytes, in slot: KeySlot, rotating: Bool
    ) throws(KeyError) -> UInt32 {
        let key = SharedKey(try KeyRecord(generation: 1, material: material), older: nil)
        defer { kept.forget(slot) }
        return try question { [items] () throws(KeyError) in
            var generation: UInt32 = 1
            do throws(KeyError) {
                let current = try items.read(slot, .current)
                guard rotating else { throw .occupied }
                guard current.generation != .max else { throw .unavailable }
                generation = current.generation + 1
                try current.material.withBytes { (bytes) throws(KeyError) in
                    try items.write(bytes, generation: current.generation, slot, .previous)
                }
            } catch {
                guard error == .missing else { throw error }
            }
            try key.record.material.withBytes { (bytes) throws(KeyError) in
                try items.write(bytes, generation: generation, slot, .current)
            }
            return generation
        }
    }

    /// Removes both generations of `slot`; see `EditableKeystore`.
    public func delete(_ slot: KeySlot) throws(KeyError) {
        defer { kept.forget(slot) }
        try question { [items] () throws(KeyError) in
            do throws(KeyError) {
                try items.delete(slot, .previous)
            } catch {
                guard error == .missing else { throw error }
            }
            try items.delete(slot, .current)
        }
    }
}

extension KeychainKeystore {
    /// The current key, and behind it the one before, if there is one that can be read.
    private static func key(
        of slot: KeySlot, _ items: KeychainItems
    ) throws(KeyError) -> SharedKey {
        let current = try items.read(slot, .current)
        let number = current.generation
        var older: SharedKey?
        if let previous = try? items.read(slot, .previous), previous.generation < number {
            let number = previous.generation
            if let record = try? KeyRecord(generation: number, material: previous.take()) {
                older = SharedKey(record, older: nil)
            }
        }
        return SharedKey(
            try KeyRecord(generation: number, material: current.take()), older: older)
    }

    /// Asks unless the Keychain was silent a moment ago.
    private func question<Answer: Sendable>(
        _ question: @escaping @Sendable () throws(KeyError) -> Answer
    ) throws(KeyError) -> Answer {
        try kept.question { KeychainCall.ask(atMost: answerWait, question) }
    }
}
#endif
