internal import Glibc
internal import KeptKeys
public import NotificationPipeline
public import SecretMemory

/// Keys in the desktop's Secret Service (gnome-keyring, KWallet, KeePassXC), through libsecret.
///
/// An item has the attributes `application` (`ntfdecrypt`), `slot` and `generation`, and as its
/// secret the key's text, so that `secret-tool` can store one too. Never prompts and never
/// unlocks. libsecret is loaded by the first call, not before.
///
/// The first answer for a slot is kept: lending it again neither asks nor allocates. When none of
/// the kept keys fits a push and the answer is older than `ServiceLimits.refreshWait`, the service
/// is asked once more, as another process may have rotated the key.
///
/// Errors: `missing` when there is no item of the slot; `locked` when the newest is locked, or for
/// a change any of them or the default collection; `unavailable` without libsecret, session bus,
/// service or default collection, or when there is no answer within `ServiceLimits.answerSeconds`,
/// and then at once for `ServiceLimits.quietWait`; `corrupt` when no item of the slot is a key.
/// An item that is no key is passed over while another is one.
public final class SecretServiceKeystore: EditableKeystore {
    private let kept: KeptKeys

    /// A keystore that asks the service of the session bus; nothing is asked before the first call.
    ///
    /// `now` is a clock that never goes back and runs on while the machine sleeps.
    public init(now: @escaping @Sendable () -> Duration = SecretServiceKeystore.timeSinceBoot) {
        kept = KeptKeys(
            refreshWait: ServiceLimits.refreshWait, quietWait: ServiceLimits.quietWait, now: now)
    }

    /// Whether libsecret is there; loads it.
    public static var isInstalled: Bool { SecretLibrary.shared != nil }

    /// Whether there is a session bus to ask.
    public static var hasSessionBus: Bool { SessionBus.isThere() }

    /// The time since the machine was started. The corresponding C function is `clock_gettime`.
    public static func timeSinceBoot() -> Duration {
        var time = timespec()
        // SAFETY: `time` is ours.
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Lends the generations of `slot`, newest first. Asks the service the first time only; after that
    /// it allocates nothing. `body` runs outside every lock.
    public func lend(
        _ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool
    ) throws(KeyError) {
        try kept.lend(
            slot,
            asking: { () throws(KeyError) in
                try question { (session) throws(KeyError) in try Self.keys(of: slot, session) }
            }, to: body)
    }

    /// Every slot that has items of ours, in the order of the names. Throws `locked` when one is.
    public func list() throws(KeyError) -> [KeyEntry] {
        try question { (session) throws(KeyError) in
            let items = try session.items(of: nil, withSecrets: false)
            guard !items.contains(where: \.isLocked) else { throw .locked }
            var generations: [String: (slot: KeySlot, numbers: [UInt32])] = [:]
            for item in items {
                guard let slot = item.slot, let generation = item.generation else { continue }
                generations[String(slot.name), default: (slot, [])].numbers.append(generation)
            }
            return generations.sorted { one, other in one.key < other.key }.map { _, entry in
                KeyEntry(
                    slot: entry.slot, generation: entry.numbers.max() ?? 1,
                    keepsPrevious: entry.numbers.count > 1)
            }
        }
    }

    /// Stores a key in the default collection; see `EditableKeystore`. The new item is there
    /// before the ones it makes superfluous are removed, and an item that stays is passed over.
    public func store(
        _ material: consuming SecretBytes, in slot: KeySlot, rotating: Bool
    ) throws(KeyError) -> UInt32 {
        let key = SharedKey(try KeyRecord(generation: 1, material: material), older: nil)
        defer { kept.forget(slot) }
        return try question { (session) throws(KeyError) in
            let items = try session.items(of: slot, withSecrets: false)
            guard !items.contains(where: \.isLocked) else { throw .locked }
            let newest = items.compactMap(\.generation).max()
            guard newest == nil || rotating else { throw .occupied }
            guard newest != .max else { throw .unavailable }
            let generation = (newest ?? 0) + 1
            guard let text = try? KeyText.write(key.record) else { throw .corrupt }
            try session.create(slot: slot, generation: generation, text: text)
            for item in items where item.generation.map({ number in number != newest }) ?? false {
                try? session.delete(item)
            }
            return generation
        }
    }

    /// Removes every item of `slot`; see `EditableKeystore`.
    public func delete(_ slot: KeySlot) throws(KeyError) {
        defer { kept.forget(slot) }
        try question { (session) throws(KeyError) in
            let items = try session.items(of: slot, withSecrets: false)
            guard !items.isEmpty else { throw .missing }
            guard !items.contains(where: \.isLocked) else { throw .locked }
            for item in items { try session.delete(item) }
        }
    }
}

extension SecretServiceKeystore {
    /// The two highest generations that are keys.
    private static func keys(
        of slot: KeySlot, _ session: borrowing ServiceSession
    ) throws(KeyError) -> SharedKey {
        let items = try session.items(of: slot, withSecrets: true)
        guard !items.isEmpty else { throw .missing }
        let numbered = items.filter { item in item.generation != nil }
            .sorted { one, other in (one.generation ?? 0) > (other.generation ?? 0) }
        // A locked item may be a newer key than those that are open: only behind one that is
        // open it can be passed over.
        guard numbered.first?.isLocked != true else { throw .locked }
        let open = numbered.filter { item in !item.isLocked }
        guard let key = try chain(open[...], for: slot.format, Limits.keyGenerationsMax) else {
            throw .corrupt
        }
        return key
    }

    /// The first `count` items that are keys, one behind the other; nil when none is.
    private static func chain(
        _ items: ArraySlice<ServiceItem>, for format: KeyFormat, _ count: Int
    ) throws(KeyError) -> SharedKey? {
        guard count > 0 else { return nil }
        for index in items.indices {
            guard let generation = items[index].generation,
                let material = try items[index].key(for: format)
            else { continue }
            let record = try KeyRecord(generation: generation, material: material)
            let older = try chain(items[(index + 1)...], for: format, count - 1)
            return SharedKey(record, older: older)
        }
        return nil
    }

    /// Asks unless the service was silent a moment ago.
    private func question<Answer: Sendable>(
        _ operation: @escaping @Sendable (borrowing ServiceSession) throws(KeyError) -> Answer
    ) throws(KeyError) -> Answer {
        try kept.question { ServiceCall.ask(operation) }
    }
}
