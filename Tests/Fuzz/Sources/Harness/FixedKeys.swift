import NotificationPipeline

/// Keys that stand in the source and guard nothing: `corpus` is sealed with them.
public struct FixedKeys: Sendable {
    private let keys: [(slot: KeySlot, key: SharedKey)]

    /// Slots and key texts, as `keys import` reads them.
    public init(_ texts: [String: String]) {
        keys = texts.map { name, text in
            guard let slot = KeySlot(name),
                let material = try? KeyText.read(Array(text.utf8).span, for: slot.format),
                let record = try? KeyRecord(generation: 1, material: material)
            else { fatalError("\(name) has a key") }
            return (slot, SharedKey(record, older: nil))
        }
    }

    /// The key in a slot. Allocates nothing.
    public func key(in slot: KeySlot) -> SharedKey? {
        for entry in keys where entry.slot == slot { return entry.key }
        return nil
    }

    /// The key in a slot that is there.
    public subscript(name: String) -> SharedKey {
        guard let slot = KeySlot(name), let key = key(in: slot) else {
            fatalError("\(name) has a key")
        }
        return key
    }

    /// 000102…1f, the key of every format that has 32 bytes of its own.
    public static let secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
}
