#if canImport(UserNotifications)
public import NotificationExtension
public import NotificationPipeline
internal import PushPayload
internal import Threading
public import UserNotifications

/// The principal class of a notification service extension: subclass it and override `setUp`.
///
/// The system's handler is called exactly once for each request, on any thread, by whatever comes
/// first: the work, the system's expiry, a watch of our own at 29.5 s. What it is called with is never
/// blank. The system may make an instance for each push or use one again, in a process that it may
/// keep for the next: keystore, pipeline and watch are made in the first request of the process and
/// shared by all instances of a class.
open class NotificationService: UNNotificationServiceExtension {
    /// The requests of this instance that are under way.
    private let underWay = Requests()
    private static let engines = Mutex<[ObjectIdentifier: NotificationEngine]>([:])
    private static let lastNumber = Mutex<UInt64>(0)

    /// What the system calls; it does nothing.
    public override init() { super.init() }

    /// Says what this extension works with; to be overridden. Called inside the first request of a
    /// process, and again inside the next one when it throws: what it throws is the reason that a
    /// request falls back for.
    open class func setUp() throws(Refusal) -> NotificationServiceSetup {
        throw .keys(.unavailable)
    }

    /// The way to the app, where one listens; asked for once in a process. Nil, which is the default,
    /// for none. It is started here, in the first request.
    open class func makeCoordination() -> AppCoordination? { nil }

    /// The system's request. Returns at once: the work is done on a thread of its own, so that the
    /// system can say that the time is over.
    open override func didReceive(
        _ request: UNNotificationRequest,
        withContentHandler contentHandler: @escaping (UNNotificationContent) -> Void
    ) {
        let answer = PendingAnswer(request: request, handler: contentHandler)
        let payload = PushPayload.bytes(of: request.content.userInfo)
        let engine = Self.engine
        let number = Self.lastNumber.withLock { number in
            number += 1
            return number
        }
        underWay.add(number)
        let work: @Sendable () -> Void = { [underWay] in
            engine.didReceive(
                payload.span, number: number,
                deliver: Delivery { content in answer.give(content) })
            underWay.remove(number)
        }
        let isStarted = Thread.detach(stackBytes: NotificationServiceLimits.stackBytes, work)
        // Without a thread the system's own is better than none.
        if !isStarted { work() }
    }

    /// The system says that the time is nearly over: what this instance has under way is answered
    /// now, with the best there is.
    open override func serviceExtensionTimeWillExpire() {
        for number in underWay.all { Self.engine.timeWillExpire(number: number) }
    }

    /// One for each class; a subclass of a subclass has its own.
    private static var engine: NotificationEngine {
        engines.withLock { engines in
            if let known = engines[ObjectIdentifier(self)] { return known }
            let made = make()
            engines[ObjectIdentifier(self)] = made
            return made
        }
    }

    private static func make() -> NotificationEngine {
        guard let app = makeCoordination() else {
            return NotificationEngine { () throws(Refusal) in try self.setUp().forExtension }
        }
        let made = NotificationEngine(coordination: app) { () throws(Refusal) in
            // An app that cannot be heard leaves every push to the extension.
            try? app.start()
            return try self.setUp().forExtension
        }
        app.onTakeover { [weak made] in made?.appTookOver() }
        return made
    }
}

/// The numbers of requests, from several threads.
private final class Requests: Sendable {
    private let numbers = Mutex<[UInt64]>([])

    var all: [UInt64] { numbers.withLock { numbers in numbers } }

    func add(_ number: UInt64) {
        numbers.withLock { numbers in numbers.append(number) }
    }

    func remove(_ number: UInt64) {
        numbers.withLock { numbers in numbers.removeAll { other in other == number } }
    }
}
#endif
