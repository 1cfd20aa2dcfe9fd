public import NotificationPipeline

extension IncomingPaymentState {
    /// What the screen reads, in the catalog; of a completed payment with its amount.
    public var text: CatalogText {
        switch self {
        case .connecting: .paymentConnecting
        case .completing: .paymentCompleting
        case .completed: .paymentReceived
        case .expired: .paymentExpired
        }
    }

    /// Lends the screen's title and body, as UTF-8, while `use` runs. Allocates nothing.
    public func withText<Result>(
        _ catalog: Catalog, _ use: (_ title: Span<UInt8>, _ body: Span<UInt8>) -> Result
    ) -> Result {
        if case .completed(let sats) = self { return catalog.withText(text, sats: sats, use) }
        return catalog.withText(text, use)
    }
}

/// What the user of an expired payment can send to whoever pays.
public enum SenderMessage {
    /// Lends the title of the button and the message it copies, as UTF-8, while `use` runs.
    public static func withText<Result>(
        _ catalog: Catalog, _ use: (_ button: Span<UInt8>, _ message: Span<UInt8>) -> Result
    ) -> Result {
        catalog.withText(.senderMessage, use)
    }
}
