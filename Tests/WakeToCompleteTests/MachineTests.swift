import NotificationPipeline
import Testing

@testable import WakeToComplete

private let one = PaymentHash(number: 1)
private let two = PaymentHash(number: 2)

private func payment(_ hash: PaymentHash?, id: PaymentHash? = nil, msat: UInt64 = 5_999) -> ReceivedPayment {
    ReceivedPayment(id: id, hash: hash, amountMsat: msat)
}

@Suite struct IncomingPaymentTests {
    @Test func aPaymentCompletesOnceHoweverOftenItIsTold() {
        var machine = IncomingPaymentMachine()
        #expect(list(machine.handle(.opened(one, isConnected: false), at: .zero)) == [.show(.connecting)])
        #expect(list(machine.handle(.connected, at: .seconds(1))) == [.show(.completing)])
        #expect(list(machine.handle(.received(payment(one)), at: .seconds(2))) == [
            .writeReceived(sats: 5, .lightning, after: .seconds(2)), .show(.completed(sats: 5)),
        ])
        #expect(machine.handle(.received(payment(one)), at: .seconds(3)).isEmpty)
        #expect(machine.handle(.received(payment(nil, id: one)), at: .seconds(3)).isEmpty)
        #expect(machine.deadline == nil)
    }

    /// The fork compares `paymentId ?? paymentHash` (W-F10).
    @Test func aPaymentIsMatchedByItsHashAlsoWhereItsIdIsAnother() {
        for told in [payment(one, id: two), payment(two, id: one)] {
            var machine = IncomingPaymentMachine()
            _ = machine.handle(.opened(one, isConnected: false), at: .zero)
            #expect(machine.handle(.received(told), at: .seconds(1)).count == 2)
            #expect(machine.state == .completed(sats: 5))
        }
    }

    /// In the fork the 15 seconds begin when the synchronisation is done (W-F10).
    @Test func fifteenSecondsCountFromTheTap() {
        var machine = IncomingPaymentMachine()
        _ = machine.handle(.opened(one, isConnected: false), at: .seconds(3))
        #expect(machine.deadline == .seconds(18))
        #expect(machine.handle(.timeCame, at: .seconds(18) - .nanoseconds(1)).isEmpty)
        _ = machine.handle(.connected, at: .seconds(17))
        #expect(list(machine.handle(.timeCame, at: .seconds(18))) == [.show(.expired)])
        #expect(machine.handle(.timeCame, at: .seconds(19)).isEmpty)
    }

    @Test func aPaymentBehindExpiryStillCompletes() {
        var machine = IncomingPaymentMachine()
        _ = machine.handle(.opened(one, isConnected: false), at: .zero)
        _ = machine.handle(.timeCame, at: .seconds(15))
        #expect(list(machine.handle(.received(payment(one)), at: .seconds(40))).last == .show(.completed(sats: 5)))
    }

    /// The fork writes one for a payment that is merely on its way (W-F1).
    @Test func nothingIsWrittenBeforeAPaymentCame() {
        var machine = IncomingPaymentMachine()
        var effects = list(machine.handle(.opened(one, isConnected: true), at: .zero))
        effects += list(machine.handle(.connected, at: .seconds(1)))
        effects += list(machine.handle(.timeCame, at: .seconds(15)))
        effects += list(machine.handle(.retried(isConnected: true), at: .seconds(16)))
        effects += list(machine.handle(.received(payment(two)), at: .seconds(17)))
        #expect(effects == [.show(.completing), .show(.expired), .show(.completing), .retryNode])
    }

    @Test func tappedTwiceIsTappedOnce() {
        var machine = IncomingPaymentMachine()
        _ = machine.handle(.opened(one, isConnected: false), at: .zero)
        #expect(machine.handle(.opened(one, isConnected: false), at: .seconds(10)).isEmpty)
        #expect(machine.deadline == .seconds(15))
    }

    @Test func aTapBehindThePaymentShowsItAtOnce() {
        var machine = IncomingPaymentMachine()
        #expect(machine.handle(.received(payment(one)), at: .zero).isEmpty)
        #expect(list(machine.handle(.opened(one, isConnected: true), at: .seconds(1))) == [
            .writeReceived(sats: 5, .lightning, after: .zero), .show(.completed(sats: 5)),
        ])
        #expect(machine.handle(.opened(one, isConnected: true), at: .seconds(1)).isEmpty)
    }

    @Test func whoDoesNotKnowTheHashTakesTheNextPayment() {
        var machine = IncomingPaymentMachine()
        _ = machine.handle(.expected(one), at: .zero)
        _ = machine.handle(.opened(nil, isConnected: false), at: .seconds(1))
        #expect(list(machine.handle(.received(payment(one)), at: .seconds(2))) == [
            .writeReceived(sats: 5, .lightning, after: .seconds(2)), .show(.completed(sats: 5)),
        ])
        #expect(machine.awaitedByPush == 0)
    }

    @Test(arguments: [(UInt64(0), UInt64(0)), (999, 0), (1_000, 1), (.max, 18_446_744_073_709_551)])
    func amountsAtTheLimitsAreRoundedDown(_ msat: UInt64, _ sats: UInt64) {
        var machine = IncomingPaymentMachine()
        _ = machine.handle(.opened(one, isConnected: false), at: .zero)
        _ = machine.handle(.received(payment(one, msat: msat)), at: .seconds(1))
        #expect(machine.state == .completed(sats: sats))
    }

    @Test func theOldestWaitGivesWayToAFifth() {
        var machine = IncomingPaymentMachine()
        for number in UInt64(1)...5 {
            _ = machine.handle(.expected(PaymentHash(number: number)), at: .seconds(Int(number)))
        }
        #expect(machine.awaitedByPush == 4)
        #expect(machine.handle(.received(payment(one)), at: .seconds(9)).isEmpty)
        #expect(machine.handle(.received(payment(two)), at: .seconds(9)).count == 1)
    }

    @Test func aHashIsANumberWhateverItsCase() {
        #expect(PaymentHash(hex: String(repeating: "aB", count: 32)) == PaymentHash(hex: String(repeating: "Ab", count: 32)))
        for text in ["", String(repeating: "a", count: 63), String(repeating: "a", count: 65), hex("g"), "0x" + String(repeating: "a", count: 62)] {
            #expect(PaymentHash(hex: text) == nil)
        }
        #expect(PaymentHash(hex: hex("1")) != PaymentHash(hex: hex("2")))
        #expect(PaymentHash(hex: String(repeating: "0", count: 63) + "7") == PaymentHash(number: 7))
    }
}

@Suite struct NodeTests {
    /// Does step after step, as long as the machine wants one.
    private func rise(_ machine: inout NodeMachine) -> [NodeStep] {
        var steps: [NodeStep] = []
        var effects = list(machine.handle(.wanted(leaseWait: .zero), at: .zero))
        while case .begin(let step, let number, _)? = effects.last {
            steps.append(step)
            effects = list(machine.handle(.ended(number, succeeded: true), at: .zero))
        }
        return steps
    }

    @Test func theStepsHaveOneOrder() {
        var machine = NodeMachine()
        #expect(rise(&machine) == [.lease, .setUp, .start, .connect, .sync])
        #expect(machine.isConnected)
    }

    @Test(arguments: NodeStep.allCases.filter { $0 < .stop }) func everyStepHasItsDeadline(_ late: NodeStep) {
        var machine = NodeMachine()
        var effects = list(machine.handle(.wanted(leaseWait: .zero), at: .zero))
        while case .begin(let step, let number, _)? = effects.last, step != late {
            effects = list(machine.handle(.ended(number, succeeded: true), at: .zero))
        }
        #expect(machine.deadline == late.time)
        #expect(machine.handle(.timeCame, at: late.time - .nanoseconds(1)).isEmpty)
        let after = list(machine.handle(.timeCame, at: late.time))
        #expect(after.first == .failed(late, .timedOut))
        #expect(machine.outcome(of: late) == .failed(.timedOut, after: late.time))
        // A node that runs stays; one that does not leaves nothing behind.
        switch late {
        case .lease: #expect(machine.step == .release)
        case .setUp, .start: #expect(machine.step == .stop)
        default: #expect(machine.isStarted)
        }
    }

    @Test func anAnswerThatComesLateIsNobodys() {
        var machine = NodeMachine()
        guard case .begin(.lease, let first, _)? = machine.handle(.wanted(leaseWait: .zero), at: .zero).first
        else { Issue.record("the lease comes first"); return }
        _ = machine.handle(.timeCame, at: .seconds(2))
        #expect(machine.handle(.ended(first, succeeded: true), at: .seconds(3)).isEmpty)
        #expect(machine.step == .release)
    }

    @Test func theLeaseStaysWhileTheNodeMayRun() {
        var machine = NodeMachine()
        _ = rise(&machine)
        guard case .begin(.stop, let number, _)? = machine.handle(.unwanted, at: .zero).first
        else { Issue.record("the node is stopped"); return }
        #expect(list(machine.handle(.timeCame, at: .seconds(5))) == [.failed(.stop, .timedOut)])
        #expect(machine.step == .stop)
        #expect(list(machine.handle(.ended(number, succeeded: true), at: .seconds(60))).last?.step == .release)
    }

    @Test func whoWantsItWhileItStopsGetsItWithTheSameLease() {
        var machine = NodeMachine()
        _ = rise(&machine)
        guard case .begin(.stop, let number, _)? = machine.handle(.unwanted, at: .zero).first
        else { Issue.record("the node is stopped"); return }
        #expect(machine.handle(.wanted(leaseWait: .seconds(30)), at: .seconds(1)).isEmpty)
        #expect(list(machine.handle(.ended(number, succeeded: true), at: .seconds(1))).last?.step == .setUp)
    }

    @Test func whoWaitsLongerAsksForTheLeaseAgain() {
        var machine = NodeMachine()
        guard case .begin(.lease, let number, _)? = machine.handle(.wanted(leaseWait: .zero), at: .zero).first
        else { Issue.record("the lease comes first"); return }
        _ = machine.handle(.wanted(leaseWait: .seconds(30)), at: .zero)
        let effects = list(machine.handle(.ended(number, succeeded: false), at: .zero))
        #expect(effects == [.begin(.lease, number: number + 1, leaseWait: .seconds(30))])
    }

    @Test func theLeaseIsRenewedAndALostOneStopsTheNode() {
        var machine = NodeMachine()
        _ = rise(&machine)
        #expect(machine.deadline == .seconds(60))
        #expect(list(machine.handle(.timeCame, at: .seconds(60))) == [.renewLease])
        #expect(machine.deadline == .seconds(120))
        let effects = list(machine.handle(.leaseLost, at: .seconds(61)))
        #expect(effects.first == .failed(.lease, .leaseLost))
        #expect(effects.last?.step == .stop)
    }
}

extension NodeMachine.Effect {
    fileprivate var step: NodeStep? {
        if case .begin(let step, _, _) = self { step } else { nil }
    }
}

@Suite struct SilentPushTests {
    @Test(arguments: [
        ("{\"aps\":{\"content-available\":1},\"payment_hash\":\"\(hex("a"))\",\"amount_msat\":100000,\"type\":\"incoming_htlc_wake\"}", true),
        ("{\"type\":\"incoming_htlc_wake\"}", false),
        ("{\"type\":\"incoming_htlc_wake\",\"payment_hash\":\"abc\"}", false),
        ("{\"type\":\"incoming_htlc_wake\",\"payment_hash\":7}", false),
    ])
    func theWakePushIsOurs(_ text: String, _ isNamed: Bool) {
        let push = SilentPush(Array(text.utf8).span)
        #expect(push != nil)
        #expect((push?.paymentHash != nil) == isNamed)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", "{\"type\":\"incomingHtlc\"}", "{\"type\":\"INCOMING_HTLC_WAKE\"}", "{\"type\":1}",
        "{\"aps\":{\"type\":\"incoming_htlc_wake\"}}", "{\"type\":\"incoming_htlc_wake\",\"type\":\"incoming_htlc_wake\"}",
        "{\"type\":\"incoming_htlc_wake\",\"x\":\"" + String(repeating: "x", count: 17_000) + "\"}",
    ])
    func everyOtherPushIsNot(_ text: String) {
        #expect(SilentPush(Array(text.utf8).span) == nil)
    }

    private func ready() -> SilentPushMachine {
        var machine = SilentPushMachine()
        _ = machine.handle(.pushed(1, isAwaited: true), at: .zero)
        _ = machine.handle(.reached(.sync), at: .seconds(2))
        return machine
    }

    @Test func thePaymentIsWaitedForForFiveSeconds() {
        var machine = ready()
        #expect(machine.deadline == .seconds(7))
        #expect(list(machine.handle(.timeCame, at: .seconds(7))) == [.leaveNode])
        #expect(list(machine.handle(.left, at: .seconds(8))) == [.complete(through: 1, .noData, received: 0, fellBack: 1)])
        #expect(machine.handle(.left, at: .seconds(8)).isEmpty)
    }

    @Test func aReceivedPaymentEndsTheWait() {
        var machine = ready()
        #expect(list(machine.handle(.received(wasAwaited: true, areMoreAwaited: false), at: .seconds(3))) == [.leaveNode])
        #expect(list(machine.handle(.left, at: .seconds(4))) == [.complete(through: 1, .newData, received: 1, fellBack: 0)])
    }

    @Test func aRefusedLeaseIsNoDataAndAFailedStepIsFailed() {
        for (step, failure, result) in [
            (NodeStep.lease, StepFailure.failed, BackgroundFetchResult.noData), (.lease, .timedOut, .failed),
            (.setUp, .failed, .failed), (.connect, .timedOut, .failed), (.sync, .failed, .failed),
        ] {
            var machine = SilentPushMachine()
            _ = machine.handle(.pushed(1, isAwaited: true), at: .zero)
            #expect(list(machine.handle(.failed(step, failure), at: .seconds(1))) == [.leaveNode])
            #expect(list(machine.handle(.left, at: .seconds(1))) == [.complete(through: 1, result, received: 0, fellBack: 1)])
        }
    }

    @Test func aNodeThatIsNotLeftInTimeHoldsNobodyUp() {
        var machine = ready()
        _ = machine.handle(.expired, at: .seconds(3))
        #expect(machine.deadline == .seconds(5))
        #expect(list(machine.handle(.timeCame, at: .seconds(5))) == [.complete(through: 1, .noData, received: 0, fellBack: 1)])
    }

    @Test func aSecondPushJoinsAndBothAreCompletedTogether() {
        var machine = ready()
        #expect(machine.handle(.pushed(2, isAwaited: true), at: .seconds(6)).isEmpty)
        #expect(machine.deadline == .seconds(11))
        #expect(machine.handle(.received(wasAwaited: true, areMoreAwaited: true), at: .seconds(7)).isEmpty)
        _ = machine.handle(.timeCame, at: .seconds(11))
        #expect(list(machine.handle(.left, at: .seconds(12))) == [.complete(through: 2, .newData, received: 1, fellBack: 1)])
    }

    @Test func pushAfterPushCannotStretchTheTime() {
        var machine = ready()
        for number in UInt32(2)...10 { _ = machine.handle(.pushed(number, isAwaited: true), at: .seconds(Int(2 * number))) }
        #expect(machine.deadline == WakeLimits.silentPushTime)
    }
}

@Suite struct TapTests {
    @Test func everythingElseComesBehindTheSynchronisationAndOnce() {
        var machine = TapMachine()
        #expect(list(machine.handle(.tapped(one, isRetry: false))) == [.wantNode])
        for step in [NodeStep.lease, .setUp, .start, .connect] { #expect(machine.handle(.reached(step)).isEmpty) }
        #expect(list(machine.handle(.reached(.sync))) == [.ended(.completed), .everythingElse])
        #expect(machine.handle(.tapped(one, isRetry: false)).isEmpty)
        _ = machine.handle(.tapped(two, isRetry: false))
        #expect(list(machine.handle(.reached(.sync))) == [.ended(.completed)])
    }

    @Test func tappedTwiceWhileUnderWayIsTappedOnce() {
        var machine = TapMachine()
        _ = machine.handle(.tapped(one, isRetry: false))
        #expect(machine.handle(.tapped(one, isRetry: false)).isEmpty)
        #expect(machine.handle(.tapped(two, isRetry: true)).isEmpty)
    }

    @Test func aFailedStepEndsTheTapAndTheNextBeginsAnew() {
        var machine = TapMachine()
        _ = machine.handle(.tapped(one, isRetry: false))
        #expect(list(machine.handle(.failed(.connect, .timedOut))) == [.ended(.failed(.connect, .timedOut)), .everythingElse])
        #expect(machine.handle(.failed(.sync, .failed)).isEmpty)
        #expect(list(machine.handle(.tapped(one, isRetry: false))) == [.wantNode])
    }
}

@Suite struct CategoryTests {
    @Test func thePaymentCategoryOpensTheAppAndIsNeverCritical() {
        let categories = NotificationCategories.all(Catalog(locale: "de"))
        #expect(categories.map { "\($0.identifier)" } == ["INCOMING_PAYMENT"])
        #expect(categories[0].hasCustomDismissAction)
        #expect(categories[0].actions.map { "\($0.identifier) \($0.title) \($0.isForeground)" } == ["OPEN_NOW Jetzt öffnen true"])
        #expect(NotificationCategories.all(Catalog())[0].actions[0].title == "Open Now")
        #expect(NotificationCategories.presentation.level.rawValue == "time-sensitive")
        #expect(NotificationCategories.presentation.sound.rawValue == "default")
    }

    @Test func whatTheUserDidIsKnownByTheAction() {
        #expect(NotificationCategories.response(to: "OPEN_NOW") == .open)
        #expect(NotificationCategories.response(to: "com.apple.UNNotificationDefaultActionIdentifier") == .open)
        #expect(NotificationCategories.response(to: "com.apple.UNNotificationDismissActionIdentifier") == .dismiss)
        #expect(NotificationCategories.response(to: "open_now") == nil)
    }
}

@Suite struct ScreenTextTests {
    private func texts(_ state: IncomingPaymentState, _ locale: String = "en") -> [String] {
        state.withText(Catalog(locale: locale)) { title, body in [String(utf8: title), String(utf8: body)] }
    }

    @Test func theScreenSaysHowFarThePaymentIs() {
        #expect(texts(.connecting) == ["Payment Incoming", "Connecting to Lightning peer..."])
        #expect(texts(.completing) == ["Payment Incoming", "Completing payment..."])
        #expect(texts(.completed(sats: 5_000))[0] == "Received 5,000 sats")
        #expect(texts(.expired) == ["Payment expired or canceled", "Ask sender to retry"])
        #expect(texts(.expired, "de")[0] == "Zahlung abgelaufen oder abgebrochen")
    }

    @Test func theSenderIsAskedToRetry() {
        SenderMessage.withText(Catalog()) { button, message in
            #expect(String(utf8: button) == "Copy Message for Sender")
            #expect(String(utf8: message) == "My wallet needs me to open the app to receive. Please retry in 10 seconds.")
        }
    }
}
