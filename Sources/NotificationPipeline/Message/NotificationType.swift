/// What a notification is about. The raw value is the name in the output and in records: a promise,
/// never changed. Blocktank's, the first five, are also the names on the wire, where case matters.
public enum NotificationType: String, CaseIterable, Sendable {
    // Blocktank
    case incomingHtlc, cjitPaymentArrived, orderPaymentConfirmed, mutualClose, wakeToTimeout
    // Messengers and feeds
    /// Somebody wrote, or something was posted.
    case message
    /// Somebody rings.
    case call
    /// A server checks that its pushes arrive.
    case verification
    /// A server asks the app to look whether there is something new.
    case check
    /// Messages were read elsewhere; their notifications may go.
    case removed
    /// Somebody tries out whether notifications arrive.
    case test
    // Alby Go
    case paymentReceived, paymentSent, holdInvoiceAccepted
    // Phoenix
    case incomingPayment, incomingOnionMessage, pendingSettlement
    // Breez
    case swapUpdated, invoiceRequest, lnurlpayInfo, lnurlpayInvoice, lnurlpayVerify, nwcEvent
    // Reown
    case sessionProposal, sessionRequest, sessionAuthenticate

    /// The name in messages and in the output. Allocates nothing.
    public var name: StaticString {
        switch self {
        case .incomingHtlc: "incomingHtlc"
        case .cjitPaymentArrived: "cjitPaymentArrived"
        case .orderPaymentConfirmed: "orderPaymentConfirmed"
        case .mutualClose: "mutualClose"
        case .wakeToTimeout: "wakeToTimeout"
        case .message: "message"
        case .call: "call"
        case .verification: "verification"
        case .check: "check"
        case .removed: "removed"
        case .test: "test"
        case .paymentReceived: "paymentReceived"
        case .paymentSent: "paymentSent"
        case .holdInvoiceAccepted: "holdInvoiceAccepted"
        case .incomingPayment: "incomingPayment"
        case .incomingOnionMessage: "incomingOnionMessage"
        case .pendingSettlement: "pendingSettlement"
        case .swapUpdated: "swapUpdated"
        case .invoiceRequest: "invoiceRequest"
        case .lnurlpayInfo: "lnurlpayInfo"
        case .lnurlpayInvoice: "lnurlpayInvoice"
        case .lnurlpayVerify: "lnurlpayVerify"
        case .nwcEvent: "nwcEvent"
        case .sessionProposal: "sessionProposal"
        case .sessionRequest: "sessionRequest"
        case .sessionAuthenticate: "sessionAuthenticate"
        }
    }

    /// The first of Blocktank's types `fits` answers true for. Allocates nothing.
    static func blocktank(where fits: (NotificationType) -> Bool) -> NotificationType? {
        if fits(.incomingHtlc) { return .incomingHtlc }
        if fits(.cjitPaymentArrived) { return .cjitPaymentArrived }
        if fits(.orderPaymentConfirmed) { return .orderPaymentConfirmed }
        if fits(.mutualClose) { return .mutualClose }
        return fits(.wakeToTimeout) ? .wakeToTimeout : nil
    }

    /// Whether money is on its way and opening the app receives it.
    public var isIncomingPayment: Bool {
        self == .incomingHtlc || self == .cjitPaymentArrived || self == .incomingPayment
    }

    /// Whether it is about money, and so about one of the two ways it moves.
    var isPayment: Bool {
        switch self {
        case .message, .call, .verification, .check, .removed, .test, .nwcEvent, .sessionProposal,
            .sessionRequest, .sessionAuthenticate:
            false
        default: true
        }
    }

    /// Whether the app finds a record of it: what asks nothing of the app and brings nothing leaves
    /// none.
    var isRecorded: Bool { self != .verification && self != .check && self != .test }

    /// How much the system should make of it (UNNotificationInterruptionLevel; never critical).
    var urgency: Urgency {
        switch self {
        case .message, .test, .call: .active
        case .verification, .check, .removed: .passive
        default: .timeSensitive
        }
    }

    /// The levels of UNNotificationInterruptionLevel that are used.
    enum Urgency {
        case passive, active, timeSensitive

        /// The name in an APNs payload.
        var name: StaticString {
            switch self {
            case .passive: "passive"
            case .active: "active"
            case .timeSensitive: "time-sensitive"
            }
        }
    }

    /// Where the notification stands in a summary, 0 to 1 (UNNotificationContent.relevanceScore).
    var relevance: StaticString {
        switch urgency {
        case .passive: "0"
        case .active: self == .call ? "1" : "0.5"
        case .timeSensitive: "1"
        }
    }
}
