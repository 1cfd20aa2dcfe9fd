public import NotificationPipeline

/// What a request ends with: the notification, and the texts to show it with.
public struct Content: Sendable {
    /// What is known of the push, and how far it came.
    public let notification: Notification
    /// The texts in the user's language; shared, not copied.
    public let catalog: Catalog

    /// Puts the two together.
    public init(notification: Notification, catalog: Catalog = Catalog()) {
        self.notification = notification
        self.catalog = catalog
    }

    /// Lends title, subtitle and body, as UTF-8, while `use` runs. Title and body are never empty.
    /// Allocates nothing.
    public func withTexts<Result>(
        _ use: (_ title: Span<UInt8>, _ subtitle: Span<UInt8>, _ body: Span<UInt8>) -> Result
    ) -> Result {
        notification.withTexts(catalog, use)
    }
}

/// The right, and the duty, to answer one request.
///
/// There is one for each request and it cannot be copied: delivering uses it up, so the platform's
/// handler is never called twice; dropping it delivers the fallback, so it is never forgotten.
public struct Delivery: ~Copyable, Sendable {
    /// Nil once it was called.
    private var handler: (@Sendable (Content) -> Void)?

    /// Wraps the platform's handler, which is called once, on any thread. It may do what it likes
    /// but wait for the extension.
    public init(_ handler: @escaping @Sendable (Content) -> Void) {
        self.handler = handler
    }

    /// Hands the content over. Allocates nothing of its own.
    public consuming func deliver(_ content: Content) {
        handler.take()?(content)
    }

    deinit {
        handler?(Content(notification: Notification()))
    }
}
