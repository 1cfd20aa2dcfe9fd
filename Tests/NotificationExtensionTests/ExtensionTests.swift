import Glibc
import NotificationPipeline
import Testing
import Threading

@testable import NotificationExtension

/// Every path a request can take ends in one delivery.
@Suite struct ExtensionTests {
    @Test func nothingRunsBeforeTheFirstRequest() {
        let phone = Phone()
        let it = phone.makeExtension()
        it.timeWillExpire()
        it.appTookOver()
        #expect(phone.setups.withLock { $0.isEmpty })
        #expect(phone.app.told.withLock { $0.isEmpty })
        #expect(phone.clock.alarms == 0)
        #expect(phone.screen.counts.isEmpty)
    }

    @Test func aPushIsDeliveredOnceOpenedAndRecorded() {
        let phone = Phone()
        let it = phone.makeExtension()
        phone.push(to: it)
        #expect(phone.screen.shown().map(\.outcome) == [.decrypted])
        #expect(phone.screen.shown().map(\.storage) == [.recorded])
        #expect(phone.screen.text() == "Payment Incoming / Open now to receive - funds are being held")
        it.timeWillExpire()
        phone.clock.advance(by: .seconds(60))
        #expect(phone.screen.counts == [0: 1])
    }

    @Test func setupRunsOnceForManyRequests() {
        let phone = Phone()
        let it = phone.makeExtension()
        for number in 0..<50 {
            phone.push(to: it, UInt64(number))
        }
        #expect(phone.setups.withLock { $0.count } == 1)
        #expect(phone.screen.counts.count == 50)
        #expect(phone.screen.counts.values.allSatisfy { $0 == 1 })
        #expect(phone.screen.shown(49).map(\.storage) == [.duplicate])
        #expect(phone.app.told.withLock { $0 }.count == 100)
        // Short requests share an alarm: they leave nothing behind that grows.
        #expect(phone.clock.alarms == 1)
    }

    @Test(arguments: [
        ("", Refusal.payload(.malformedJSON)), ("{}", .envelope(.unknown)),
        (#"{"cipher":"","iv":"","tag":"","publicKey":""}"#, .envelope(.malformed)),
    ])
    func whatIsRefusedIsDeliveredAsFallback(push: String, reason: Refusal) {
        let phone = Phone()
        let bytes = Array(push.utf8)
        phone.makeExtension().didReceive(bytes.span, deliver: phone.screen.delivery())
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(reason)])
        #expect(phone.screen.text() == "Bitkit / Open Bitkit to check for new activity")
    }

    @Test(arguments: [KeyError.missing, .locked, .unavailable, .corrupt])
    func aKeystoreThatLendsNothingIsDeliveredAsFallback(error: KeyError) {
        let phone = Phone(keyFailure: error)
        phone.push(to: phone.makeExtension())
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.keys(error))])
    }

    @Test func aSetupThatFailsIsDeliveredAndTriedAgain() {
        let phone = Phone()
        phone.setupFailures.withLock { $0 = [.keys(.locked), .keys(.unavailable)] }
        let it = phone.makeExtension()
        for number in 0..<3 {
            phone.push(to: it, UInt64(number))
        }
        #expect(phone.screen.shown(0).map(\.outcome) == [.fallback(.keys(.locked))])
        #expect(phone.screen.text(0) == "Bitkit / Unlock your device and open Bitkit to check for new activity")
        #expect(phone.screen.shown(1).map(\.outcome) == [.fallback(.keys(.unavailable))])
        #expect(phone.screen.shown(2).map(\.outcome) == [.decrypted])
    }

    @Test func aDeliveryThatIsDroppedDeliversTheFallback() {
        let screen = Screen()
        do { _ = screen.delivery() }
        #expect(screen.shown().map(\.outcome) == [.fallback(.deadlineExceeded)])
    }
}

/// What ends a request before its work is done.
@Suite struct ExpiryTests {
    @Test func expiryWhileTheKeystoreHangsDeliversTheBestAttempt() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.keys.waitUntilReached())
        #expect(phone.screen.counts.isEmpty)
        it.timeWillExpire()
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.deadlineExceeded)])
        #expect(phone.screen.shown().map(\.envelope) == [.blocktankV0])
        phone.keys.open()
        worker.join()
        // The work was not gone on with: nothing is recorded, nothing delivered again.
        #expect(phone.screen.counts == [0: 1])
        #expect(phone.store.stored.withLock { $0.isEmpty })
    }

    @Test func expiryWhileTheStoreHangsDeliversWhatWasOpened() {
        let phone = Phone()
        phone.store.gate.close()
        let it = phone.makeExtension()
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.store.gate.waitUntilReached())
        it.timeWillExpire()
        #expect(phone.screen.shown().map(\.outcome) == [.decrypted])
        #expect(phone.screen.shown().map(\.storage) == [Notification.Storage.none])
        phone.store.gate.open()
        worker.join()
        #expect(phone.screen.counts == [0: 1])
    }

    @Test func ourOwnDeadlineComesBeforeTheSystems() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.keys.waitUntilReached())
        phone.clock.advance(by: .milliseconds(29_499))
        #expect(phone.screen.counts.isEmpty)
        phone.clock.advance(by: .milliseconds(1))
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.deadlineExceeded)])
        phone.keys.open()
        worker.join()
    }

    @Test func theAlarmServesRequestsThatCameLater() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let first = inBackground { phone.push(to: it, 1) }
        #expect(phone.keys.waitUntilReached(by: 1))
        phone.clock.advance(by: .seconds(10))
        let second = inBackground { phone.push(to: it, 2) }
        #expect(phone.keys.waitUntilReached(by: 2))
        phone.clock.advance(by: .milliseconds(19_500))
        #expect(phone.screen.counts == [1: 1])
        phone.clock.advance(by: .milliseconds(10_000))
        #expect(phone.screen.counts == [1: 1, 2: 1])
        phone.keys.open()
        first.join()
        second.join()
        // Nothing is under way: no alarm is set for nobody.
        #expect(phone.clock.alarms == 2)
    }

    @Test func oneRequestsExpiryLeavesTheOthersAlone() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let threads = [1, 2].map { number in
            inBackground { phone.push(to: it, number) }
        }
        #expect(phone.keys.waitUntilReached(by: 2))
        it.timeWillExpire(number: 3)
        #expect(phone.screen.counts.isEmpty)
        it.timeWillExpire(number: 1)
        #expect(phone.screen.counts == [1: 1])
        phone.keys.open()
        for thread in threads { thread.join() }
        #expect(phone.screen.shown(2).map(\.outcome) == [.decrypted])
    }

    @Test func requestsBeyondThePipelinesWaitForTheirTurn() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let count = UInt64(ExtensionLimits.pipelinesMax + 2)
        let threads = (1...count).map { number in
            inBackground { phone.push(to: it, number) }
        }
        #expect(phone.keys.waitUntilReached(by: ExtensionLimits.pipelinesMax))
        phone.keys.open()
        for thread in threads { thread.join() }
        #expect(phone.screen.counts.count == Int(count))
        #expect((1...count).allSatisfy { phone.screen.shown($0).map(\.outcome) == [.decrypted] })
    }

    @Test func waitingForAPipelineEndsWithTheRequest() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let busy = (1...UInt64(ExtensionLimits.pipelinesMax)).map { number in
            inBackground { phone.push(to: it, number) }
        }
        #expect(phone.keys.waitUntilReached(by: ExtensionLimits.pipelinesMax))
        let waiting = inBackground { phone.push(to: it, 9) }
        while phone.screen.counts[9] == nil { it.timeWillExpire(number: 9) }
        // Returns although every pipeline still hangs.
        waiting.join()
        #expect(phone.screen.shown(9).map(\.outcome) == [.fallback(.deadlineExceeded)])
        phone.keys.open()
        for thread in busy { thread.join() }
    }

    @Test func aFloodBeyondTheLimitGetsTheFallbackAtOnce() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let count = ExtensionLimits.requestsMax + 3
        let threads = (1...UInt64(count)).map { number in
            inBackground { phone.push(to: it, number) }
        }
        while phone.screen.counts.count < 3 {}
        phone.keys.open()
        for thread in threads { thread.join() }
        #expect(phone.screen.counts.count == count)
        #expect(phone.screen.counts.values.allSatisfy { $0 == 1 })
        let fallbacks = (1...UInt64(count)).count { phone.screen.shown($0).first?.outcome != .decrypted }
        #expect(fallbacks == 3)
    }

    @Test func whoeverEndsItFirstEveryRequestIsAnsweredOnce() {
        let phone = Phone()
        let it = phone.makeExtension()
        let isOver = Mutex(false)
        let spoilers = [
            inBackground { while !isOver.withLock({ $0 }) { it.timeWillExpire() } },
            inBackground { while !isOver.withLock({ $0 }) { it.appTookOver() } },
            inBackground { while !isOver.withLock({ $0 }) { phone.clock.advance(by: .seconds(10)) } },
        ]
        let workers = (0..<3).map { share in
            inBackground {
                for index in 0..<200 {
                    let number = UInt64(share * 1000 + index)
                    phone.push(to: it, number)
                }
            }
        }
        for thread in workers { thread.join() }
        isOver.withLock { $0 = true }
        for thread in spoilers { thread.join() }
        #expect(phone.screen.counts.count == 600)
        #expect(phone.screen.counts.values.allSatisfy { $0 == 1 })
        let told = phone.app.told.withLock { $0 }
        #expect(told.indices.allSatisfy { told[$0] == ($0 % 2 == 0 ? .working : .idle) })
        #expect(told.last == .idle)
    }

    @Test func theSystemsClockRings() {
        let clock = SystemClock()
        let rung = Monitor(0)
        let start = clock.uptime
        clock.setAlarm(at: start + .seconds(3600)) { rung.withLock { $0 += 100 } }
        // Replaces the one before.
        clock.setAlarm(at: start + .milliseconds(20)) { rung.withLock { $0 += 1 } }
        #expect(rung.waiting(atMost: .seconds(60)) { $0 == 0 ? nil : $0 } == 1)
        #expect(clock.uptime - start >= .milliseconds(20))
        clock.setAlarm(at: .zero) { rung.withLock { $0 += 1 } }
        #expect(rung.waiting(atMost: .seconds(60)) { $0 == 1 ? nil : $0 } == 2)
    }
}

/// The app and the extension never work on the same push.
@Suite struct TakeoverTests {
    @Test func anActiveAppIsLeftThePush() {
        let phone = Phone()
        phone.app.becomeActive()
        phone.push(to: phone.makeExtension())
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.appActive)])
        #expect(phone.store.stored.withLock { $0.isEmpty })
    }

    @Test(arguments: [false, true]) func nothingIsOverWhileAnAnswerIsBeingHandedOver(
        isExpiry: Bool
    ) {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let handing = Gate(isOpen: false)
        let isOver = Mutex(false)
        let worker = inBackground {
            let push = Phone.push
            it.didReceive(push.span, number: 0, deliver: Delivery { _ in handing.pass() })
            isOver.withLock { $0 = true }
        }
        #expect(phone.keys.waitUntilReached())
        let ender = inBackground { isExpiry ? it.timeWillExpire() : it.appTookOver() }
        #expect(handing.waitUntilReached())
        // The work ends long before the answer is out.
        phone.keys.open()
        usleep(100_000)
        #expect(!isOver.withLock { $0 })
        handing.open()
        worker.join()
        ender.join()
        #expect(isOver.withLock { $0 })
    }

    @Test func anAppThatAnnouncesItselfEndsTheRequestEarly() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.keys.waitUntilReached())
        it.appTookOver()
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.appActive)])
        phone.keys.open()
        worker.join()
        #expect(phone.store.stored.withLock { $0.isEmpty })
    }

    @Test func anActiveAppIsSeenAtTheNextStage() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.keys.waitUntilReached())
        phone.app.becomeActive()
        phone.keys.open()
        worker.join()
        #expect(phone.screen.shown().map(\.outcome) == [.fallback(.appActive)])
        #expect(phone.store.stored.withLock { $0.isEmpty })
    }

    @Test func whatWasOpenedBeforeTheAppCameIsShownButNotRecorded() {
        let phone = Phone()
        let it = phone.makeExtension { _, stage in
            if stage == .store { phone.app.becomeActive() }
        }
        phone.push(to: it)
        #expect(phone.screen.shown().map(\.outcome) == [.decrypted])
        #expect(phone.store.stored.withLock { $0.isEmpty })
    }

    @Test func aRequestThatHasBegunToRecordGoesOn() {
        let phone = Phone()
        phone.store.gate.close()
        let it = phone.makeExtension()
        let worker = inBackground { phone.push(to: it) }
        #expect(phone.store.gate.waitUntilReached())
        phone.app.becomeActive()
        it.appTookOver()
        #expect(phone.screen.counts.isEmpty)
        phone.store.gate.open()
        worker.join()
        #expect(phone.screen.shown().map(\.outcome) == [.decrypted])
        #expect(phone.screen.shown().map(\.storage) == [.recorded])
    }

    @Test func theAppLearnsWhenTheExtensionWorks() {
        let phone = Phone()
        phone.keys.close()
        let it = phone.makeExtension()
        let threads = [1, 2].map { number in
            inBackground { phone.push(to: it, number) }
        }
        #expect(phone.keys.waitUntilReached(by: 2))
        #expect(phone.app.told.withLock { $0 } == [.working])
        phone.keys.open()
        for thread in threads { thread.join() }
        #expect(phone.app.told.withLock { $0 } == [.working, .idle])
    }
}
