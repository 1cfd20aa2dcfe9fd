import NotificationPipeline
import Testing

@testable import WakeToComplete

@Suite struct SendOutcomeTextTests {
    private static func english(_ outcome: SendOutcome) -> [String]? {
        outcome.text.map { text in
            Catalog().withText(text) { title, body in [String(utf8: title), String(utf8: body)] }
        }
    }

    @Test func theTextOfASleepingRecipientIsThatOfThePlan() {
        for failure in PaymentFailure.allCases where failure.retryability == .maybe {
            let outcome = SendOutcome.failed(failure, nil)
            #expect(
                SendOutcomeTextTests.english(outcome) == [
                    "Route Not Found",
                    "Recipient may need to open their wallet to receive. Try again in a few seconds.",
                ])
            #expect(outcome.mayBeRetried)
        }
        #expect(Catalog().retryNow == "Retry Now")
    }

    @Test func whatCannotBeRetriedSaysWhatToDoInstead() {
        var texts: Set<[String]> = []
        for failure in PaymentFailure.allCases where failure.retryability == .notRetryable {
            // Advice does not make an expired invoice good.
            for hint in [nil, ForwardingHint(.retryNow, .disconnected)] {
                let outcome = SendOutcome.failed(failure, hint)
                #expect(!outcome.mayBeRetried)
                texts.insert(SendOutcomeTextTests.english(outcome) ?? [])
            }
        }
        #expect(texts.count == 7)
        #expect(texts.contains(["Invoice Expired", "Ask the recipient for a new invoice"]))
    }

    @Test func theServersReasonIsTold() {
        let little = SendOutcome.failed(
            .routeNotFound, ForwardingHint(.doNotRetry, .insufficientLiquidity))
        #expect(little.text == .liquidityInsufficient && !little.mayBeRetried)
        let disabled = SendOutcome.failed(
            .routeNotFound, ForwardingHint(.retryLater, .recipientChannelDisabled))
        #expect(disabled.text == .channelDisabled && disabled.mayBeRetried)
        let asleep = SendOutcome.failed(.unknown, ForwardingHint(.retryLater, .disconnected))
        #expect(asleep.text == .routeNotFound)
        let never = SendOutcome.failed(.unknown, ForwardingHint(.doNotRetry))
        #expect(never.text == .permanentPolicyError && !never.mayBeRetried)
    }

    @Test func anUndecidedPaymentIsNotToBePaidAgain() {
        #expect(SendOutcome.undecided.text == .paymentUndecided)
        #expect(!SendOutcome.undecided.mayBeRetried)
        #expect(SendOutcome.succeeded.text == nil && SendOutcome.cancelled.text == nil)
    }
}
