import Foundation
import Guardrails
import Testing

/// The rules about leases and about the gate, with real processes.
@Suite(.serialized) struct LeaseRulesTests {
    private static func rules(_ room: String) -> [Rule] {
        Guardrails.rules.filter { rule in rule.room == room }
    }

    @Test func thereAreRulesOfBothRooms() {
        #expect(LeaseRulesTests.rules("lease").count == 14)
        #expect(LeaseRulesTests.rules("heartbeat").count == 14)
    }

    @Test(arguments: 0..<14)
    func aRuleAboutLeasesHolds(index: Int) {
        let rule = LeaseRulesTests.rules("lease")[index]
        let outcome = Guardrails(probe, seed: 5).show(rule)
        #expect(outcome.violation == nil, "\(rule.name)")
    }

    @Test(arguments: 0..<14)
    func aRuleAboutTheGateHolds(index: Int) {
        let rule = LeaseRulesTests.rules("heartbeat")[index]
        let outcome = Guardrails(probe, seed: 5).show(rule)
        #expect(outcome.violation == nil, "\(rule.name)")
    }
}
