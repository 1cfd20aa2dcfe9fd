import Sealing
import Testing

@Suite struct RandomnessTests {
    private func draw(_ counts: [Int], seed: String) -> [[UInt8]] {
        var random = SeededRandomness(seed: Array(seed.utf8).span)
        return counts.map { count in
            var bytes = [UInt8](repeating: 0, count: count)
            var target = bytes.mutableSpan
            random.fill(&target)
            return bytes
        }
    }

    @Test func aSeedGivesTheSameBytesEachTime() {
        let counts = [32, 0, 16, 100, 1]
        #expect(draw(counts, seed: "a") == draw(counts, seed: "a"))
        #expect(draw([24], seed: "") == draw([24], seed: ""))
    }

    @Test func anotherSeedAndAnotherCallGiveOthers() {
        #expect(draw([32], seed: "a") != draw([32], seed: "b"))
        #expect(draw([32], seed: "a") != draw([32], seed: ""))
        let two = draw([32, 32], seed: "a")
        #expect(two[0] != two[1])
    }

    @Test func theSystemGivesOthersEachTime() {
        var random = SystemRandomness()
        let draws = (0..<20).map { _ in
            var bytes = [UInt8](repeating: 0, count: 16)
            var target = bytes.mutableSpan
            random.fill(&target)
            return bytes
        }
        #expect(Set(draws).count == 20)
    }
}
