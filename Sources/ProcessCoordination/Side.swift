/// The two kinds of process that share a device.
public enum Side: UInt8, CaseIterable, Sendable {
    /// The app: has a screen, may stay for hours, is suspended in the background.
    case app = 1
    /// The notification service extension: woken by a push, 24 MB and 30 seconds.
    case `extension` = 2

    /// The one that is not this one.
    public var other: Side { self == .app ? .extension : .app }

    /// As people write it.
    public var name: StaticString { self == .app ? "app" : "extension" }
}
