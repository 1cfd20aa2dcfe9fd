import NotificationPipeline

extension KeyFormat {
    /// How a slot of this format is written.
    var slotForm: String {
        switch self {
        case .zulip: "zulip:PUSHKEYID"
        case .reown: "reown:TOPIC"
        case .alby: "alby:APPPUBKEY"
        default: rawValue
        }
    }

    /// What `keys import` reads for this format, as a shell gives it.
    var exampleInput: String {
        switch self {
        case .blocktank, .zulip, .threema, .session, .homeassistant, .reown, .bisq:
            "< secret.hex"
        case .webpush: #"< key.json, which holds {"secret":"64 hex digits","auth":"32"}"#
        case .simplex: #"< key.json, which holds {"secret":"64 hex digits","peer":"64"}"#
        case .alby: #"< key.json, which holds {"secret":"64 hex digits","version":"1.0"}"#
        case .bark: #"< key.json, which holds {"secret":"32, 48 or 64 hex digits","mode":"gcm"}"#
        }
    }

    /// Whether a server knows one half of such a key and the device the other.
    var hasPublicHalf: Bool { self == .blocktank || self == .webpush || self == .simplex }
}

extension EnvelopeFormat {
    /// The keys that open it; nil for what is in the clear.
    var keyFormat: KeyFormat? {
        self == .homeAssistant ? .homeassistant : KeyFormat(rawValue: family.description)
    }
}
