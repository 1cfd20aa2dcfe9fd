public import NotificationPipeline

extension SendOutcome {
    /// What the sender is shown; nil when there is nothing to explain.
    public var text: CatalogText? {
        switch self {
        case .succeeded, .cancelled: nil
        case .undecided: .paymentUndecided
        case .failed(let failure, let hint): failure.text(hint)
        }
    }

    /// Whether the button that sends again is shown ("Retry Now").
    public var mayBeRetried: Bool {
        guard case .failed(let failure, let hint) = self else { return false }
        return failure.retryability == .maybe && hint?.advice != .doNotRetry
    }
}

extension PaymentFailure {
    /// What the sender can do about it. Advice counts where trying again might have helped.
    func text(_ hint: ForwardingHint?) -> CatalogText {
        switch self {
        case .invoiceExpired: .invoiceExpired
        case .amountTooHigh: .amountTooHigh
        case .amountBelowMinimum: .amountBelowMinimum
        case .unsupportedFeatures: .unsupportedFeatures
        case .incorrectPaymentDetails: .incorrectPaymentDetails
        case .recipientRejected: .recipientRejected
        case .permanentPolicyError: .permanentPolicyError
        case .routeNotFound, .temporaryChannelFailure, .nodeUnreachable, .feeOrExpiryConstraint,
            .unknown:
            switch hint?.reason {
            case .insufficientLiquidity: .liquidityInsufficient
            case .recipientChannelDisabled: .channelDisabled
            case .unknown where hint?.advice == .doNotRetry: .permanentPolicyError
            case .disconnected, .unknown, nil: .routeNotFound
            }
        }
    }
}
