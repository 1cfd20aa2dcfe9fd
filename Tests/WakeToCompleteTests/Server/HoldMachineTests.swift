import Testing

@testable import WakeToComplete

@Suite struct HoldMachineTests {
    /// What a machine wanted done, to be compared.
    enum Done: Equatable {
        case pushes(UInt64)
        case forward([UInt64])
        case fail([UInt64])

        init(_ effect: HoldMachine.Effect) {
            switch effect {
            case .sendPushes(let id): self = .pushes(id.number)
            case .forward(let list): self = .forward(list.map(\.number))
            case .fail(let list): self = .fail(list.map(\.number))
            }
        }
    }

    private struct Holding {
        var machine: HoldMachine
        var now: Duration = .seconds(50)

        init(
            time: Duration = .seconds(25), margin: UInt32 = 34, height: UInt32 = 1000,
            isConnected: Bool = false
        ) {
            machine = HoldMachine(
                policy: HoldPolicy(time: time, marginBlocks: margin), height: height,
                isConnected: isConnected)
        }

        mutating func take(_ event: HoldMachine.Event, after wait: Duration = .zero) -> [Done] {
            now += wait
            return machine.handle(event, at: now).map(Done.init)
        }

        mutating func come(
            _ number: UInt64, expiry: UInt32 = 2000, after wait: Duration = .zero
        ) -> [Done] {
            take(.htlcCame(HoldMachineTests.htlc(number, expiry)), after: wait)
        }

        mutating func wait() -> (Duration, [Done]) {
            let start = now
            now = max(now, machine.deadline ?? now)
            return (now - start, take(.timeCame))
        }
    }

    static func htlc(_ number: UInt64, _ expiry: UInt32 = 2000) -> IncomingHTLC {
        IncomingHTLC(id: id(number), cltvExpiry: expiry)
    }

    static func id(_ number: UInt64) -> HTLCID { HTLCID(channel: 7, number: number) }

    @Test func aRecipientThatIsThereGetsItAtOnce() {
        var holding = Holding(isConnected: true)
        #expect(holding.come(1) == [.forward([1])])
        #expect(holding.machine.deadline == nil)
    }

    @Test func aRecipientThatIsAsleepIsWokenAndWaitedFor() {
        var holding = Holding()
        #expect(holding.come(1) == [.pushes(1)])
        #expect(holding.machine.deadline == .seconds(75))
        #expect(holding.take(.recipientConnected, after: .seconds(12)) == [.forward([1])])
        #expect(holding.machine.deadline == nil)
        #expect(holding.come(2) == [.forward([2])])
    }

    @Test func whoeverDoesNotComeInTimeGetsNothing() {
        var holding = Holding()
        _ = holding.come(1)
        let (waited, done) = holding.wait()
        #expect(waited == .seconds(25))
        #expect(done == [.fail([1])])
        #expect(holding.machine.heldCount == 0)
        #expect(holding.take(.recipientConnected).isEmpty)
    }

    @Test func severalPaymentsAreOnePairOfPushes() {
        var holding = Holding()
        #expect(holding.come(1) == [.pushes(1)])
        #expect(holding.come(2, after: .seconds(1)).isEmpty)
        #expect(holding.come(3, after: .seconds(20)).isEmpty)
        #expect(holding.wait().1 == [.fail([1])])
        #expect(holding.take(.recipientConnected) == [.forward([2, 3])])
    }

    @Test func aPaymentAfterTheOthersFailedWakesAgainButNotAtOnce() {
        var holding = Holding()
        _ = holding.come(1)
        _ = holding.wait()
        // The sender tries again at once; the pushes of half a minute ago are still on the screen.
        #expect(holding.come(2).isEmpty)
        let (waited, done) = holding.wait()
        #expect(waited == .seconds(5))
        #expect(done == [.pushes(2)])
        #expect(holding.wait() == (.seconds(20), [.fail([2])]))
    }

    @Test func pushesThatNobodyNeedsAnyMoreAreNotSent() {
        var holding = Holding()
        _ = holding.come(1)
        _ = holding.wait()
        _ = holding.come(2)
        #expect(holding.take(.htlcGone(HoldMachineTests.id(2))).isEmpty)
        #expect(holding.machine.deadline == nil)
        #expect(holding.take(.timeCame, after: .seconds(60)).isEmpty)
    }

    @Test func whatTheSenderTookBackIsNeitherForwardedNorFailed() {
        var holding = Holding()
        _ = holding.come(1)
        _ = holding.come(2)
        #expect(holding.take(.htlcGone(HoldMachineTests.id(1))).isEmpty)
        #expect(holding.take(.htlcGone(HoldMachineTests.id(9))).isEmpty)
        #expect(holding.take(.recipientConnected) == [.forward([2])])
        #expect(holding.take(.htlcGone(HoldMachineTests.id(2))).isEmpty)
    }

    @Test func aPaymentIsHandledOnce() {
        var holding = Holding()
        _ = holding.come(1)
        #expect(holding.come(1).isEmpty)
        #expect(holding.machine.heldCount == 1)
        #expect(holding.take(.recipientConnected) == [.forward([1])])
        #expect(holding.come(1).isEmpty)
        #expect(holding.take(.recipientConnected).isEmpty)
        // The number is that of its channel: the same one of another channel is another payment.
        let other = IncomingHTLC(id: HTLCID(channel: 8, number: 1), cltvExpiry: 2000)
        #expect(holding.take(.htlcCame(other)) == [.forward([1])])
    }

    @Test func nothingIsHeldIntoTheMarginBeforeItsExpiry() {
        // The height is 1000, the margin 34 blocks.
        let times: [(UInt32, Int64)] = [
            (1035, 10), (1036, 20), (1037, 25), (2000, 25), (.max, 25),
        ]
        for (expiry, seconds) in times {
            var holding = Holding()
            #expect(holding.come(1, expiry: expiry) == [.pushes(1)])
            #expect(holding.wait() == (.seconds(seconds), [.fail([1])]), "\(expiry)")
        }
        for expiry in [0, 33, 34, 999, 1000, 1001, 1034] as [UInt32] {
            var holding = Holding()
            #expect(holding.come(1, expiry: expiry) == [.fail([1])])
            #expect(holding.come(1, expiry: expiry).isEmpty)
            // Nor is anybody woken for it.
            #expect(holding.machine.deadline == nil)
        }
    }

    @Test func blocksBringTheExpiryNearer() {
        var holding = Holding()
        _ = holding.come(1, expiry: 1036)
        _ = holding.come(2, expiry: 1040)
        #expect(holding.take(.blockCame(height: 1001), after: .seconds(2)).isEmpty)
        #expect(holding.machine.deadline == .seconds(62))
        // What was reckoned for the first block is not given back, and height is never lost.
        #expect(holding.take(.blockCame(height: 900), after: .seconds(1)).isEmpty)
        #expect(holding.machine.deadline == .seconds(62))
        #expect(holding.take(.blockCame(height: 1002), after: .seconds(1)) == [.fail([1])])
        #expect(holding.take(.blockCame(height: .max)) == [.fail([2])])
    }

    @Test func whoeverConnectsTooLateGetsWhatIsStillHeld() {
        var holding = Holding()
        _ = holding.come(1)
        _ = holding.come(2, after: .seconds(10))
        // The timer is late.
        #expect(
            holding.take(.recipientConnected, after: .seconds(15)) == [.fail([1]), .forward([2])])
    }

    @Test func aRecipientThatLeavesIsWokenAgain() {
        var holding = Holding(isConnected: true)
        #expect(holding.take(.recipientDisconnected).isEmpty)
        #expect(holding.come(1) == [.pushes(1)])
    }

    @Test func moreThanThereIsRoomForIsSentBackAtOnce() {
        var holding = Holding()
        for number in 1...16 as ClosedRange<UInt64> { _ = holding.come(number) }
        #expect(holding.machine.heldCount == WakeLimits.heldMax)
        #expect(holding.come(17) == [.fail([17])])
        #expect(holding.take(.recipientConnected) == [.forward(Array(1...16))])
    }

    @Test func theTimeStaysWithinItsBounds() {
        #expect(HoldPolicy().time == .seconds(25))
        #expect(HoldPolicy(time: .seconds(1)).time == .seconds(10))
        #expect(HoldPolicy(time: .seconds(15)).time == .seconds(15))
        #expect(HoldPolicy(time: .seconds(60)).time == .seconds(25))
    }

    /// Everything that may happen, in every order to a depth of six: each payment that came has one
    /// end, none is held too long, and nobody is woken twice in half a minute.
    @Test func everyOrderOfEventsEndsEachPaymentOnce() {
        let moves: [(HoldMachine.Event, Duration)] = [
            (.htlcCame(HoldMachineTests.htlc(1)), .seconds(1)),
            (.htlcCame(HoldMachineTests.htlc(2, 1036)), .seconds(4)),
            (.htlcGone(HoldMachineTests.id(1)), .zero), (.recipientConnected, .seconds(2)),
            (.recipientDisconnected, .zero), (.blockCame(height: 1001), .seconds(3)),
            (.timeCame, .seconds(10)),
        ]
        var count = 0
        walk(WatchedHold(height: 1000), moves, depth: 6, &count)
        #expect(count == 117_649)
    }

    private func walk(
        _ watched: WatchedHold, _ moves: [(HoldMachine.Event, Duration)], depth: Int,
        _ count: inout Int
    ) {
        guard depth > 0 else {
            count += 1
            var last = watched
            last.finish()
            if let complaint = last.complaint { Issue.record("\(complaint)") }
            return
        }
        for (event, wait) in moves {
            var next = watched
            next.now += wait
            next.take(event)
            walk(next, moves, depth: depth - 1, &count)
        }
    }

    @Test func whateverHappensNoPaymentIsHeldTooLong() {
        var randomness = SeededNumbers(11)
        for run in 0..<5000 {
            var watched = WatchedHold(height: 1000)
            var next: UInt64 = 1
            for _ in 0..<30 {
                watched.now += .milliseconds(Int64.random(in: 0...9000, using: &randomness))
                let number = UInt64.random(in: 0...next, using: &randomness)
                switch Int.random(in: 0..<10, using: &randomness) {
                case 0...4:
                    let expiry = UInt32.random(in: 1030...1045, using: &randomness)
                    watched.take(.htlcCame(HoldMachineTests.htlc(next, expiry)))
                    next += 1
                case 5: watched.take(.htlcGone(HoldMachineTests.id(number)))
                case 6: watched.take(.recipientConnected)
                case 7: watched.take(.recipientDisconnected)
                case 8:
                    let height = UInt32.random(in: 995...1010, using: &randomness)
                    watched.take(.blockCame(height: height))
                default: watched.take(.timeCame)
                }
            }
            watched.finish()
            if let complaint = watched.complaint {
                Issue.record("run \(run): \(complaint)")
                return
            }
        }
    }
}
