import Foundation
import Testing

/// A key is stored or rotated and one of the file calls goes wrong: each, one after another.
@Suite struct KeyFaultTests {
    private static let deeds = Fault.errors + Fault.passing + Fault.kills

    private func expectEnd(_ run: Run, _ deed: String, _ place: String) {
        if Fault.kills.contains(deed) {
            #expect(run.signal == SIGKILL, "\(place)")
        } else {
            #expect(run.status == 0 || run.status == 1, "\(place)")
            #expect(run.status == 0 || run.errors.hasPrefix("ntfdecrypt: error: "), "\(place)")
        }
        if Fault.passing.contains(deed) { #expect(run.status == 0, "\(place)") }
    }

    @Test(arguments: deeds)
    func aKeyIsImportedWholeOrNotAtAll(_ deed: String) throws {
        let victim = try Victim(withKey: false)
        var struck = 0
        for number in 1...Victim.callsMax {
            let run = try victim.importKey(Fault(at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            expectEnd(run, deed, place)
            let list = try victim.run(["keys", "list"])
            #expect(list.status == 0, "\(place)")
            let isThere = list.output == "blocktank\tgeneration 1\t\(Victim.publicKey)\n"
            #expect(isThere || list.output.isEmpty, "\(place)")
            if run.output == Victim.publicKey + "\n" { #expect(isThere, "\(place)") }
            // There, it is not replaced; else it can be imported now, whatever was left behind.
            #expect(try victim.importKey().status == (isThere ? 1 : 0), "\(place)")
            let opened = try victim.open(["--no-store"])
            #expect(opened.notification?.outcome == "decrypted", "\(place)")
            // An edit swept what was left behind.
            let names = try FileManager.default.contentsOfDirectory(atPath: victim.keystore)
            #expect(names.sorted() == ["device.key", "keys", "lock"], "\(place)")
            try victim.removeKeystore()
        }
        #expect(struck >= 50, "the faults are made: \(struck)")
    }

    @Test(arguments: deeds)
    func aRotationLeavesTheOldKeyOrBoth(_ deed: String) throws {
        let victim = try Victim()
        let kept = victim.path + "/kept"
        try FileManager.default.copyItem(atPath: victim.keystore, toPath: kept)
        var struck = 0
        var rotated = 0
        for number in 1...Victim.callsMax {
            let run = try victim.run(
                ["keys", "rotate", "blocktank"], Fault(from: .start, at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            expectEnd(run, deed, place)
            let list = try victim.run(["keys", "list"])
            #expect(list.status == 0, "\(place)")
            let isNew = list.output.hasPrefix("blocktank\tgeneration 2, generation 1 kept\t")
            let isOld = list.output == "blocktank\tgeneration 1\t\(Victim.publicKey)\n"
            #expect(isNew || isOld, "\(place): \(list.output)")
            if isNew { rotated += 1 }
            if !run.output.isEmpty { #expect(list.output.hasSuffix("\t" + run.output), "\(place)") }
            // What was sealed to the key before opens on both sides of the rotation.
            let opened = try victim.open(["--no-store"])
            #expect(opened.notification?.outcome == "decrypted", "\(place)")
            try victim.removeKeystore()
            try FileManager.default.copyItem(atPath: kept, toPath: victim.keystore)
        }
        #expect(struck >= 50, "the faults are made: \(struck)")
        #expect(rotated >= 1 && (rotated < struck || Fault.passing.contains(deed)))
    }
}
