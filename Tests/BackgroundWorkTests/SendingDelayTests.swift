import BackgroundWork
import Testing

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

struct SendingDelayTests {
    /// Shipped: a closed range, whose end is the logarithm of 0, and a trap.
    @Test func theLargestDrawIsTheLongestDelay() {
        #expect(SendingDelay.seconds(draw: .max) == 7200)
        #expect(SendingDelay.seconds(draw: .max, extra: 600) == 7800)
        #expect(SendingDelay.seconds(draw: .max - 0x7ff) == 7200)
        #expect(SendingDelay.seconds(draw: 0) == 300)
        #expect(SendingDelay.seconds(draw: 0, extra: 600) == 900)
    }

    /// Shipped: where drawing failed, the extra was lost.
    @Test func withoutADrawTheExtraIsKept() {
        #expect(SendingDelay.seconds(draw: nil) == 600)
        #expect(SendingDelay.seconds(draw: nil, extra: 600) == 1200)
        var sending = Sending()
        sending.draw = nil
        sending.tell(.appStarted)
        #expect(sending.scheduled == [sending.unix + 1200])
    }

    @Test func theDelaysHaveTheDistributionOfTheirMean() {
        var random = Seeded(state: 42)
        let count = 200_000
        var delays: [UInt64] = []
        for _ in 0..<count { delays.append(SendingDelay.seconds(draw: random.next())) }
        delays.sort()
        #expect(delays.allSatisfy { delay in (300...7200).contains(delay) })
        let mean = Double(delays.reduce(0, +)) / Double(count) / 60
        #expect(abs(mean - 11.07) < 0.1)
        #expect(abs(Double(delays[count / 2]) / 60 - 6.93) < 0.1)
        #expect(abs(Double(delays[count * 95 / 100]) / 60 - 30.0) < 0.5)
        #expect(abs(Double(delays[count * 99 / 100]) / 60 - 46.1) < 1.0)
        let shortest = Double(delays.prefix { delay in delay == 300 }.count) / Double(count)
        #expect(abs(shortest - 0.3945) < 0.005)
    }
}
