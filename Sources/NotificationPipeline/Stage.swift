/// The stages a payload goes through, in their order.
public enum Stage: Int, CaseIterable, Sendable {
    /// Is it JSON, and short enough?
    case payload
    /// Which format is it, and what do its fields hold?
    case envelope
    /// The keystore is asked.
    case keys
    /// Key agreement, derivation, decryption.
    case opening
    /// Type and fields from the plaintext.
    case message
    /// The record for the app. The first stage that leaves something behind.
    case store
    /// The texts and the line of output; the caller's own, since it writes them.
    case content

    /// The name in reports, on plots and in the host's protocol.
    public var name: StaticString {
        switch self {
        case .payload: "payload"
        case .envelope: "envelope"
        case .keys: "keys"
        case .opening: "opening"
        case .message: "message"
        case .store: "store"
        case .content: "content"
        }
    }
}

/// Watches one payload on its way through the pipeline: the extension's life cycle, the allocation
/// audit, a plot.
public protocol StageObserver {
    /// A stage begins, and with it the one before has ended. `best` is what could be shown by now.
    ///
    /// Throwing stops the payload here, for that reason. Stages a payload does not need are left
    /// out; a keystore with several generations begins `opening` once for each.
    mutating func enter(_ stage: Stage, _ best: borrowing Notification) throws(Refusal)
}

/// The observer of a pipeline that nobody watches.
struct NoObserver: StageObserver {
    /// An address of its own: without one, the thread sanitizer takes all of them for the same place.
    private var place: UInt8 = 0

    func enter(_ stage: Stage, _ best: borrowing Notification) {}
}
