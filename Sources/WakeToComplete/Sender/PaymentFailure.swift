/// Why a payment could not be sent, as far as the sender has to know.
public enum PaymentFailure: Equatable, Sendable, CaseIterable {
    // Not to be tried again
    /// The invoice is too old.
    case invoiceExpired
    /// More than can be sent to, or received by, the recipient.
    case amountTooHigh
    /// Less than a channel on the way carries.
    case amountBelowMinimum
    /// The onion or the invoice needs what one side does not know.
    case unsupportedFeatures
    /// The recipient does not know the payment's hash or secret.
    case incorrectPaymentDetails
    /// The recipient had the payment, and sent it back.
    case recipientRejected
    /// A rule on the way that will not change.
    case permanentPolicyError

    // Perhaps to be tried again
    /// No way to the recipient: so it looks while the recipient sleeps.
    case routeNotFound
    /// A channel on the way cannot carry it now.
    case temporaryChannelFailure
    /// A node on the way, or the recipient, is not there.
    case nodeUnreachable
    /// Fees or expiries on the way are other than was thought.
    case feeOrExpiryConstraint
    /// Anything else.
    case unknown

    /// Whether it may help to try again.
    public enum Retryability: Equatable, Sendable { case notRetryable, maybe }

    /// Whether it may help to try again; of what is unknown, it may.
    public var retryability: Retryability {
        switch self {
        case .invoiceExpired, .amountTooHigh, .amountBelowMinimum, .unsupportedFeatures,
            .incorrectPaymentDetails, .recipientRejected, .permanentPolicyError:
            .notRetryable
        case .routeNotFound, .temporaryChannelFailure, .nodeUnreachable, .feeOrExpiryConstraint,
            .unknown:
            .maybe
        }
    }
}

extension PaymentFailure {
    /// What a node's code means to the sender.
    public init(_ code: FailureCode) {
        switch code {
        case .amountBelowMinimum: self = .amountBelowMinimum
        case .requiredNodeFeatureMissing, .requiredChannelFeatureMissing, .invalidRealm,
            .invalidOnionVersion, .invalidOnionPayload:
            self = .unsupportedFeatures
        case .incorrectOrUnknownPaymentDetails: self = .incorrectPaymentDetails
        case .incorrectPaymentAmount, .finalIncorrectHTLCAmount: self = .recipientRejected
        case .permanentNodeFailure, .permanentChannelFailure, .invalidOnionHMAC, .invalidOnionKey:
            self = .permanentPolicyError
        case .temporaryChannelFailure, .mppTimeout: self = .temporaryChannelFailure
        // Permanent by its flag, but it is what some servers say of a phone that is asleep.
        case .unknownNextPeer, .temporaryNodeFailure, .channelDisabled: self = .nodeUnreachable
        case .feeInsufficient, .incorrectCLTVExpiry, .expiryTooSoon, .finalExpiryTooSoon,
            .finalIncorrectCLTVExpiry, .expiryTooFar:
            self = .feeOrExpiryConstraint
        // In a blinded part of the way every failure looks like this one, a sleeping recipient too.
        case .invalidOnionBlinding: self = .unknown
        default: self = .unknown
        }
    }

    /// What a name means to the sender. Names are those of BOLT 4 and of nodes' libraries, as they
    /// spell them: `routeNotFound`, `RouteNotFound`, `route_not_found` and `ROUTE_NOT_FOUND` are
    /// the same. A name counts whole: `no_route_expired` is unknown, whatever it has in it.
    public init(named name: String) {
        var folded: [UInt8] = []
        for byte in name.utf8.prefix(WakeLimits.failureNameBytesMax + 1) {
            switch byte {
            case UInt8(ascii: "_"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): folded.append(byte | 0x20)
            default: folded.append(byte)
            }
        }
        let known = PaymentFailure.names.first { known in folded.elementsEqual(known.name.utf8) }
        self = known?.failure ?? .unknown
    }

    /// Names without underscores and in lower case.
    private static let names: [(name: String, failure: PaymentFailure)] = [
        ("invoiceexpired", .invoiceExpired),
        ("paymentexpired", .invoiceExpired),
        ("invoicerequestexpired", .invoiceExpired),
        ("amounttoohigh", .amountTooHigh),
        ("amountbelowminimum", .amountBelowMinimum),
        ("unsupportedfeatures", .unsupportedFeatures),
        ("unknownrequiredfeatures", .unsupportedFeatures),
        ("incorrectpaymentdetails", .incorrectPaymentDetails),
        ("unknownpaymenthash", .incorrectPaymentDetails),
        ("recipientrejected", .recipientRejected),
        ("invoicerequestrejected", .recipientRejected),
        ("permanentpolicyerror", .permanentPolicyError),
        ("routenotfound", .routeNotFound),
        ("temporarychannelfailure", .temporaryChannelFailure),
        ("nodeunreachable", .nodeUnreachable),
        ("invalidrealm", PaymentFailure(.invalidRealm)),
        ("temporarynodefailure", PaymentFailure(.temporaryNodeFailure)),
        ("permanentnodefailure", PaymentFailure(.permanentNodeFailure)),
        ("requirednodefeaturemissing", PaymentFailure(.requiredNodeFeatureMissing)),
        ("invalidonionversion", PaymentFailure(.invalidOnionVersion)),
        ("invalidonionhmac", PaymentFailure(.invalidOnionHMAC)),
        ("invalidonionkey", PaymentFailure(.invalidOnionKey)),
        ("permanentchannelfailure", PaymentFailure(.permanentChannelFailure)),
        ("requiredchannelfeaturemissing", PaymentFailure(.requiredChannelFeatureMissing)),
        ("unknownnextpeer", PaymentFailure(.unknownNextPeer)),
        ("feeinsufficient", PaymentFailure(.feeInsufficient)),
        ("incorrectcltvexpiry", PaymentFailure(.incorrectCLTVExpiry)),
        ("expirytoosoon", PaymentFailure(.expiryTooSoon)),
        (
            "incorrectorunknownpaymentdetails", PaymentFailure(.incorrectOrUnknownPaymentDetails)
        ),
        ("incorrectpaymentamount", PaymentFailure(.incorrectPaymentAmount)),
        ("finalexpirytoosoon", PaymentFailure(.finalExpiryTooSoon)),
        ("finalincorrectcltvexpiry", PaymentFailure(.finalIncorrectCLTVExpiry)),
        ("finalincorrecthtlcamount", PaymentFailure(.finalIncorrectHTLCAmount)),
        ("channeldisabled", PaymentFailure(.channelDisabled)),
        ("expirytoofar", PaymentFailure(.expiryTooFar)),
        ("invalidonionpayload", PaymentFailure(.invalidOnionPayload)),
        ("mpptimeout", PaymentFailure(.mppTimeout)),
        ("invalidonionblinding", PaymentFailure(.invalidOnionBlinding)),
    ]
}
