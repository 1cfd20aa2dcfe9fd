import Guardrails
import Testing

/// The rules about presence, takeover and tasks, with real processes.
@Suite(.serialized) struct PresenceRulesTests {
    static let rules = Guardrails.rules.filter { rule in
        ["presence", "takeover", "tasks"].contains(rule.room)
    }

    @Test func thereAreRules() {
        #expect(Self.rules.count == 23)
    }

    @Test(arguments: PresenceRulesTests.rules.map(\.name)) func theRuleHolds(name: String) throws {
        let rule = try #require(Self.rules.first { rule in rule.name == name })
        #expect(Guardrails(probe, seed: 5).show(rule).violation == nil)
    }
}
