import NotificationPipeline

/// The kinds of push the audit measures.
enum AuditKind: String, CaseIterable {
    case blocktankV0 = "blocktank-v0"
    case repeatingSender = "repeating-sender"
    case wakeV1 = "wake-v1"
    case wakeFallback = "wake-fallback"
    case incomingHtlcWake = "incoming-htlc-wake"
    case refused

    /// What it is, for people.
    var explanation: String {
        switch self {
        case .blocktankV0: "sealed by senders that were never seen before"
        case .repeatingSender: "sealed by one sender again and again"
        case .wakeV1: "sealed by senders that were never seen before"
        case .wakeFallback, .incomingHtlcWake: "in the clear"
        case .refused: "damaged in five ways"
        }
    }
}

/// How many heap allocations each stage may make: exactly so many, no fewer either, since a lower
/// number is a change that wants to be written down. The reasons are in docs/measurements.md.
enum AllocationBudget {
    /// After the first push, a payload.
    static let steady: UInt64 = 0

    /// The first push of a pipeline.
    static func first(_ kind: AuditKind, _ stage: Stage) -> UInt64 {
        switch (stage, kind) {
        case (.payload, _), (.envelope, _), (.opening, _), (.message, _), (.content, _): 0
        // Nothing is asked of the keystore.
        case (.keys, .wakeFallback), (.keys, .incomingHtlcWake): 0
        // The keystore is read.
        case (.keys, _): 7
        case (.store, _): 0
        }
    }
}
