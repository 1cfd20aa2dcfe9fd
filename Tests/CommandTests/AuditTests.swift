import Foundation
import Testing

/// The audit as a command. Its budgets are those of an optimised build, which Tests/Footprint holds
/// it to; here it is the debug build that runs.
@Suite struct AuditTests {
    private func object(_ run: Run) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        return try #require(object as? [String: Any])
    }

    @Test func theMeterCountsAndEveryKindAndStageIsMeasured() throws {
        let run = try Bench(withKey: false).run(["audit", "--json"])
        let report = try object(run)
        #expect(report["control"] as? Int == 1)
        let kinds = try #require(report["kinds"] as? [[String: Any]])
        #expect(kinds.compactMap { $0["kind"] as? String } == [
            "blocktank-v0", "repeating-sender", "wake-v1", "wake-fallback", "incoming-htlc-wake",
            "webpush-aes128gcm", "simplex", "zulip", "threema", "session", "home-assistant",
            "reown", "alby-nip44", "bark", "bisq", "phoenix", "refused",
        ])
        for kind in kinds {
            let stages = try #require(kind["stages"] as? [[String: Any]])
            #expect(stages.compactMap { $0["stage"] as? String } == [
                "payload", "envelope", "keys", "opening", "message", "store", "content",
            ])
        }
        let memory = try #require(report["memory"] as? [String: Int])
        #expect(memory["cap"] == 24 * 1024 * 1024)
        #expect(try #require(memory["peakRSS"]) > (try #require(memory["anonymous"])))
    }

    @Test func oneAllocationMoreIsOneMore() throws {
        let bench = try Bench(withKey: false)
        func allocations(_ arguments: [String]) throws -> [String: Int] {
            let report = try object(try bench.run(["audit", "--json"] + arguments))
            let kind = try #require((report["kinds"] as? [[String: Any]])?.first)
            var counts: [String: Int] = [:]
            for stage in kind["stages"] as? [[String: Any]] ?? [] {
                let steady = stage["steady"] as? [String: Any]
                counts[try #require(stage["stage"] as? String)] = steady?["allocations"] as? Int
            }
            return counts
        }
        let usual = try allocations([])
        for stage in ["payload", "opening"] {
            var expected = usual
            expected[stage, default: 0] += 100
            #expect(try allocations(["--spoil", stage]) == expected, "\(stage)")
        }
    }

    @Test func itFailsWithTheNextCommandToType() throws {
        let run = try Bench(withKey: false).run(["audit", "--memory-cap", "1MiB"])
        #expect(run.status == 1)
        #expect(run.output.contains("cap 1024 KiB, over it by"))
        #expect(run.errors.contains("ntfdecrypt: error: the measurements are not the budgets\n"))
        #expect(run.errors.contains("ntfdecrypt: hint: "))
    }

    @Test func aPageIsWrittenWithEveryStage() throws {
        let bench = try Bench(withKey: false)
        let page = bench.path + "/audit.html"
        _ = try bench.run(["audit", "--html", page])
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.hasPrefix("<!DOCTYPE html>"))
        #expect(!text.contains("http"))
        #expect(text.components(separatedBy: "<td>opening</td>").count == 18)
        #expect(try bench.run(["audit", "--html", "/nowhere/audit.html"]).status == 74)
    }

    @Test func theFilterTellsWhatItsStagesCost() throws {
        let bench = try Bench()
        let push = Bench.push.replacingOccurrences(of: "\n", with: "") + "\n"
        let plain = try bench.run(["--no-store"], input: push + push)
        let audited = try bench.run(["--no-store", "--audit"], input: push + push)
        #expect(audited.output == plain.output)
        #expect(audited.status == 0)
        let rows = audited.errors.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(rows.map { $0[0] }.starts(with: ["stage", "payload", "envelope", "keys", "opening", "message"]))
        #expect(rows.filter { $0[0] == "opening" }.map { $0[1] } == ["2"])
        #expect(audited.errors.contains("cap 24576 KiB: below it"))
        let capped = try bench.run(["--no-store", "--audit", "--memory-cap", "1MiB"], input: push)
        #expect(capped.status == 1)
        #expect(capped.lines.count == 1)
    }

    @Test(arguments: [["audit", "--spoil", "nothing"], ["audit", "--memory-cap", "0"], ["audit", "now"]])
    func nonsenseIsAUsageError(arguments: [String]) throws {
        #expect(try Bench(withKey: false).run(arguments).status == 64)
    }

    @Test func aBuildWithoutItsSiblingSaysWhereToGetIt() throws {
        let run = try Bench(withKey: false).shell("cp $N ntfdecrypt; ./ntfdecrypt audit")
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("hint: script/build, then dist/bin/ntfdecrypt audit"))
    }
}
