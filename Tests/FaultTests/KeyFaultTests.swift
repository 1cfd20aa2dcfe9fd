import FileKeystore
import Foundation
import NotificationPipeline
import Testing

/// A key is stored or rotated and one of the file calls goes wrong: each, one after another.
@Suite struct KeyFaultTests {
    private static let deeds = Fault.errors + Fault.passing + Fault.kills
    private static let slot = KeySlot(.blocktank)
    private static let published = [UInt8](repeating: 0x22, count: 32)

    /// A generation as the next process finds it.
    private struct Generation: Equatable {
        let number: UInt32
        let isPublished: Bool
    }

    /// What the next process finds; a keystore that says anything but `missing` fails the test.
    private func generations(_ victim: Victim) throws -> [Generation] {
        var found: [Generation] = []
        do throws(KeyError) {
            try FileKeystore(directory: victim.keystore).lend(Self.slot) { record in
                let isPublished = record.withField(.secret) { secret in
                    secret.indices.map { index in secret[index] } == Self.published
                }
                found.append(
                    Generation(number: record.generation, isPublished: isPublished == true))
                return false
            }
        } catch {
            if error != .missing { throw error }
        }
        return found
    }

    /// Stores the published key as the next process would; why not, if it was not.
    private func storeAgain(_ victim: Victim) -> KeyError? {
        do throws(KeyError) {
            _ = try FileKeystore(directory: victim.keystore).store(
                KeyMaterial.single(Self.published.span), in: Self.slot, rotating: false)
            return nil
        } catch {
            return error
        }
    }

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
            let whole = [Generation(number: 1, isPublished: true)]
            let found = try generations(victim)
            #expect(found == whole || found.isEmpty, "\(place)")
            if run.output == Victim.publicKey + "\n" { #expect(found == whole, "\(place)") }
            // There, it is not replaced; else it can be stored now, whatever was left behind.
            #expect(storeAgain(victim) == (found.isEmpty ? nil : .occupied), "\(place)")
            #expect(try generations(victim) == whole, "\(place)")
            // That edit swept what was left behind.
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
        var (struck, rotated) = (0, 0)
        for number in 1...Victim.callsMax {
            let run = try victim.run(
                ["keys", "rotate", "blocktank"], Fault(from: .start, at: number, deed: deed))
            guard let call = run.struck else { break }
            struck += 1
            let place = "\(deed) at \(number), \(call)"
            expectEnd(run, deed, place)
            let found = try generations(victim)
            let old = Generation(number: 1, isPublished: true)
            let isNew = found == [Generation(number: 2, isPublished: false), old]
            #expect(isNew || found == [old], "\(place): \(found)")
            if isNew { rotated += 1 }
            if !run.output.isEmpty { #expect(isNew, "\(place)") }
            try victim.removeKeystore()
            try FileManager.default.copyItem(atPath: kept, toPath: victim.keystore)
        }
        #expect(struck >= 50, "the faults are made: \(struck)")
        #expect(rotated >= 1 && (rotated < struck || Fault.passing.contains(deed)))
    }
}
