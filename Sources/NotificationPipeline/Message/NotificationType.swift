/// What a notification is about (Blocktank's types; case matters on the wire).
public enum NotificationType: String, CaseIterable, Sendable {
    case incomingHtlc
    case cjitPaymentArrived
    case orderPaymentConfirmed
    case mutualClose
    case wakeToTimeout

    /// `allCases` makes an array at each call; this one is made once.
    private static let every = allCases

    /// The first type `fits` answers true for. Allocates nothing after the first call.
    static func first(where fits: (NotificationType) -> Bool) -> NotificationType? {
        for type in every where fits(type) { return type }
        return nil
    }

    /// The name in a wake topic and as thread identifier: `blocktank.` and the type.
    public var topic: StaticString {
        switch self {
        case .incomingHtlc: "blocktank.incomingHtlc"
        case .cjitPaymentArrived: "blocktank.cjitPaymentArrived"
        case .orderPaymentConfirmed: "blocktank.orderPaymentConfirmed"
        case .mutualClose: "blocktank.mutualClose"
        case .wakeToTimeout: "blocktank.wakeToTimeout"
        }
    }

    /// The name in a v0 message and in the output.
    public var name: StaticString {
        switch self {
        case .incomingHtlc: "incomingHtlc"
        case .cjitPaymentArrived: "cjitPaymentArrived"
        case .orderPaymentConfirmed: "orderPaymentConfirmed"
        case .mutualClose: "mutualClose"
        case .wakeToTimeout: "wakeToTimeout"
        }
    }

    /// Whether money is on its way and opening the app receives it.
    public var isIncomingPayment: Bool {
        self == .incomingHtlc || self == .cjitPaymentArrived
    }
}
