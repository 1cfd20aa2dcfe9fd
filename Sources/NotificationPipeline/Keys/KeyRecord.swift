public import SecretMemory
internal import Synchronization

/// One generation of one key: its secret fields, in memory that is locked, lent and wiped.
public struct KeyRecord: ~Copyable, Sendable {
    /// 1 for the first key of a slot, one more with each rotation.
    public let generation: UInt32
    /// Numbers the records of this process in the order they were made: another reading of the same
    /// key has another number.
    let number: UInt64
    /// The encoded fields, as a keystore stores them.
    public let material: SecretBytes

    /// Takes over `material`; throws `KeyError.corrupt` when its fields do not add up.
    public init(generation: UInt32, material: consuming SecretBytes) throws(KeyError) {
        guard material.withBytes(KeyFields.areWellFormed) else { throw .corrupt }
        self.generation = generation
        number = KeyRecord.made.add(1, ordering: .relaxed).newValue
        self.material = material
    }

    private static let made = Atomic<UInt64>(0)

    /// Lends a field's value while `body` runs; nil when the key has no such field.
    /// Allocates nothing.
    public borrowing func withField<Result, Failure: Error>(
        _ field: KeyField, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        try material.withBytes { (bytes) throws(Failure) -> Result? in
            guard let place = KeyFields.place(of: field, in: bytes) else { return nil }
            return try body(bytes.extracting(place))
        }
    }
}
