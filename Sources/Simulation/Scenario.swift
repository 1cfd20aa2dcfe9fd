/// The rows of the testing matrix: what a device is like when somebody pays its owner.
public enum Scenario: UInt8, CaseIterable, Sendable {
    /// The app is open.
    case foreground
    /// The app is in the background, or was put away by the system.
    case background
    /// The user closed the app.
    case killed
    /// The device saves power.
    case lowPower
    /// The device was restarted and not unlocked since.
    case beforeFirstUnlock
    /// The user does not let the app refresh in the background.
    case refreshDisabled
    /// The user does not let the app notify.
    case notificationsDisabled

    /// What it is called for programs.
    public var name: String {
        switch self {
        case .foreground: "app-foreground"
        case .background: "app-backgrounded"
        case .killed: "app-killed"
        case .lowPower: "low-power-mode"
        case .beforeFirstUnlock: "before-first-unlock"
        case .refreshDisabled: "background-refresh-disabled"
        case .notificationsDisabled: "notifications-disabled"
        }
    }

    /// What is expected, in the matrix's words.
    public var expected: String {
        switch self {
        case .foreground: "Notification displays, payment auto-completes"
        case .background: "Silent push attempts completion; alert shows if needed"
        case .killed: "Alert push shows; tap opens app and completes"
        case .lowPower: "May throttle; alert push is fallback"
        case .beforeFirstUnlock: "Keychain unavailable; wait for user"
        case .refreshDisabled: "Alert push is fallback"
        case .notificationsDisabled: "No notification; must open app manually"
        }
    }
}

/// What is done so that a payment finds a sleeping recipient, each on its own.
public struct Measures: Hashable, Sendable {
    /// The sender tries again.
    public var retry: Bool
    /// The recipient's server holds the payment.
    public var hold: Bool
    /// The server sends a silent push beside the alert.
    public var silentPush: Bool

    /// These.
    public init(retry: Bool, hold: Bool, silentPush: Bool) {
        self.retry = retry
        self.hold = hold
        self.silentPush = silentPush
    }

    /// All three.
    public static let all = Measures(retry: true, hold: true, silentPush: true)

    /// All eight ways, none first and all last.
    public static let combinations: [Measures] = (0..<8).map { number in
        Measures(retry: number & 1 != 0, hold: number & 2 != 0, silentPush: number & 4 != 0)
    }

    /// What they are called for programs: `none`, or such as `retry+hold`.
    public var name: String {
        var names: [String] = []
        if retry { names.append("retry") }
        if hold { names.append("hold") }
        if silentPush { names.append("silent") }
        return names.isEmpty ? "none" : names.joined(separator: "+")
    }
}

/// How the simulation can be told to be wrong, to see that it is noticed.
public enum Spoil: String, CaseIterable, Sendable {
    /// A silent push is completed twice.
    case completesTwice = "completes-twice"
    /// A silent push is never completed.
    case neverCompletes = "never-completes"
    /// The lease is not given back.
    case keepsLease = "keeps-lease"
    /// A payment that is told twice is written twice.
    case writesTwice = "writes-twice"
    /// An attempt is begun twice.
    case attemptsTwice = "attempts-twice"
    /// The sender is not told how it ended.
    case neverFinishes = "never-finishes"
    /// The server never notices that the recipient is there.
    case missesConnection = "misses-connection"
    /// The server sends a payment back that it passed on.
    case failsForwarded = "fails-forwarded"
    /// The app runs its node without keys.
    case ignoresLock = "ignores-lock"
    /// No alert is ever shown.
    case losesAlerts = "loses-alerts"
    /// The system hands silent pushes to apps it must not wake.
    case wakesAnyway = "wakes-anyway"
    /// Notifications are shown where they are off.
    case notifiesAnyway = "notifies-anyway"
}
