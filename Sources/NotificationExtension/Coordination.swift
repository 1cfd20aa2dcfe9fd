/// What the extension asks of, and tells, the app that shares the device with it.
///
/// Called from any thread, also while the extension holds a lock: must answer at once, without
/// waiting, without allocating and without calling the extension back.
public protocol Coordination: Sendable {
    /// Whether the app has announced that it is active. Then it takes the push over: requests that
    /// have not yet left anything behind end early, with the best attempt.
    var isAppActive: Bool { get }

    /// The extension has something to do, or nothing any more. Alternates, beginning with `working`.
    func extensionChanged(to state: ExtensionState)
}

/// What the app may know of the extension.
public enum ExtensionState: Sendable {
    /// At least one request is under way.
    case working
    /// None is; the system may suspend the process at any moment.
    case idle
}

/// For an extension that shares nothing with its app but the group directory.
public struct Alone: Coordination {
    /// There is nothing to set up.
    public init() {}
    /// Never.
    public var isAppActive: Bool { false }
    /// Tells nobody.
    public func extensionChanged(to state: ExtensionState) {}
}
