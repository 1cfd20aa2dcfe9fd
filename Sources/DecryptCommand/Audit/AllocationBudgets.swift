import NotificationPipeline

/// The kinds of push the audit measures.
enum AuditKind: String, CaseIterable {
    case blocktankV0 = "blocktank-v0"
    case repeatingSender = "repeating-sender"
    case wakeV1 = "wake-v1"
    case wakeFallback = "wake-fallback"
    case incomingHtlcWake = "incoming-htlc-wake"
    case webPush = "webpush-aes128gcm"
    case simplex, zulip, threema, session
    case homeAssistant = "home-assistant"
    case reown
    case alby = "alby-nip44"
    case bark, bisq, phoenix
    case refused

    /// What it is, for people.
    var explanation: String {
        switch self {
        case .blocktankV0, .wakeV1, .webPush: "sealed by senders that were never seen before"
        case .repeatingSender: "sealed by one sender again and again"
        case .wakeFallback, .incomingHtlcWake, .phoenix: "in the clear"
        case .simplex: "a box to the token's key, and in it one to the queue's"
        case .zulip, .threema, .homeAssistant, .session, .reown, .bisq, .alby, .bark:
            "sealed with a key both sides hold"
        case .refused: "damaged in five ways"
        }
    }
}

/// How many heap allocations each stage may make: exactly so many, no fewer either, since a lower
/// number is a change that wants to be written down. The reasons are in docs/measurements.md.
enum AllocationBudget {
    /// After the first push, a payload.
    static func steady(_ kind: AuditKind, _ stage: Stage) -> UInt64 {
        // P-256 is hogweed's, whose numbers take memory of their own.
        kind == .webPush && stage == .opening ? 11 : 0
    }

    /// The first push of a pipeline.
    static func first(_ kind: AuditKind, _ stage: Stage) -> UInt64 {
        switch (stage, kind) {
        case (.payload, _), (.envelope, _), (.message, _), (.store, _), (.content, _): 0
        // Nothing is asked of the keystore.
        case (.keys, .wakeFallback), (.keys, .incomingHtlcWake), (.keys, .phoenix): 0
        // The keystore is read, for SimpleX once more for the queue's key.
        case (.keys, .simplex): 9
        case (.keys, _): 7
        // A payload's own, the device's public key, and what a derivation works with.
        case (.opening, .webPush): 19
        case (.opening, _): 0
        }
    }
}
