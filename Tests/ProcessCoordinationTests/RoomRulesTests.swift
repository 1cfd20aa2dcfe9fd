import Guardrails
import ProcessCoordination
import Testing

/// What ntfhost shows of phases, database and messages, and more of it than fits into one of its runs.
@Suite(.serialized) struct RoomRulesTests {
    static let rules = Guardrails.rules.filter { rule in
        ["phases", "database", "messages"].contains(rule.room)
    }.map { rule in "\(rule.room): \(rule.name)" }

    @Test func thereAreRules() {
        for room in ["phases", "database", "messages"] {
            #expect(Self.rules.contains { rule in rule.hasPrefix("\(room): ") })
        }
    }

    @Test(arguments: rules)
    func theRuleHolds(name: String) throws {
        let rule = try #require(
            Guardrails.rules.first { rule in "\(rule.room): \(rule.name)" == name })
        for seed in 1...2 as ClosedRange<UInt64> {
            #expect(Guardrails(probe, seed: seed).show(rule).violation == nil)
        }
    }

    @Test func aWriterKilledHundredsOfTimesCostsNoCommit() throws {
        let device = try Device(probe, random: Random(seed: 4711))
        var killing = WriterKilling(device)
        try killing.run(kills: 200)
        #expect(killing.commits >= 200)
        #expect(killing.longestWait < .seconds(5))
        print("database: 200 kills, \(killing.commits) commits, wait \(killing.longestWait)")
    }

    @Test func aReaderKilledAHundredTimesCostsNoMessage() throws {
        let device = try Device(probe, random: Random(seed: 1147))
        var killing = ReaderKilling(device)
        try killing.run(kills: 100)
        #expect(killing.count == 800)
        print("messages: 100 kills, \(killing.count) sent, \(killing.repeated) handed out again")
    }
}
