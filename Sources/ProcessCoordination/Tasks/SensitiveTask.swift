/// Work of the app's that must not be cut off when the user turns to something else.
public enum SensitiveTask: UInt8, CaseIterable, Sendable {
    /// A payment of the user's.
    case outgoingPayment = 1
    /// A payment to the user.
    case incomingPayment = 2
    /// A change of a channel's size.
    case splice = 3
}

/// Why a task was not begun.
public enum SensitiveTaskError: Error, Equatable, Sendable {
    /// `CoordinationLimits.sensitiveTasksMax` are under way.
    case tooMany
}

/// The time a system gives an app that has left the screen and is not done.
/// The corresponding functions of UIKit are `beginBackgroundTask` and `endBackgroundTask`.
public protocol BackgroundTime: Sendable {
    /// Asks for time; nil when the system gives none. `expiration` says that the time is nearly
    /// over, on any thread, at most once, perhaps before this returns.
    func begin(expiration: @escaping @Sendable () -> Void) -> Int?

    /// Gives the time back: exactly once for each that was begun, also after its expiration.
    func end(_ time: Int)
}

/// For a system that suspends nobody.
public struct UnlimitedTime: BackgroundTime {
    /// There is nothing to set up.
    public init() {}
    /// Nobody has to be asked.
    public func begin(expiration: @escaping @Sendable () -> Void) -> Int? { nil }
    /// Never called.
    public func end(_ time: Int) {}
}
