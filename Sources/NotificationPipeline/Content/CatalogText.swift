/// The texts a notification can have. Each is a title and a body in the catalog, some with another
/// title for when an amount is known. The names are those of the catalog's lines.
public enum CatalogText: String, CaseIterable, Sendable {
    // Blocktank
    case incomingHtlc, cjitPaymentArrived, orderPaymentConfirmed, mutualClose, wakeToTimeout
    // The screen of an incoming payment, and what its user can send to whoever pays
    case paymentConnecting, paymentCompleting, paymentExpired, senderMessage
    // A payment that could not be sent
    case routeNotFound, liquidityInsufficient, channelDisabled
    case invoiceExpired, amountTooHigh, amountBelowMinimum, unsupportedFeatures
    case incorrectPaymentDetails, recipientRejected, permanentPolicyError, paymentUndecided
    // Messengers
    case message, call, verification, check, removed, test
    // Wallets
    case paymentReceived, paymentSent, holdInvoiceAccepted
    case incomingPayment, incomingOnionMessage, pendingSettlement
    case swapUpdated, invoiceRequest, lnurlpayInfo, lnurlpayInvoice, lnurlpayVerify, nwcEvent
    case sessionProposal, sessionRequest, sessionAuthenticate
    // What the app shows while it waits for the extension
    case receivingInBackground
    // Nothing is known of the message.
    case fallback
    case locked

    /// Whether there is another title for when an amount is known.
    public var hasAmount: Bool {
        switch self {
        case .paymentReceived, .paymentSent, .holdInvoiceAccepted, .lnurlpayInvoice: true
        default: false
        }
    }

    /// The text of a type.
    init(_ type: NotificationType) {
        switch type {
        case .incomingHtlc: self = .incomingHtlc
        case .cjitPaymentArrived: self = .cjitPaymentArrived
        case .orderPaymentConfirmed: self = .orderPaymentConfirmed
        case .mutualClose: self = .mutualClose
        case .wakeToTimeout: self = .wakeToTimeout
        case .message: self = .message
        case .call: self = .call
        case .verification: self = .verification
        case .check: self = .check
        case .removed: self = .removed
        case .test: self = .test
        case .paymentReceived: self = .paymentReceived
        case .paymentSent: self = .paymentSent
        case .holdInvoiceAccepted: self = .holdInvoiceAccepted
        case .incomingPayment: self = .incomingPayment
        case .incomingOnionMessage: self = .incomingOnionMessage
        case .pendingSettlement: self = .pendingSettlement
        case .swapUpdated: self = .swapUpdated
        case .invoiceRequest: self = .invoiceRequest
        case .lnurlpayInfo: self = .lnurlpayInfo
        case .lnurlpayInvoice: self = .lnurlpayInvoice
        case .lnurlpayVerify: self = .lnurlpayVerify
        case .nwcEvent: self = .nwcEvent
        case .sessionProposal: self = .sessionProposal
        case .sessionRequest: self = .sessionRequest
        case .sessionAuthenticate: self = .sessionAuthenticate
        }
    }
}
