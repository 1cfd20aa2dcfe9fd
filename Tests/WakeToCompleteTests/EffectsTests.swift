import Machines
import Testing

@testable import WakeToComplete

@Suite struct EffectsTests {
    @Test func effectsComeInTheirOrder() {
        var effects = Effects<Int>()
        #expect(effects.isEmpty)
        for number in 1...4 { effects.append(number) }
        #expect(Array(effects) == [1, 2, 3, 4])
        #expect(effects[3] == 4)
    }
}
