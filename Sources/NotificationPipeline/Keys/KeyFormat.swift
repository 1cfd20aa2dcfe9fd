/// The families of keys a keystore may hold; each names the fields its key is made of.
public enum KeyFormat: String, CaseIterable, Sendable {
    /// Bitkit's device key: one secp256k1 secret of 32 bytes.
    case blocktank
    /// A Web Push subscription (RFC 8291, 3.1 and 3.2): a P-256 secret of 32 bytes and the
    /// authentication secret, 16. Labelled by account where a device has several.
    case webpush
    /// SimpleX: an X25519 secret and the server's public key, or what the two agree on, 32 bytes
    /// each. Without label the token's, labelled by notifier id a queue's.
    case simplex
    /// Zulip: 32 bytes shared with the server, labelled by `push_key_id`.
    case zulip
    /// Threema: 32 bytes shared with the server.
    case threema
    /// Session: 32 bytes shared with the server.
    case session
    /// Home Assistant: 32 bytes shared with the server.
    case homeassistant
    /// Reown (WalletConnect): the symmetric key of a topic, 32 bytes, labelled by the topic.
    case reown
    /// Alby Go: the secret agreed upon with an app, 32 bytes, and the version that says which
    /// cipher it is for. Labelled by the app's public key.
    case alby
    /// Bark: an AES key of 16, 24 or 32 bytes, its mode, and an IV for pushes without one.
    case bark
    /// Bisq: 32 bytes shared with the desktop application.
    case bisq

    /// `allCases` makes an array at each call; this one is made once.
    static let every = allCases

    /// A number of its own below 32.
    var bit: UInt32 { UInt32(KeyFormat.every.firstIndex(of: self) ?? 0) }

    /// The format of that name; nil for any other.
    static func named(_ name: Span<UInt8>) -> KeyFormat? {
        every.first { format in BoundedText(format.rawValue)?.equals(name) ?? false }
    }

    /// Whether a slot of this format may have that label; nil stands for none.
    func takes(label: Span<UInt8>?) -> Bool {
        guard let label else { return !isLabelled }
        switch self {
        case .zulip: return KeyFormat.isNumber(label)
        case .reown, .alby:
            return label.count == 64
                && label.indices.allSatisfy { index in
                    hexDigit(label[index]) != nil && label[index] == lowercaseHex(label[index])
                }
        default: return label.count > 0
        }
    }

    /// Whether every slot of this format has a label.
    private var isLabelled: Bool {
        switch self {
        case .zulip, .reown, .alby: true
        default: false
        }
    }

    /// A number below 2^32 in decimal, spelled in the one way there is.
    private static func isNumber(_ label: Span<UInt8>) -> Bool {
        guard let number = JSON.decimal(label) else { return false }
        return number <= UInt64(UInt32.max) && (label[0] != UInt8(ascii: "0") || label.count == 1)
    }
}

extension KeyFormat {
    /// Refuses fields that are no key of this format: well-formed ones, as `KeyRecord` holds them.
    func check(_ key: Span<UInt8>) throws(KeyTextError) {
        switch self {
        case .blocktank:
            try KeyFields.require([.secret], in: key)
            try KeyFields.require(.secret, count: 32, in: key)
            guard holds(.secret, in: key, Secp256k1.isPrivateKey) else { throw .notAKey }
        case .webpush:
            try KeyFields.require([.secret, .auth], in: key)
            try KeyFields.require(.secret, count: 32, in: key)
            try KeyFields.require(.auth, count: 16, in: key)
            guard holds(.secret, in: key, P256.isPrivateKey) else { throw .notAKey }
        case .simplex:
            let isAgreed = KeyFields.place(of: .shared, in: key) != nil
            try KeyFields.require(isAgreed ? [.shared] : [.secret, .peer], in: key)
            for field in [KeyField.secret, .peer, .shared] {
                try KeyFields.require(field, count: 32, in: key)
            }
        case .zulip, .threema, .session, .homeassistant, .reown, .bisq:
            try KeyFields.require([.secret], in: key)
            try KeyFields.require(.secret, count: 32, in: key)
        case .alby:
            try KeyFields.require([.secret, .version], in: key)
            try KeyFields.require(.secret, count: 32, in: key)
            guard holds(.version, in: key, { word in NostrVersion(word) != nil }) else {
                throw .unknownWord
            }
        case .bark: try checkBark(key)
        }
    }

    private func checkBark(_ key: Span<UInt8>) throws(KeyTextError) {
        try KeyFields.require([.secret, .mode], optional: [.iv], in: key)
        guard holds(.secret, in: key, { $0.count == 16 || $0.count == 24 || $0.count == 32 })
        else { throw .wrongLength }
        guard let place = KeyFields.place(of: .mode, in: key),
            let mode = BarkMode(key.extracting(place))
        else { throw .unknownWord }
        guard KeyFields.place(of: .iv, in: key) != nil else { return }
        guard let ivBytes = mode.ivBytes else { throw .wrongFields }
        try KeyFields.require(.iv, count: ivBytes, in: key)
    }

    private func holds(
        _ field: KeyField, in key: Span<UInt8>, _ test: (Span<UInt8>) -> Bool
    ) -> Bool {
        KeyFields.place(of: field, in: key).map { place in test(key.extracting(place)) } ?? false
    }
}

/// What an Alby key's `version` says of its cipher.
enum NostrVersion: Sendable {
    /// `1.0`: the secret is a NIP-44 conversation key.
    case nip44
    /// `0.0`: the secret is the X coordinate both sides share, for NIP-04.
    case nip04

    init?(_ word: Span<UInt8>) {
        guard equals(word, "1.0") || equals(word, "0.0") else { return nil }
        self = equals(word, "1.0") ? .nip44 : .nip04
    }
}

/// What a Bark key's `mode` says of its cipher.
enum BarkMode: Sendable {
    case gcm, cbc, ecb

    init?(_ word: Span<UInt8>) {
        if equals(word, "gcm") {
            self = .gcm
        } else {
            guard equals(word, "cbc") || equals(word, "ecb") else { return nil }
            self = equals(word, "cbc") ? .cbc : .ecb
        }
    }

    /// The length of an IV in this mode; nil when it takes none.
    var ivBytes: Int? {
        switch self {
        case .gcm: 12
        case .cbc: 16
        case .ecb: nil
        }
    }
}

/// Whether bytes are those of a literal. Not in constant time: for words that are no secret.
func equals(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { expected in
        // SAFETY: the indices are those of the buffer, which is as long as the span.
        expected.indices.allSatisfy { index in unsafe expected[index] == bytes[index] }
    }
}
