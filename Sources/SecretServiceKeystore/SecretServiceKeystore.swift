public import NotificationPipeline
public import SecretMemory
internal import Synchronization

/// The keystore in the desktop's keyring: libsecret against the Secret Service.
///
/// Asks at most `SecretServiceLimits.answerSecondsMax` a question and never prompts. libsecret is
/// loaded at the first question. Keys once lent stay in guarded memory; when none of them fits any
/// more, and they were read more than `snapshotSecondsMax` ago, they are read anew.
///
/// Errors: `missing` when the slot has no item; `locked` when an item, or the collection a new one
/// would go to, is locked; `unavailable` when there is no session bus, no libsecret, no service, no
/// answer in time; `corrupt` when no item of the slot holds a key.
public final class SecretServiceKeystore: EditableKeystore {
    /// A key in memory that several threads may be lent at once.
    private final class Lent: Sendable {
        let record: KeyRecord

        init(_ record: consuming KeyRecord) {
            self.record = record
        }
    }

    /// The generations of a slot as they were read, newest first.
    private struct Known {
        let slot: KeySlot
        let generations: [Lent]
        let readAt: ContinuousClock.Instant
    }

    private let known = Mutex<[Known]>([])

    /// Asks nothing yet.
    public init() {}

    public func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        let (generations, isOld) = try known.withLock { (known) throws(KeyError) in
            if let found = known.first(where: { entry in entry.slot == slot }) {
                let age = ContinuousClock.now - found.readAt
                return (found.generations, age > .seconds(SecretServiceLimits.snapshotSecondsMax))
            }
            return (try Self.read(slot, into: &known), false)
        }
        if Self.offer(generations, body) || !isOld { return }
        let renewed = try known.withLock { (known) throws(KeyError) in
            try Self.read(slot, into: &known)
        }
        _ = Self.offer(renewed, body)
    }

    private static func offer(
        _ generations: [Lent], _ body: (borrowing KeyRecord) -> Bool
    ) -> Bool {
        for lent in generations where body(lent.record) { return true }
        return false
    }

    private static func read(_ slot: KeySlot, into known: inout [Known]) throws(KeyError) -> [Lent] {
        var records: [Lent] = []
        var broken = 0
        try SecretService.ask { (service) throws(KeyError) in
            try service.forEachItem(of: slot, loadsSecrets: true) { (item, text) throws(KeyError) in
                do throws(KeyTextError) {
                    let material = try KeyText.read(text, for: slot.format)
                    if let record = try? KeyRecord(generation: item.generation, material: material) {
                        records.append(Lent(record))
                    }
                } catch { broken += 1 }
                return false
            }
        }
        records.sort { one, other in one.record.generation > other.record.generation }
        let generations = Array(records.prefix(Limits.keyGenerationsMax))
        guard !generations.isEmpty else { throw broken > 0 ? .corrupt : .missing }
        known.removeAll { entry in entry.slot == slot }
        known.append(Known(slot: slot, generations: generations, readAt: .now))
        return generations
    }

    public func list() throws(KeyError) -> [KeyEntry] {
        var generations: [String: [UInt32]] = [:]
        try SecretService.ask { (service) throws(KeyError) in
            try service.forEachItem(of: nil, loadsSecrets: false) { item, _ in
                generations[item.slot, default: []].append(item.generation)
                return false
            }
        }
        return generations.sorted { one, other in one.key < other.key }.compactMap { name, found in
            guard let slot = KeySlot(name), let newest = found.max() else { return nil }
            return KeyEntry(
                slot: slot, generation: newest, keepsPrevious: found.contains { $0 < newest })
        }
    }

    public func store(
        _ material: consuming SecretBytes, in slot: KeySlot, rotating: Bool
    ) throws(KeyError) -> UInt32 {
        let name = String(slot.name)
        let text = try Self.text(of: material)
        let generation = try SecretService.ask { (service) throws(KeyError) in
            var newest: UInt32 = 0
            try service.forEachItem(of: slot, loadsSecrets: false) { item, _ in
                newest = max(newest, item.generation)
                return false
            }
            guard newest == 0 || rotating else { throw .occupied }
            guard newest < .max else { throw .corrupt }
            let next = newest + 1
            try text.withBytes { (bytes) throws(KeyError) in
                try service.store(bytes, SecretService.Item(slot: name, generation: next))
            }
            // What is left of older ones is only clutter: failing to remove it fails nothing.
            try? service.forEachItem(of: slot, loadsSecrets: false) { item, _ in
                item.generation < newest
            }
            return next
        }
        known.withLock { known in known.removeAll { entry in entry.slot == slot } }
        return generation
    }

    /// What an item holds of a key.
    private static func text(of material: consuming SecretBytes) throws(KeyError) -> SecretBytes {
        let record = try KeyRecord(generation: 1, material: material)
        do { return try KeyText.write(record) } catch { throw .corrupt }
    }

    public func delete(_ slot: KeySlot) throws(KeyError) {
        var count = 0
        try SecretService.ask { (service) throws(KeyError) in
            try service.forEachItem(of: slot, loadsSecrets: false) { _, _ in
                count += 1
                return true
            }
        }
        known.withLock { known in known.removeAll { entry in entry.slot == slot } }
        guard count > 0 else { throw .missing }
    }
}
