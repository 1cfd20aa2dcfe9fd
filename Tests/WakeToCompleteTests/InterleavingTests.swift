import Testing

@testable import WakeToComplete

/// Every order in which things can happen, and a great many more at random: one completion for each
/// push, one end for each tap, one receipt for each payment, one node, no lease left behind.
@Suite struct InterleavingTests {
    /// Walks through everything that can happen within `depth` moves; answers how many ends there are.
    private func walk(_ world: World, _ moves: [Move], depth: Int, _ problems: inout [String]) -> Int {
        guard problems.isEmpty else { return 0 }
        guard depth > 0 else {
            for answering in [true, false] {
                var end = world
                end.settle(answering: answering)
                problems += end.problems
            }
            return 1
        }
        var ends = 0
        for move in moves where world.permits(move) {
            var next = world
            next.make(move)
            problems += next.problems
            ends += walk(next, moves, depth: depth - 1, &problems)
        }
        return ends
    }

    @Test func sixMovesFromRestInEveryOrder() {
        var problems: [String] = []
        let ends = walk(World(), Move.core, depth: 6, &problems)
        #expect(problems.prefix(3).isEmpty, "\(problems.prefix(3))")
        #expect(ends > 30_000)
    }

    @Test(arguments: [
        [Move.push, .stepDone, .stepDone], [.push, .stepDone, .stepDone, .stepDone],
        [.push, .stepDone, .stepDone, .stepDone, .stepDone],
        [.push, .stepDone, .stepDone, .stepDone, .stepDone, .stepDone],
        [.push, .stepDone, .stepDone, .stepDone, .stepDone, .stepDone, .payment],
        [.push, .stepDone, .stepDone, .stepDone, .stepDone, .stepDone, .payment, .stepDone],
        [.tap, .stepDone, .stepDone, .stepDone],
        [.tap, .stepDone, .stepDone, .stepDone, .stepDone, .stepDone],
        [.push, .stepDone, .stepDone, .tap, .stepDone, .stepDone],
        [.push, .stepDone, .expire, .time],
    ])
    func fourMovesOfAllKindsFromEveryStep(_ prefix: [Move]) {
        var problems: [String] = []
        let ends = walk(World(prefix), Move.allCases, depth: 4, &problems)
        #expect(problems.prefix(3).isEmpty, "\(problems.prefix(3))")
        #expect(ends > 1_000)
    }

    @Test func fortyMovesAtRandomAThousandTimes() {
        var random = SplitMix(state: 6)
        for _ in 0..<1_000 {
            var world = World()
            for _ in 0..<40 {
                // Steps go well more often than not, or nothing would ever come up.
                let draw = Int(random.next() % 30)
                let move = draw < Move.allCases.count ? Move.allCases[draw] : .stepDone
                if world.permits(move) { world.make(move) }
            }
            world.settle(answering: random.next() % 2 == 0)
            #expect(world.problems.isEmpty, "\(world.problems.prefix(3))")
            if !world.problems.isEmpty { return }
        }
    }
}

/// Numbers that are the same for the same beginning.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
