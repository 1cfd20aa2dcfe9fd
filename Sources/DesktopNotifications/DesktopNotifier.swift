public import NotificationPipeline
internal import Threading

/// Shows pushes as notifications of the desktop, and opens the app when one is clicked.
///
/// Nobody who shows one ever waits: a thread of its own talks to the bus. When there is no service,
/// or it does not answer, up to `DesktopLimits.waitingMax` pushes wait for it.
public final class DesktopNotifier: Sendable {
    private let queue: DesktopQueue
    private let thread: Thread
    private let isWell: Monitor<Bool?>

    /// Starts the thread and asks the service what it can do; nil when the system gives no thread.
    ///
    /// - Parameters:
    ///   - catalog: the texts, and how discreet they are.
    ///   - appURI: what a click opens; nil offers none.
    ///   - now: Unix seconds.
    ///   - report: is told the first time something goes wrong, once for each kind, on another
    ///     thread.
    public init?(
        catalog: Catalog, appURI: AppURI?, now: @escaping @Sendable () -> UInt64,
        report: @escaping @Sendable (DesktopError) -> Void
    ) {
        guard let queue = DesktopQueue() else { return nil }
        let isWell = Monitor<Bool?>(nil)
        let thread = Thread {
            let session = DesktopSession(
                catalog: catalog, appURI: appURI, queue: queue, unixSeconds: now, report: report)
            let result = session.run()
            isWell.withLock { isWell in isWell = result }
        }
        guard let thread else { return nil }
        self.queue = queue
        self.isWell = isWell
        self.thread = thread
    }

    /// Shows a push, soon.
    ///
    /// - Parameter identity: what is the same for the same push; a push that is shown already is
    ///   replaced and not shown twice.
    public func show(_ notification: Notification, identity: BoundedText?) {
        queue.add(DesktopQueue.Arrival(notification: notification, identity: identity))
    }

    /// Shows what is left, serves clicks until nothing is left to be clicked, or for `wait`, and
    /// ends the thread. Once. False when something was not shown, or a click opened nothing.
    public func finish(wait: Duration) -> Bool {
        queue.finish(at: Monotonic.now() + wait)
        thread.join()
        return isWell.withLock { isWell in isWell ?? false }
    }

    /// The name and version of the service there is.
    public static func serviceName() throws(DesktopError) -> String {
        try NotificationService.name(try Bus())
    }
}
