public import SecretMemory

/// Why a keystore lends no key.
public enum KeyError: Error, Equatable, Sendable {
    /// There is no key in that slot, or no keystore yet.
    case missing
    /// A keystore is there, but what unlocks it (device key, passphrase, collection) is not.
    case locked
    /// The keystore cannot be asked: no service, no answer in time, no permission, no space.
    case unavailable
    /// The keystore was read but is not what a keystore writes.
    case corrupt
    /// The slot has a key already, and nothing was said about rotating it.
    case occupied
}

/// Where the pipeline gets its keys. The one door to every kind of keystore.
///
/// An implementation may be asked from several threads, never prompts, waits no longer than its
/// named deadline, and after the first answer lends without allocating.
public protocol Keystore: Sendable {
    /// Lends the generations of `slot`, newest first, until `body` answers true ("that fits").
    ///
    /// Ownership: a record is lent for the length of the call and must not be kept.
    /// Throws `KeyError.missing` when the slot has no key at all.
    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError)
}

/// A keystore that can also be changed: what `ntfdecrypt keys` asks for.
public protocol EditableKeystore: Keystore {
    /// Every slot with its current generation, in the order of the names.
    func list() throws(KeyError) -> [KeyEntry]

    /// Stores `material` as the current key of `slot` and returns its generation.
    ///
    /// Into an empty slot it is generation 1. Into a used one it is an `occupied` error, unless
    /// `rotating`: then the current key becomes the previous one, and the one before that is gone.
    /// After it returns the change is on disk. When it throws nothing has changed, unless the disk
    /// failed just when the change was made: `list` tells.
    func store(
        _ material: consuming SecretBytes, in slot: KeySlot, rotating: Bool
    ) throws(KeyError) -> UInt32

    /// Removes every generation of `slot`; `missing` when there was none.
    func delete(_ slot: KeySlot) throws(KeyError)
}

/// What `keys list` says of a slot. Holds nothing secret.
public struct KeyEntry: Equatable, Sendable {
    /// The slot.
    public let slot: KeySlot
    /// The current generation, from 1.
    public let generation: UInt32
    /// Whether the generation before is kept as well.
    public let keepsPrevious: Bool

    /// An entry of a listing.
    public init(slot: KeySlot, generation: UInt32, keepsPrevious: Bool) {
        self.slot = slot
        self.generation = generation
        self.keepsPrevious = keepsPrevious
    }
}
