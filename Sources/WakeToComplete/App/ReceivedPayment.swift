internal import NotificationPipeline
public import SharedGroup

/// What a node says of a payment that it has received, and that is ours now.
public struct ReceivedPayment: Equatable, Sendable {
    /// The node's own name for it, which may be another one than the hash.
    public let id: PaymentHash?
    /// Its hash, if it has one.
    public let hash: PaymentHash?
    /// Millisatoshi.
    public let amountMsat: UInt64
    /// Which way it came.
    public let kind: ReceivedTransaction.Kind

    /// Puts together what the node says.
    public init(
        id: PaymentHash?, hash: PaymentHash?, amountMsat: UInt64,
        kind: ReceivedTransaction.Kind = .lightning
    ) {
        self.id = id
        self.hash = hash
        self.amountMsat = amountMsat
        self.kind = kind
    }

    /// Whole satoshi, rounded down.
    public var sats: UInt64 { Amount.sats(msat: amountMsat) }

    /// Whether this is the payment of that name, by its id or by its hash.
    ///
    /// By either: where a node's id differs from the hash, comparing the first one there is would miss
    /// the payment.
    public func isNamed(_ name: PaymentHash) -> Bool { id == name || hash == name }

    /// Whether both are one payment, told twice. What has no name is nothing else's repetition.
    func isSame(as other: ReceivedPayment) -> Bool {
        (id.map { id in other.isNamed(id) } ?? false)
            || (hash.map { hash in other.isNamed(hash) } ?? false)
    }
}
