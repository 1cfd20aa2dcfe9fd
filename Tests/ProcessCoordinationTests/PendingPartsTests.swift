import Foundation
import Testing

@testable import ProcessCoordination
@testable import SecureFiles

@Suite struct PendingPartsTests {
    @Test func partsOfBothProcessesCompleteOnePayment() throws {
        let bench = PartsBench()
        let (app, ext) = (try bench.process(1), try bench.process(2))
        #expect(
            try app.append(part(1, htlc: 1, 400, of: 1000))
                == .waiting(receivedMsat: 400, totalMsat: 1000))
        #expect(
            try ext.append(part(1, htlc: 2, 600, of: 1000))
                == .complete(receivedMsat: 1000, totalMsat: 1000))
        #expect(try app.list(hash(1)).map(\.part.htlc).sorted() == [1, 2])
        #expect(try ext.list(hash(1)).map(\.part) == app.list(hash(1)).map(\.part))
        #expect(try ext.claim(hash(1)) == .claimed(receivedMsat: 1000, totalMsat: 1000))
        #expect(try app.claim(hash(1)) == .taken)
        #expect(try ext.claim(hash(1)) == .taken)
        #expect(try app.settle(hash(1)) == .notYours)
        #expect(try app.fail(hash(1)) == .notYours)
        #expect(try ext.settle(hash(1)) == .done)
        #expect(try ext.settle(hash(1)) == .settled)
        #expect(try app.fail(hash(1)) == .settled)
        #expect(try app.claim(hash(1)) == .settled)
        #expect(try app.list(hash(1)).allSatisfy { $0.state == .settled })
    }

    @Test func thePartComesBackAsItWas() throws {
        let bench = PartsBench()
        let whole = PendingPart(
            paymentHash: hash(9), channel: .max, htlc: .max - 1,
            amountMsat: CoordinationLimits.partsTotalMsatMax,
            totalMsat: CoordinationLimits.partsTotalMsatMax, cltvExpiry: .max)
        _ = try bench.process(1).append(whole)
        #expect(try bench.process(2).list(hash(9)).map(\.part) == [whole])
        _ = try bench.process(2).claim(hash(9))
        #expect(try bench.process(1).list(hash(9)).map(\.part) == [whole])
        #expect(hash(9).bytes.span.withUnsafeBufferPointer { $0.allSatisfy { $0 == 9 } })
    }

    @Test func aPartThatComesAgainIsHeldOnce() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
        #expect(
            try bench.process(2).append(part(1, htlc: 1, 400, of: 1000))
                == .duplicate(receivedMsat: 400, totalMsat: 1000))
        #expect(
            try parts.append(part(1, htlc: 1, 401, of: 1000)) == .refused(.contradiction))
        #expect(try parts.list(hash(1)).count == 1)
    }

    @Test func whatBringsTooLittleOrTooMuchIsRefused() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        #expect(try parts.append(part(1, htlc: 1, 0, of: 10)) == .refused(.amountZero))
        #expect(try parts.append(part(1, htlc: 1, 1, of: 0)) == .refused(.totalInvalid))
        #expect(
            try parts.append(part(1, htlc: 1, 1, of: CoordinationLimits.partsTotalMsatMax + 1))
                == .refused(.totalInvalid))
        #expect(try parts.append(part(1, htlc: 1, .max, of: .max)) == .refused(.totalInvalid))
        #expect(try parts.append(part(1, htlc: 1, 21, of: 10)) == .refused(.amountTooLarge))
        #expect(try parts.append(part(1, htlc: 1, .max, of: 10)) == .refused(.amountTooLarge))
        _ = try parts.append(part(1, htlc: 1, 9, of: 10))
        #expect(try parts.append(part(1, htlc: 2, 12, of: 10)) == .refused(.amountTooLarge))
        #expect(try parts.append(part(1, htlc: 2, .max, of: 10)) == .refused(.amountTooLarge))
        #expect(
            try parts.append(part(1, htlc: 3, 11, of: 10))
                == .complete(receivedMsat: 20, totalMsat: 10))
    }

    @Test func anotherTotalFailsThePaymentAsAWhole() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
        _ = try parts.append(part(1, htlc: 2, 100, of: 1000))
        #expect(try parts.append(part(1, htlc: 3, 400, of: 1001)) == .failed)
        #expect(try parts.list(hash(1)).map(\.state) == [.failed, .failed])
        #expect(try parts.append(part(1, htlc: 1, 400, of: 1000)) == .failed)
        #expect(try parts.claim(hash(1)) == .failed)
    }

    @Test func aPaymentThatFailedMayBeginAnewAndOneThatWasSettledMayNot() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
        #expect(try parts.fail(hash(1)) == .done)
        #expect(try parts.fail(hash(1)) == .failed)
        #expect(
            try parts.append(part(1, htlc: 5, 1000, of: 1000))
                == .complete(receivedMsat: 1000, totalMsat: 1000))
        #expect(try parts.append(part(1, htlc: 1, 400, of: 1000)) == .failed)
        _ = try parts.claim(hash(1))
        #expect(try parts.append(part(1, htlc: 6, 5, of: 1000)) == .refused(.claimed))
        #expect(try parts.settle(hash(1)) == .done)
        #expect(try parts.append(part(1, htlc: 7, 5, of: 1000)) == .settled)
        #expect(try parts.append(part(1, htlc: 5, 1000, of: 1000)) == .settled)
    }

    @Test func onlyACompletePaymentCanBeClaimedAndOnlyAClaimedOneSettled() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        #expect(try parts.claim(hash(1)) == .unknown)
        #expect(try parts.settle(hash(1)) == .unknown)
        #expect(try parts.fail(hash(1)) == .unknown)
        _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
        #expect(
            try parts.claim(hash(1)) == .incomplete(receivedMsat: 400, totalMsat: 1000))
        #expect(try parts.settle(hash(1)) == .notClaimed)
        _ = try parts.append(part(1, htlc: 2, 600, of: 1000))
        #expect(try parts.settle(hash(1)) == .notClaimed)
    }

    @Test func aClaimPassesOnWhenItsProcessDies() throws {
        let bench = PartsBench()
        let (app, ext) = (try bench.process(1), try bench.process(2))
        _ = try ext.append(part(1, htlc: 1, 1000, of: 1000))
        _ = try ext.claim(hash(1))
        bench.clock.advance(by: .seconds(100))
        #expect(try app.expired().isEmpty)
        #expect(try app.claim(hash(1)) == .taken)
        bench.kill(2)
        // Its preimage may have left: no time fails it any more.
        let found = try app.expired()
        #expect(found.map(\.hash) == [hash(1)] && found.map(\.event) == [.orphaned])
        #expect(try app.expired().map(\.event) == [.orphaned])
        #expect(try app.fail(hash(1)) == .notClaimed)
        #expect(try app.settle(hash(1)) == .notClaimed)
        #expect(try app.append(part(1, htlc: 2, 10, of: 1000)) == .refused(.claimed))
        #expect(try app.claim(hash(1)) == .claimed(receivedMsat: 1000, totalMsat: 1000))
        #expect(try ext.settle(hash(1)) == .notYours)
        #expect(try app.settle(hash(1)) == .done)
    }

    @Test func aClaimerTheKernelSaysNothingOfIsWaitedForNoLongerThanAMinute() throws {
        let bench = PartsBench()
        let (app, ext) = (try bench.process(1), try bench.process(2))
        _ = try ext.append(part(1, htlc: 1, 1000, of: 1000))
        _ = try ext.claim(hash(1))
        bench.silence(2)
        bench.clock.advance(by: .seconds(59))
        #expect(try app.claim(hash(1)) == .taken)
        bench.clock.advance(by: .seconds(1))
        #expect(try app.claim(hash(1)) == .claimed(receivedMsat: 1000, totalMsat: 1000))
    }

    @Test func aPaymentWaitsAMinuteFromItsFirstPartOn() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
        bench.clock.advance(by: .seconds(30))
        _ = try parts.append(part(1, htlc: 2, 400, of: 1000))
        _ = try parts.append(part(2, htlc: 3, 400, of: 1000))
        bench.clock.jumpWall(by: 86_400_000)
        bench.clock.advance(by: .milliseconds(29_999))
        #expect(try parts.expired().isEmpty)
        bench.clock.jumpWall(by: -2 * 86_400_000)
        bench.clock.advance(by: .milliseconds(1))
        let found = try bench.process(2).expired()
        #expect(found.map(\.hash) == [hash(1)] && found.map(\.event) == [.failed])
        #expect(try parts.expired().isEmpty)
        #expect(try parts.list(hash(1)).map(\.state) == [.failed, .failed])
        #expect(try parts.list(hash(2)).map(\.state) == [.held])
    }

    @Test func whoeverComesAfterTheTimeFindsThePaymentFailed() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        for seed: UInt8 in 1...3 { _ = try parts.append(part(seed, htlc: 1, 1000, of: 1000)) }
        bench.clock.advance(by: .seconds(60))
        #expect(try parts.append(part(1, htlc: 2, 5, of: 1000)) == .failed)
        #expect(try parts.append(part(2, htlc: 1, 1000, of: 1000)) == .failed)
        #expect(try parts.claim(hash(3)) == .failed)
        #expect(try parts.expired().isEmpty)
    }

    @Test func partsOfAnotherBootOrOfTheFutureFail() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
        bench.clock.jumpBoot(by: .seconds(-1))
        #expect(try parts.expired().map(\.event) == [.failed])
        _ = try parts.append(part(2, htlc: 1, 400, of: 1000))
        _ = try parts.append(part(3, htlc: 1, 400, of: 400))
        _ = try parts.claim(hash(3))
        bench.clock.reboot()
        let after = try bench.process(1)
        let found = try after.expired()
        #expect(found.map(\.hash) == [hash(2), hash(3)])
        #expect(found.map(\.event) == [.failed, .orphaned])
        #expect(try after.claim(hash(3)) == .claimed(receivedMsat: 400, totalMsat: 400))
        #expect(try after.settle(hash(3)) == .done)
    }

    @Test func whatWasDecidedIsRememberedForAMinute() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 1000, of: 1000))
        _ = try parts.claim(hash(1))
        _ = try parts.settle(hash(1))
        bench.clock.advance(by: .milliseconds(59_999))
        #expect(try parts.append(part(1, htlc: 1, 1000, of: 1000)) == .settled)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try parts.claim(hash(1)) == .unknown)
        #expect(
            try parts.append(part(1, htlc: 1, 1000, of: 1000))
                == .complete(receivedMsat: 1000, totalMsat: 1000))
    }

    @Test func afterTheLastPlaceAPartIsRefusedAndPlacesComeBack() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        let count = UInt64(CoordinationLimits.partsMax)
        for htlc in 0..<count {
            let seed = UInt8(truncatingIfNeeded: htlc % 4)
            #expect(
                try parts.append(part(seed, htlc: htlc, 1, of: 1000))
                    == .waiting(receivedMsat: htlc / 4 + 1, totalMsat: 1000))
        }
        #expect(try parts.append(part(7, htlc: 1, 1, of: 1000)) == .refused(.full))
        #expect(try parts.append(part(0, htlc: count, 1, of: 1000)) == .refused(.full))
        #expect(try parts.list(hash(0)).count == 128)
        #expect(try parts.fail(hash(0)) == .done)
        #expect(try parts.append(part(7, htlc: 1, 1, of: 1000)) == .refused(.full))
        bench.clock.advance(by: .seconds(60))
        #expect(
            try parts.append(part(7, htlc: 1, 1, of: 1000))
                == .waiting(receivedMsat: 1, totalMsat: 1000))
    }

    @Test func threadsOfOneProcessClaimOnceToo() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 1000, of: 1000))
        let answers = Answers()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            if let answer = try? parts.claim(hash(1)) { answers.add(answer) }
        }
        #expect(answers.count(.claimed(receivedMsat: 1000, totalMsat: 1000)) == 1)
        #expect(answers.count(.taken) == 7)
    }

    private final class Answers: @unchecked Sendable {
        private let lock = NSLock()
        private var answers: [ClaimAnswer] = []
        func add(_ answer: ClaimAnswer) { lock.withLock { answers.append(answer) } }
        func count(_ answer: ClaimAnswer) -> Int {
            lock.withLock { answers.filter { $0 == answer }.count }
        }
    }
}
