/// What the pipeline says when it says no: the stage's own error, nothing of the payload.
public enum Refusal: Error, Equatable, Sendable {
    case payload(PayloadError)
    case envelope(EnvelopeError)
    case keys(KeyError)
    case opening(OpeningError)
    case message(MessageError)
    /// The time ran out before there was anything better to show.
    case deadlineExceeded
    /// The app is active and sees to the push itself.
    case appActive

    /// The reason as the output names it. The set is a promise: names are added, never changed.
    public var reason: StaticString {
        switch self {
        case .payload(.malformedJSON): "malformed-json"
        case .payload(.tooLarge): "too-large"
        case .envelope(.unknown): "unknown-envelope"
        case .envelope(.malformed), .opening(.lengthInvalid), .opening(.malformed):
            "malformed-envelope"
        case .envelope(.unknownType), .message(.unknownType): "unknown-type"
        case .keys(.missing): "key-missing"
        case .keys(.locked): "keystore-locked"
        case .keys(.unavailable), .keys(.corrupt), .keys(.occupied): "keystore-unavailable"
        case .opening(.authenticationFailed), .opening(.keyUnusable): "authentication-failed"
        case .message(.malformed): "malformed-message"
        case .deadlineExceeded: "deadline-exceeded"
        case .appActive: "app-active"
        }
    }

    /// Whether another key, of another family, could still open the payload.
    var isAboutTheKey: Bool {
        switch self {
        case .keys(.missing), .opening(.authenticationFailed), .opening(.keyUnusable): true
        default: false
        }
    }
}
