public import WakeToComplete

/// What a server knows of a recipient, as far as it bears on a payment.
public struct RecipientState: Equatable, Sendable {
    /// Whether its node is connected.
    public var isConnected: Bool
    /// Whether it has a channel that is enabled.
    public var isChannelEnabled: Bool
    /// What can be passed on to it, in millisatoshi.
    public var receivableMsat: UInt64
    /// How long it will probably take to wake up, where pushes are on their way to it.
    public var wakesWithin: Duration?

    /// A state of these.
    public init(
        isConnected: Bool, isChannelEnabled: Bool = true, receivableMsat: UInt64,
        wakesWithin: Duration? = nil
    ) {
        self.isConnected = isConnected
        self.isChannelEnabled = isChannelEnabled
        self.receivableMsat = receivableMsat
        self.wakesWithin = wakesWithin
    }

    /// What a sender is advised.
    ///
    /// What does not fit the channel will not fit it in ten seconds either; for one that is asleep
    /// there is time, and for one that is there, there is none to lose.
    public func hint(amountMsat: UInt64) -> ForwardingHint {
        guard amountMsat <= receivableMsat else {
            return ForwardingHint(.doNotRetry, .insufficientLiquidity)
        }
        guard isConnected else {
            return ForwardingHint(.retryLater, .disconnected, delay: wakesWithin)
        }
        guard isChannelEnabled else {
            return ForwardingHint(.retryLater, .recipientChannelDisabled)
        }
        return ForwardingHint(.retryNow, delay: .zero)
    }
}
