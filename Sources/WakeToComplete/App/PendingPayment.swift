public import NotificationPipeline
internal import SharedGroup

/// The payment a tap is for, where the notification does not say.
public enum PendingPayment {
    /// The hash in the newest record of the inbox that is an incoming payment and has not expired at
    /// `now` (Unix seconds); nil when there is none, or when its record has no hash.
    public static func newest(
        groupDirectory path: String, now: UInt64
    ) throws(StoreError) -> PaymentHash? {
        guard let inbox = try InboxReader.open(groupDirectory: path) else { return nil }
        // They come oldest first.
        for entry in try inbox.list().entries.reversed() {
            if let found = read(entry.json.utf8.span, now) { return found.hash }
        }
        return nil
    }

    /// What a record says; nil when it is no payment that still can be received.
    private static func read(
        _ text: Span<UInt8>, _ now: UInt64
    ) -> (hash: PaymentHash?, expiresAt: UInt64)? {
        guard (try? JSON.check(text)) != nil else { return nil }
        let root = JSON.root(of: text)
        func member(_ name: StaticString) -> JSONValue? {
            try? JSON.member(name, of: root, in: text)
        }
        guard let type = member("type"), let state = member("state"),
            JSON.equals(state, "pending", in: text)
        else { return nil }
        let isIncoming = NotificationType.allCases.contains { known in
            known.isIncomingPayment && JSON.equals(type, known.name, in: text)
        }
        guard isIncoming else { return nil }
        let expiresAt = member("expiresAt").flatMap { JSON.unsigned($0, in: text) } ?? .max
        guard now <= expiresAt else { return nil }
        let hash = member("paymentHash").flatMap { JSON.text($0, in: text) }
            .flatMap { PaymentHash(hex: $0) }
        return (hash, expiresAt)
    }
}
