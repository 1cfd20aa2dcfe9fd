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

    /// The first push of a process.
    static func first(_ kind: AuditKind, _ stage: Stage) -> UInt64 {
        switch stage {
        case .payload, .envelope, .opening, .message, .content: 0
        case .keys: 0
        case .store: 0
        }
    }
}
