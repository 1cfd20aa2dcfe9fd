import CAllocationMeter
import Testing

@testable import Simulation

/// One payment at a time: what adds up, and what must never be.
@Suite struct StoryTests {
    /// A world in which everything takes a known time and nothing goes wrong.
    static var exact: SimulationModel {
        var model = SimulationModel()
        model.alertDelay = Distribution(milliseconds: 500)
        model.silentDelay = Distribution(milliseconds: 2_000)
        model.launch = Distribution(milliseconds: 400)
        model.resume = Distribution(milliseconds: 50)
        model.lease = Distribution(milliseconds: 0)
        model.setUp = Distribution(milliseconds: 200)
        model.start = Distribution(milliseconds: 300)
        model.connect = Distribution(milliseconds: 500)
        model.sync = Distribution(milliseconds: 1_000)
        model.stop = Distribution(milliseconds: 100)
        model.route = Distribution(milliseconds: 1_000)
        model.lastHop = Distribution(milliseconds: 250)
        model.backgroundTime = Distribution(milliseconds: 30_000)
        model.alertsLost = 0
        model.silentLost = 0
        model.silentTwice = 0
        model.killedInBackground = 0
        model.leaseTaken = 0
        model.startFails = 0
        model.connectFails = 0
        model.syncFails = 0
        model.toldTwice = 0
        model.routeFails = 0
        model.hintLost = 0
        model.tapsTwice = 0
        model.stillInMemory = 0
        return model
    }

    private func play(
        _ scenario: Scenario, _ measures: Measures, model: SimulationModel = exact,
        reaction: Duration? = nil
    ) -> StoryResult {
        var story = Story(scenario, measures, model: model, reaction: reaction)
        return story.play(seed: 1, trial: 0)
    }

    @Test func aTapAddsUp() {
        let hold = Measures(retry: false, hold: true, silentPush: false)
        let story = play(.killed, hold, reaction: .seconds(3))
        #expect(story.begun == .milliseconds(1_000))
        #expect(story.opened == .milliseconds(4_500))
        // Launched, set up, started, connected.
        #expect(story.connectedAfter == .milliseconds(1_400))
        #expect(story.received == .milliseconds(4_500 + 1_400 + 250))
        #expect(story.isSeenBySender && !story.isUnattended && story.breaches == 0)
    }

    @Test func aSilentPushAddsUp() {
        let story = play(.background, .all, reaction: .seconds(30))
        #expect(story.begun == .milliseconds(1_000))
        #expect(story.received == .milliseconds(1_000 + 2_000 + 1_400 + 250))
        #expect(story.isUnattended && story.silentReceived == 1 && story.silentCompleted == 1)
        #expect(story.alertsNeeded == 1 && story.breaches == 0)
    }

    @Test func withoutHoldOrRetryNothingIsLeftToReceive() {
        let none = Measures(retry: false, hold: false, silentPush: true)
        for scenario in Scenario.allCases where scenario != .foreground {
            let story = play(scenario, none, reaction: .seconds(1))
            #expect(story.received == nil && story.breaches == 0, "\(scenario.name)")
        }
    }

    @Test func aRetryFindsWhoHasComeMeanwhile() {
        let retry = Measures(retry: true, hold: false, silentPush: false)
        #expect(play(.killed, retry, reaction: .seconds(1)).received != nil)
        #expect(play(.killed, retry, reaction: .seconds(20)).received == nil)
    }

    @Test func aHeldPaymentGoesBackAfterTwentyFiveSeconds() {
        let hold = Measures(retry: false, hold: true, silentPush: false)
        #expect(play(.killed, hold, reaction: .milliseconds(22_500)).received != nil)
        #expect(play(.killed, hold, reaction: .milliseconds(23_500)).received == nil)
    }

    @Test func nothingComesBeforeTheFirstUnlock() {
        let story = play(.beforeFirstUnlock, .all, reaction: .seconds(5))
        #expect(story.wakes == 1 && story.silentCompleted == 1 && story.silentReceived == 0)
        #expect(story.received != nil && !story.wasLocked && story.breaches == 0)
        #expect((story.opened ?? .zero) >= .milliseconds(6_500))
    }

    @Test func whoMayNotNotifyIsNotWoken() {
        let story = play(.notificationsDisabled, .all, reaction: .seconds(2))
        #expect(story.pushes == 0 && story.alertsShown == 0 && story.wakes == 0)
        #expect(story.received != nil && !story.isTap && story.breaches == 0)
    }

    @Test func inAWorldWhereEverythingGoesWrongNothingIsBroken() {
        var model = SimulationModel()
        let wide = Distribution(
            least: 0, tenth: 5, half: 800, nineTenths: 9_000, ninetyNine: 30_000, most: 60_000)
        for place: WritableKeyPath<SimulationModel, Distribution> in [
            \.alertDelay, \.silentDelay, \.backgroundTime, \.killedAfter, \.launch, \.resume,
            \.openSince, \.lease, \.leaseTakenFor, \.setUp, \.start, \.connect, \.sync, \.stop,
            \.cancelled, \.route, \.lastHop, \.hint, \.reaction, \.opensUnasked, \.unlock,
            \.retriesAfter,
        ] { model[keyPath: place] = wide }
        for place: WritableKeyPath<SimulationModel, Int64> in [
            \.silentTwice, \.killedInBackground, \.leaseTaken, \.startFails, \.connectFails,
            \.syncFails, \.toldTwice, \.routeFails, \.hintLost, \.tapsTwice, \.pressesRetry,
            \.stillInMemory,
        ] { model[keyPath: place] = 400 }
        var received = 0
        for scenario in Scenario.allCases {
            for measures in Measures.combinations {
                var story = Story(scenario, measures, model: model)
                for trial in 0..<1_500 {
                    let result = story.play(seed: 11, trial: trial)
                    let found = Breach.allCases.filter { breach in
                        result.breaches & 1 << breach.rawValue != 0
                    }
                    #expect(found.isEmpty, "\(scenario.name) \(measures.name) \(trial): \(found)")
                    if !found.isEmpty { return }
                    if result.received != nil { received += 1 }
                }
            }
        }
        #expect(received > 1_000)
    }

    @Test func playingKeepsNothingAndAllocatesNothing() {
        let before = ntf_allocations_read().count
        ntf_allocations_control()
        #expect(ntf_allocations_read().count == before + 1, "the meter is dead")
        for scenario in Scenario.allCases {
            var story = Story(scenario, .all, model: SimulationModel())
            var tally = Tally()
            // What the runtime makes once, such as the descriptions of types, falls into one
            // round and not into the next.
            var counts: [UInt64] = []
            var kept: [Int64] = []
            counts.reserveCapacity(4)
            kept.reserveCapacity(4)
            for round in 0..<4 {
                let start = ntf_allocations_read()
                for trial in round * 100..<(round + 1) * 100 {
                    tally.add(story.play(seed: 1, trial: trial), isHeld: true)
                }
                let end = ntf_allocations_read()
                counts.append(end.count - start.count)
                kept.append(end.live - start.live)
            }
            #expect(kept.min() == 0, "\(scenario.name): \(kept)")
            // Without the optimiser the machines' values go through boxes on the heap.
            #if !DEBUG
                #expect(counts.min() == 0, "\(scenario.name): \(counts)")
            #endif
        }
    }
}

/// What the stories are made of.
@Suite struct PartTests {
    @Test func aDistributionHasTheQuantilesItNames() {
        let distribution = Distribution(
            least: 10, tenth: 20, half: 50, nineTenths: 200, ninetyNine: 900, most: 2_000)
        var die = Die(4)
        let draws = (0..<100_000).map { _ in distribution.draw(&die) }.sorted()
        #expect(draws.first! >= .milliseconds(10) && draws.last! <= .milliseconds(2_000))
        for (place, milliseconds) in [(10_000, 20.0), (50_000, 50), (90_000, 200), (99_000, 900)] {
            let ratio = draws[place] / .milliseconds(1) / milliseconds
            #expect((0.9...1.1).contains(ratio), "\(place): \(draws[place])")
        }
    }

    @Test func quantilesThatFallAreRefused() async {
        await #expect(processExitsWith: .failure) {
            _ = Distribution(
                least: 10, tenth: 9, half: 50, nineTenths: 200, ninetyNine: 900, most: 2_000)
        }
    }

    @Test func eventsComeInOrderAndTwoAtOnceInTheOrderTheyWereTold() {
        var queue = EventQueue()
        var die = Die(9)
        var expected: [(time: Int64, number: UInt32)] = []
        for number in 0..<UInt32(EventQueue.capacity) {
            let time = die.below(6)
            let isAdded = queue.add(.settles(number), at: .seconds(time))
            #expect(isAdded)
            expected.append((time, number))
        }
        let isAdded = queue.add(.leaves, at: .zero)
        #expect(!isAdded)
        // Sorting is not stable by promise, so the number decides.
        expected.sort { one, other in (one.time, one.number) < (other.time, other.number) }
        for (time, number) in expected {
            #expect(queue.first == .seconds(time))
            guard case .settles(number) = queue.take() else { Issue.record("order"); return }
        }
        let isEmpty = queue.take() == nil
        #expect(isEmpty)
        #expect(queue.first == nil)
    }

    @Test func percentilesAreThoseOfTheSortedList() {
        var count = LatencyCount()
        #expect(count.percentile(50) == nil)
        for milliseconds in stride(from: 100, through: 1, by: -1) {
            count.add(.milliseconds(milliseconds))
        }
        #expect(count.percentile(50) == 50 && count.percentile(90) == 90)
        count.add(.seconds(1_000))
        #expect(count.percentile(100) == 30_000)
    }

    @Test func aShareOfNothingIsNone() {
        #expect(Share(part: 0, whole: 0).tenThousandths == nil)
        #expect(!Share(part: 0, whole: 0).isAtLeast(percent: 0))
        #expect(Share(part: 1, whole: 3).tenThousandths == 3_333)
    }
}
