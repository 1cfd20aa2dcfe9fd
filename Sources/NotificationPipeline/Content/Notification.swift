/// What will be shown, and what is known about it. Begins as the fallback and is improved stage by
/// stage, so there is something to show from the first moment on.
public struct Notification: Equatable, Sendable {
    /// How far it came.
    public enum Outcome: Equatable, Sendable {
        /// Opened and understood.
        case decrypted
        /// Nothing was encrypted; the type is known.
        case plain
        /// Something was refused; the text says only that there may be something.
        case fallback(Refusal)
    }

    /// What became of the record for the app.
    public enum Storage: Equatable, Sendable {
        /// None was asked for, or there was nothing to record.
        case none
        /// A new record lies in the group directory.
        case recorded
        /// This push was recorded before.
        case duplicate
        /// It could not be written; the notification is shown all the same.
        case failed(StoreError)
    }

    /// How far it came; the fallback until a message was understood.
    public internal(set) var outcome: Outcome
    /// The format, once it was recognised; kept when a later stage refuses.
    public internal(set) var envelope: EnvelopeFormat?
    /// What the app may know of the message, once it was understood.
    public internal(set) var message: Message?
    /// What became of the record for the app.
    public internal(set) var storage = Storage.none
    /// Whether the message's deadline had passed when it arrived.
    public internal(set) var isExpired = false
    /// False for what was opened without anything that vouches for it: it could be anybody's.
    public internal(set) var isAuthenticated = true

    /// What to show when nothing better comes: the fallback, for want of time until a stage says
    /// otherwise.
    public init(fallback refusal: Refusal = .deadlineExceeded) {
        outcome = .fallback(refusal)
    }

    /// Takes over what a message says.
    mutating func improve(with message: Message, from envelope: Envelope, now: UInt64) {
        switch envelope.contents {
        case .plain: outcome = .plain
        case .sealed: outcome = .decrypted
        }
        self.message = message
        if let deadline = message.deadline { isExpired = now > deadline }
    }

    /// Falls back, keeping what is known of the envelope.
    public mutating func refuse(_ refusal: Refusal) {
        outcome = .fallback(refusal)
    }

    /// Which of the catalog's texts it is shown with.
    public var text: CatalogText {
        switch outcome {
        case .fallback(.keys(.locked)): return .locked
        case .fallback: return .fallback
        case .decrypted, .plain:
            guard let message else { return .fallback }
            return CatalogText(message.type)
        }
    }
}
