/// Why the bytes are no payload.
public enum PayloadError: Error, Equatable, Sendable {
    /// Not exactly one JSON text.
    case malformedJSON
    /// Longer than the caller allows.
    case tooLarge
}
