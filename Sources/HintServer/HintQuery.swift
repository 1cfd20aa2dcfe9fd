internal import NotificationPipeline
internal import WakeToComplete

/// What a sender asks: about whom, and how much.
struct HintQuery: Equatable {
    let recipient: NodeID
    let amountMsat: UInt64

    /// Reads the part of an address behind its question mark; nil for anything but both fields, once
    /// each, in any order. Nothing in them is ever percent-encoded.
    init?(_ query: String) {
        guard query.utf8.count <= HintServerLimits.queryBytesMax else { return nil }
        var recipient: NodeID?
        var amountMsat: UInt64?
        for field in query.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = field.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            switch String(parts[0]) {
            case HintPath.recipient:
                guard recipient == nil, let id = NodeID(hex: String(parts[1])) else { return nil }
                recipient = id
            case HintPath.amount:
                let isDigits = parts[1].utf8.allSatisfy { byte in byte >= 0x30 && byte <= 0x39 }
                guard amountMsat == nil, isDigits, let amount = UInt64(parts[1]),
                    amount <= HintServerLimits.amountMsatMax
                else { return nil }
                amountMsat = amount
            default: return nil
            }
        }
        guard let recipient, let amountMsat else { return nil }
        self.recipient = recipient
        self.amountMsat = amountMsat
    }
}

/// Every maximum of this target.
public enum HintServerLimits {
    /// What stands behind the question mark.
    static let queryBytesMax = 256
    /// All the bitcoin there will be.
    public static let amountMsatMax: UInt64 = 2_100_000_000_000_000_000
    /// What answering may take, in seconds.
    static let answerSecondsMax = 2.0
    /// What it may take until the server listens, in seconds.
    static let startSecondsMax = 10.0
}
