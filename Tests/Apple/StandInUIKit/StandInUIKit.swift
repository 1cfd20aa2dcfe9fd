public import Foundation

// What UIApplication.h has for an app that is woken, as Swift sees it.

public enum UIBackgroundFetchResult: UInt, Sendable {
    case newData, noData, failed
}

public struct UIBackgroundTaskIdentifier: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let invalid = UIBackgroundTaskIdentifier(rawValue: 0)
}

@MainActor open class UIResponder: NSObject {
    public override nonisolated init() {}
}

@MainActor open class UIApplication: UIResponder {
    public static let shared = UIApplication()

    /// What the background tasks under way do when their time is over.
    private var tasks: [Int: @MainActor @Sendable () -> Void] = [:]
    private var number = 0
    /// Whether the system grants background tasks.
    public var standInGrantsTasks = true

    public struct LaunchOptionsKey: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    open func beginBackgroundTask(
        withName taskName: String?, expirationHandler handler: (@MainActor @Sendable () -> Void)? = nil
    ) -> UIBackgroundTaskIdentifier {
        guard standInGrantsTasks else { return .invalid }
        number += 1
        tasks[number] = handler ?? {}
        return UIBackgroundTaskIdentifier(rawValue: number)
    }

    open func endBackgroundTask(_ identifier: UIBackgroundTaskIdentifier) {
        tasks[identifier.rawValue] = nil
    }

    open func registerForRemoteNotifications() {}

    /// Not in the headers: how many background tasks were begun and not ended.
    public var standInTaskCount: Int { tasks.count }

    /// Not in the headers: the system's time for the background is over.
    public func standInExpireTasks() {
        for handler in tasks.values { handler() }
    }
}

/// Everything in it is optional in Objective-C; here it has a body that does nothing.
@MainActor public protocol UIApplicationDelegate: NSObjectProtocol {
    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool

    func application(
        _ application: UIApplication, didReceiveRemoteNotification userInfo: [AnyHashable: Any],
        fetchCompletionHandler completionHandler: @escaping (UIBackgroundFetchResult) -> Void)
}

extension UIApplicationDelegate {
    /// What `@main` calls; there is no application to run.
    public static func main() {}

    public func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool { true }

    public func application(
        _ application: UIApplication, didReceiveRemoteNotification userInfo: [AnyHashable: Any],
        fetchCompletionHandler completionHandler: @escaping (UIBackgroundFetchResult) -> Void
    ) {
        completionHandler(.noData)
    }
}
