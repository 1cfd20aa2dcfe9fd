import Testing

@testable import WakeToComplete

@Suite struct PaymentFailureTests {
    /// BOLT 4's table: flags, number, and what the sender makes of it.
    static let codes: [(code: FailureCode, raw: UInt16, failure: PaymentFailure)] = [
        (.invalidRealm, 0x4001, .unsupportedFeatures),
        (.temporaryNodeFailure, 0x2002, .nodeUnreachable),
        (.permanentNodeFailure, 0x6002, .permanentPolicyError),
        (.requiredNodeFeatureMissing, 0x6003, .unsupportedFeatures),
        (.invalidOnionVersion, 0xc004, .unsupportedFeatures),
        (.invalidOnionHMAC, 0xc005, .permanentPolicyError),
        (.invalidOnionKey, 0xc006, .permanentPolicyError),
        (.temporaryChannelFailure, 0x1007, .temporaryChannelFailure),
        (.permanentChannelFailure, 0x4008, .permanentPolicyError),
        (.requiredChannelFeatureMissing, 0x4009, .unsupportedFeatures),
        (.unknownNextPeer, 0x400a, .nodeUnreachable),
        (.amountBelowMinimum, 0x100b, .amountBelowMinimum),
        (.feeInsufficient, 0x100c, .feeOrExpiryConstraint),
        (.incorrectCLTVExpiry, 0x100d, .feeOrExpiryConstraint),
        (.expiryTooSoon, 0x100e, .feeOrExpiryConstraint),
        (.incorrectOrUnknownPaymentDetails, 0x400f, .incorrectPaymentDetails),
        (.incorrectPaymentAmount, 0x4010, .recipientRejected),
        (.finalExpiryTooSoon, 0x0011, .feeOrExpiryConstraint),
        (.finalIncorrectCLTVExpiry, 0x0012, .feeOrExpiryConstraint),
        (.finalIncorrectHTLCAmount, 0x0013, .recipientRejected),
        (.channelDisabled, 0x1014, .nodeUnreachable),
        (.expiryTooFar, 0x0015, .feeOrExpiryConstraint),
        (.invalidOnionPayload, 0x4016, .unsupportedFeatures),
        (.mppTimeout, 0x0017, .temporaryChannelFailure),
        (.invalidOnionBlinding, 0xc018, .unknown),
    ]

    @Test(arguments: codes)
    func aCodeIsWhatItIsOnTheWire(code: FailureCode, raw: UInt16, failure: PaymentFailure) {
        #expect(code.rawValue == raw)
        #expect(code == FailureCode(rawValue: raw))
        #expect(code.isBadOnion == (raw >= 0x8000))
        #expect(code.isPermanent == (raw & 0x4000 != 0))
        #expect(code.isOfNode == (raw & 0x2000 != 0))
        #expect(code.hasUpdate == (raw & 0x1000 != 0))
        #expect(PaymentFailure(code) == failure)
    }

    @Test func theTwoListsAreThoseOfThePlan() {
        let never: [PaymentFailure] = [
            .invoiceExpired, .amountTooHigh, .amountBelowMinimum, .unsupportedFeatures,
            .incorrectPaymentDetails, .recipientRejected, .permanentPolicyError,
        ]
        let maybe: [PaymentFailure] = [
            .routeNotFound, .temporaryChannelFailure, .nodeUnreachable, .feeOrExpiryConstraint,
            .unknown,
        ]
        #expect(never + maybe == PaymentFailure.allCases)
        for failure in never { #expect(failure.retryability == .notRetryable) }
        for failure in maybe { #expect(failure.retryability == .maybe) }
    }

    @Test func aCodeNobodyKnowsMeansMaybe() {
        let known = Set(PaymentFailureTests.codes.map(\.raw))
        #expect(known.count == 25)
        for raw in UInt16.min...UInt16.max where !known.contains(raw) {
            let failure = PaymentFailure(FailureCode(rawValue: raw))
            guard failure != .unknown else { continue }
            Issue.record("\(raw) is \(failure)")
        }
        #expect(PaymentFailure.unknown.retryability == .maybe)
    }

    @Test(arguments: [
        ("routeNotFound", PaymentFailure.routeNotFound), ("RouteNotFound", .routeNotFound),
        ("route_not_found", .routeNotFound), ("ROUTE_NOT_FOUND", .routeNotFound),
        ("invoiceExpired", .invoiceExpired), ("PaymentExpired", .invoiceExpired),
        ("amountTooHigh", .amountTooHigh), ("amountBelowMinimum", .amountBelowMinimum),
        ("unsupportedFeatures", .unsupportedFeatures),
        ("UnknownRequiredFeatures", .unsupportedFeatures),
        ("incorrectPaymentDetails", .incorrectPaymentDetails),
        ("unknown_payment_hash", .incorrectPaymentDetails),
        ("RecipientRejected", .recipientRejected), ("permanentPolicyError", .permanentPolicyError),
        ("nodeUnreachable", .nodeUnreachable), ("unknown_next_peer", .nodeUnreachable),
        ("temporary_channel_failure", .temporaryChannelFailure),
        ("fee_insufficient", .feeOrExpiryConstraint),
        ("incorrect_or_unknown_payment_details", .incorrectPaymentDetails),
        ("invalid_onion_hmac", .permanentPolicyError), ("mpp_timeout", .temporaryChannelFailure),
    ])
    func aNameIsReadHoweverItIsSpelled(name: String, failure: PaymentFailure) {
        #expect(PaymentFailure(named: name) == failure)
    }

    @Test(arguments: [
        "", "_", "route", "temporary", "expired", "routeNotFound!", "no route found: expired",
        "the invoice_expired", "invoice expired", "RetriesExhausted", "routeNotFoundd",
        String(repeating: "routeNotFound", count: 1000), "ｒouteNotFound",
    ])
    func aNameIsNeverGuessedFromAPartOfIt(name: String) {
        #expect(PaymentFailure(named: name) == .unknown)
    }
}
