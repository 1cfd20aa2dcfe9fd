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

    /// Whether a key text spells it as a word; all others are hexadecimal digits.
    var isWord: Bool { self == .version || self == .mode }

    /// `allCases` makes an array at each call; this one is made once.
    static let every = allCases
}

/// Reads the fields of a key: tag (1 byte), length (2 bytes, big endian) and value, one behind
/// another, tags ascending.
enum KeyFields {
    /// Whether tags are known, ascending, and lengths fill the bytes exactly.
    static func areWellFormed(_ bytes: Span<UInt8>) -> Bool {
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

    /// Where a field's value is; nil when the key has no such field. The fields are well-formed.
    static func place(of field: KeyField, in bytes: Span<UInt8>) -> Range<Int>? {
        var position = 0
        while position < bytes.count {
            let start = position + 3
            let end = start + Int(bytes[position + 1]) << 8 + Int(bytes[position + 2])
            if bytes[position] == field.rawValue { return start..<end }
            position = end
        }
        return nil
    }

    /// Whether the key has these fields, perhaps the optional ones, and no others.
    static func require(
        _ fields: [KeyField], optional: [KeyField] = [], in bytes: Span<UInt8>
    ) throws(KeyTextError) {
        for field in KeyField.every {
            let isThere = place(of: field, in: bytes) != nil
            let isRequired = fields.contains(field)
            let mayBeThere = isRequired || optional.contains(field)
            guard isThere ? mayBeThere : !isRequired else { throw .wrongFields }
        }
    }

    /// Whether a field, if the key has it, is that long.
    static func require(
        _ field: KeyField, count: Int, in bytes: Span<UInt8>
    ) throws(KeyTextError) {
        guard let place = place(of: field, in: bytes) else { return }
        guard place.count == count else { throw .wrongLength }
    }
}
