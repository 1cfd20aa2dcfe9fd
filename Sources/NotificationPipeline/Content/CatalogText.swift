/// The texts a notification can have. Each is a title and a body in the catalog, some with another
/// title for when an amount is known. The names are those of the catalog's lines.
public enum CatalogText: String, CaseIterable, Sendable {
    // Blocktank
    case incomingHtlc, cjitPaymentArrived, orderPaymentConfirmed, mutualClose, wakeToTimeout
    // Messengers
    case message, call, verification, check, removed, test
    // Wallets
    case paymentReceived, paymentSent, holdInvoiceAccepted
    case incomingPayment, incomingOnionMessage, pendingSettlement
    case swapUpdated, invoiceRequest, lnurlpayInfo, lnurlpayInvoice, lnurlpayVerify, nwcEvent
    case sessionProposal, sessionRequest, sessionAuthenticate
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
}
