public import SecretMemory
internal import Synchronization

/// The parts a key may consist of. The raw values are the tags in a stored key: never reuse one.
public enum KeyField: UInt8, CaseIterable, Sendable {
    /// The private key or pre-shared key itself.
    case secret = 1
    /// Web Push's authentication secret.
    case auth = 2
    /// The other side's public key, where it is part of the key.
    case peer = 3
    /// What both sides agreed on, where the halves are no longer there.
    case shared = 4
    /// Which version of its format the key is for, a word.
    case version = 5
    /// Which mode of operation the key is for, a word.
    case mode = 6
    /// An initialisation vector that goes with the key.
    case iv = 7

    /// The name in JSON key texts.
    public var name: StaticString {
        switch self {
        case .secret: "secret"
        case .auth: "auth"
        case .peer: "peer"
        case .shared: "shared"
        case .version: "version"
        case .mode: "mode"
        case .iv: "iv"
        }
    }
}

/// One generation of one key: its secret fields, in memory that is locked, lent and wiped.
///
/// The fields lie behind one another as tag (1 byte), length (2 bytes, big endian), value.
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
        guard material.withBytes(KeyRecord.isWellFormed) else { throw .corrupt }
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
            var position = 0
            while position < bytes.count {
                let start = position + 3
                let end = start + Int(bytes[position + 1]) << 8 + Int(bytes[position + 2])
                if bytes[position] == field.rawValue {
                    return try body(bytes.extracting(start..<end))
                }
                position = end
            }
            return nil
        }
    }

    /// Whether tags are known, ascending, and lengths fill the bytes exactly.
    private static func isWellFormed(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= Limits.keyMaterialBytesMax else { return false }
        var position = 0
        var lastTag: UInt8 = 0
        while position < bytes.count {
            guard position + 3 <= bytes.count, bytes[position] > lastTag,
                KeyField(rawValue: bytes[position]) != nil
            else { return false }
            lastTag = bytes[position]
            position += 3 + Int(bytes[position + 1]) << 8 + Int(bytes[position + 2])
        }
        return position == bytes.count && position > 0
    }
}
