import Foundation
import Guardrails
import Testing

/// The rules about pending parts and channel states, with real processes.
@Suite(.serialized) struct PartsRulesTests {
    private static func rules(_ room: String) -> [Rule] {
        Guardrails.rules.filter { rule in rule.room == room }
    }

    @Test func thereAreRulesOfBothRooms() {
        #expect(PartsRulesTests.rules("parts").count == 12)
        #expect(PartsRulesTests.rules("channels").count == 9)
    }

    @Test(arguments: 0..<12)
    func aRuleAboutPartsHolds(index: Int) {
        let rule = PartsRulesTests.rules("parts")[index]
        let outcome = Guardrails(probe, seed: 5).show(rule)
        #expect(outcome.violation == nil, "\(rule.name)")
    }

    @Test(arguments: 0..<9)
    func aRuleAboutChannelStatesHolds(index: Int) {
        let rule = PartsRulesTests.rules("channels")[index]
        let outcome = Guardrails(probe, seed: 5).show(rule)
        #expect(outcome.violation == nil, "\(rule.name)")
    }
}
