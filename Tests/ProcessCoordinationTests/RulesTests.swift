import Foundation
import Guardrails
import ProcessCoordination
import Testing

/// The rules of `ntfhost guardrails`, which shows them all: here that there are as many as there should
/// be, that one of each room holds in this build, and more killing than fits into a rule.
@Suite(.serialized) struct RulesTests {
    private static let counts = [
        "channels": 9, "database": 5, "heartbeat": 14, "lease": 14, "messages": 9, "parts": 12,
        "peer": 2, "phases": 11, "presence": 12, "takeover": 4, "tasks": 7,
    ]

    @Test func everyRoomHasItsRules() {
        let found = Dictionary(grouping: Guardrails.rules, by: \.room).mapValues(\.count)
        #expect(found == Self.counts)
    }

    @Test(arguments: counts.keys.sorted())
    func theFirstRuleOfEachRoomHolds(room: String) throws {
        let rule = try #require(Guardrails.rules.first { rule in rule.room == room })
        #expect(Guardrails(probe, seed: 5).show(rule).violation == nil, "\(rule.name)")
    }

    @Test func aWriterKilledAgainAndAgainCostsNoCommit() throws {
        let device = try Device(probe, random: Random(seed: 4711))
        var killing = WriterKilling(device)
        try killing.run(kills: 60)
        #expect(killing.commits >= 60)
        #expect(killing.longestWait < .seconds(5))
    }

    @Test func aReaderKilledAgainAndAgainCostsNoMessage() throws {
        let device = try Device(probe, random: Random(seed: 1147))
        var killing = ReaderKilling(device)
        try killing.run(kills: 30)
        #expect(killing.count >= 200)
    }
}
