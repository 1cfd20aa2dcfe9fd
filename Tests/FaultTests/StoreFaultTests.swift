import Foundation
import Testing

/// A push goes through the command and one of its file calls goes wrong: each, one after another.
@Suite struct StoreFaultTests {
    /// The same push again, and nothing goes wrong: opened, stored, one record in all.
    private func expectRecovery(_ victim: Victim, _ place: String) throws {
        let hadRecord = try victim.records() == 1
        let again = try victim.open()
        #expect(again.status == 0, "\(place)")
        #expect(again.notification?.outcome == "decrypted", "\(place)")
        #expect(again.notification?.isStored == true, "\(place)")
        #expect(again.notification?.isDuplicate == hadRecord, "\(place)")
        #expect(try victim.records() == 1, "\(place)")
    }

    @Test(arguments: Fault.errors + Fault.passing)
    func whateverCallFailsSomethingIsShownAndARecordIsWholeOrNotThere(_ deed: String) throws {
        let victim = try Victim()
        var struck = 0
        for number in 1...Victim.callsMax {
            let run = try victim.open([], Fault(at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            #expect(run.status == 0 || run.status == 1, "\(place)")
            let shown = run.notification
            #expect(shown != nil, "\(place)")
            #expect((run.status == 0) == (shown?.outcome == "decrypted" && shown?.isStored == true))
            if Fault.passing.contains(deed) { #expect(run.status == 0, "\(place)") }
            let records = try victim.records()
            #expect(records <= 1, "\(place)")
            if shown?.isStored == true { #expect(records == 1, "\(place)") }
            try expectRecovery(victim, place)
            try victim.removeGroup()
        }
        #expect(struck >= 60, "the faults are made: \(struck)")
        #expect(struck < Victim.callsMax)
    }

    @Test(arguments: ["EIO", "EMFILE"] + Fault.passing)
    func aFaultCostsThePushItMeetsAndNoOther(_ deed: String) throws {
        let victim = try Victim()
        let input = victim.path + "/pushes"
        var pushes = try Data(contentsOf: URL(filePath: Victim.push))
        for digit in ["a", "b"] {
            let hash = String(repeating: digit, count: 64)
            let silent = #"{"type":"incoming_htlc_wake","payment_hash":"\#(hash)","amount_msat":1}"#
            pushes += Data("\n\(silent)".utf8)
        }
        try pushes.write(to: URL(filePath: input))
        var struck = 0
        for number in 1...Victim.callsMax {
            let run = try victim.run([], input: input, Fault(at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            let shown = run.lines.compactMap { line in Shown(line) }
            #expect(shown.count == 3 && run.lines.count == 3, "\(place)")
            let lost = shown.filter { shown in !shown.isStored }.count
            #expect(lost <= (Fault.passing.contains(deed) ? 0 : 1), "\(place)")
            #expect(run.status == (lost == 0 ? 0 : 1), "\(place)")
            #expect(try victim.records() >= 3 - lost, "\(place)")
            try victim.removeGroup()
        }
        #expect(struck >= 90, "the faults are made: \(struck)")
    }

    @Test(arguments: Fault.kills)
    func killedAtAnyCallTheInboxHasNoHalfRecordAndLosesNone(_ deed: String) throws {
        let victim = try Victim()
        var (struck, written, shown) = (0, 0, 0)
        for number in 1...Victim.callsMax {
            let run = try victim.open([], Fault(at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            #expect(run.signal == SIGKILL, "\(place)")
            #expect(run.output.isEmpty || run.notification != nil, "\(place)")
            let records = try victim.records()
            written += records
            if run.notification?.isStored == true {
                shown += 1
                #expect(records == 1, "\(place)")
            }
            let list = try victim.run(["inbox", "list"])
            #expect(list.status == 0 && list.lines.count == records, "\(place)")
            try expectRecovery(victim, place)
            try victim.removeGroup()
        }
        #expect(struck >= 60, "the faults are made: \(struck)")
        // Both sides of the renaming, and of the line of output, were seen.
        #expect(written >= 1 && written < struck)
        #expect(shown >= 1 && shown < struck)
    }

    @Test(arguments: Fault.errors + Fault.passing + Fault.kills)
    func aRecordThatTheAppTakesIsPrintedOrStillThere(_ deed: String) throws {
        let victim = try Victim()
        #expect(try victim.open().status == 0)
        var struck = 0
        for number in 1...Victim.callsMax {
            let run = try victim.run(
                ["inbox", "take"], Fault(from: .start, at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            let isKill = Fault.kills.contains(deed)
            #expect(isKill ? run.signal == SIGKILL : run.status == 0 || run.status == 1, "\(place)")
            if Fault.passing.contains(deed) { #expect(run.status == 0, "\(place)") }
            if try victim.records() == 0 { #expect(run.lines.count == 1, "\(place)") }
            let again = try victim.open()
            #expect(again.notification?.isDuplicate == true, "\(place)")
            // Back to where it was taken from, for the next round.
            for name in try FileManager.default.contentsOfDirectory(
                atPath: victim.group + "/inbox/cur")
            {
                try FileManager.default.moveItem(
                    atPath: victim.group + "/inbox/cur/" + name,
                    toPath: victim.group + "/inbox/new/" + name)
            }
            #expect(try victim.records() == 1, "\(place)")
        }
        #expect(struck >= 25, "the faults are made: \(struck)")
    }

    @Test(arguments: Fault.errors + Fault.passing + Fault.kills)
    func whatTheAppTookStaysKnown(_ deed: String) throws {
        let victim = try Victim()
        #expect(try victim.open().status == 0)
        #expect(try victim.run(["inbox", "take"]).lines.count == 1)
        var struck = 0
        for number in 1...Victim.callsMax {
            let run = try victim.run(
                ["inbox", "list"], Fault(from: .start, at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let names = try FileManager.default.contentsOfDirectory(
                atPath: victim.group + "/inbox/cur")
            try #require(names.count == 1, "\(deed) at \(number), \(call)")
        }
        #expect(struck >= 25, "the faults are made: \(struck)")
        #expect(try victim.open().notification?.isDuplicate == true)
    }
}
