/// Every maximum of this target, in one place.
enum NotificationServiceLimits {
    /// The stack of a request's thread, in bytes; only what is used costs memory.
    static let stackBytes = 512 * 1024
}
