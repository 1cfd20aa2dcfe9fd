internal import NotificationPipeline

/// The push that is shown to nobody and wakes the app in the background, if the system likes:
/// `{"aps":{"content-available":1},"payment_hash":"…","amount_msat":100000,"type":"incoming_htlc_wake"}`.
public struct SilentPush: Equatable, Sendable {
    /// The payment that waits; nil when the push does not name it as it should.
    public let paymentHash: PaymentHash?

    /// The silent push for a payment.
    public init(paymentHash: PaymentHash?) {
        self.paymentHash = paymentHash
    }

    /// Reads a push as it arrived; nil for every one of another type, and for what is no JSON.
    /// Allocates nothing.
    public init?(_ payload: Span<UInt8>) {
        guard payload.count <= WakeLimits.silentPushBytesMax,
            (try? JSON.check(payload)) != nil
        else { return nil }
        let root = JSON.root(of: payload)
        guard let type = try? JSON.member("type", of: root, in: payload),
            JSON.equals(type, "incoming_htlc_wake", in: payload)
        else { return nil }
        let hash = try? JSON.member("payment_hash", of: root, in: payload)
        paymentHash = hash.flatMap { hash in JSON.text(hash, in: payload) }
            .flatMap { text in PaymentHash(hex: text) }
    }
}

/// What the app tells the system that a silent push was good for (UIBackgroundFetchResult).
public enum BackgroundFetchResult: Equatable, Sendable {
    /// A payment was received.
    case newData
    /// None was; or the node was not ours to run.
    case noData
    /// The node did not come up, or not in time.
    case failed
}
