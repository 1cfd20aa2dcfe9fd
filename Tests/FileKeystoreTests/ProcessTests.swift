import FileKeystore
import Foundation
import NotificationPipeline
import SecureFiles
import Testing

@Suite struct ProcessTests {
    let scratch = Scratch()

    @Test func processesThatRotateAtTheSameTimeLoseNothing() throws {
        let rounds = 20
        let probes = try (0..<3).map { _ in
            try Keyprobe.start(["file:\(scratch.path)", "rotate-random", "blocktank", "\(rounds)"])
        }
        var generations: [Int] = []
        for probe in probes {
            let lines = Keyprobe.lines(probe.output)
            probe.process.waitUntilExit()
            #expect(lines.count == rounds)
            generations += lines.compactMap { line in Int(line) }
        }
        #expect(generations.sorted() == Array(1...3 * rounds))
        let lent = try scratch.keystore().lent("blocktank").get()
        #expect(lent.map(\.generation) == [UInt32(3 * rounds), UInt32(3 * rounds - 1)])
        #expect(scratch.names() == ["device.key", "keys", "lock"])
    }

    @Test func aFullDiskLosesNothing() throws {
        _ = try scratch.keystore().put(1)
        let before = scratch.bytes("keys")
        // A file size limit is the full disk that needs no disk: each write is refused.
        let probe = try Keyprobe.start(
            ["file:\(scratch.path)", "rotate-random", "blocktank"],
            shell: "trap '' XFSZ; ulimit -f 0; exec \"$@\"")
        // The probe's own output is a pipe, which has no size.
        #expect(Keyprobe.lines(probe.output) == ["error unavailable"])
        probe.process.waitUntilExit()
        #expect(scratch.bytes("keys") == before)
        #expect(scratch.names() == ["device.key", "keys", "lock"])
        #expect(scratch.keystore().lent("blocktank") == .success([Lent(generation: 1, byte: 1)]))
    }

    @Test func anEditorKilledWhileItWritesLeavesTheOldKeys() throws {
        _ = try scratch.keystore().put(1)
        // Without the trap the first write past the limit kills the probe, temporary file and all.
        let probe = try Keyprobe.start(
            ["file:\(scratch.path)", "rotate-random", "blocktank"],
            shell: "ulimit -c 0; ulimit -f 0; exec env --default-signal=XFSZ \"$@\"")
        #expect(Keyprobe.lines(probe.output).isEmpty)
        probe.process.waitUntilExit()
        #expect(probe.process.terminationReason == .uncaughtSignal)
        #expect(scratch.names().contains { name in name.hasPrefix(".tmp-") })
        #expect(scratch.keystore().lent("blocktank") == .success([Lent(generation: 1, byte: 1)]))
        #expect(try scratch.keystore().put(2, rotating: true) == 2)
        #expect(scratch.names() == ["device.key", "keys", "lock"], "the next edit sweeps")
    }

    @Test func anEditorThatCannotGetTheLockGivesUpInTime() throws {
        _ = try scratch.keystore().put(1)
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        let lock = try directory.lock("lock", within: .zero)
        let isHeld = lock != nil
        #expect(isHeld)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(scratch.keystore().putRefusal(2) == .unavailable)
        #expect(start.duration(to: clock.now) < KeystoreLimits.editWait * 2)
        #expect(scratch.keystore().refusal() == nil, "readers never wait")
        _ = consume lock
    }

    @Test func aPassphraseReachesAnotherProcess() throws {
        _ = try scratch.keystore("p").put(1)
        for (passphrase, expected) in [("p", "1 "), ("q", "error locked")] {
            let probe = try Keyprobe.start(
                ["file:\(scratch.path)", "lend", "blocktank"],
                environment: ["KEYPROBE_PASSPHRASE": passphrase])
            let lines = Keyprobe.lines(probe.output)
            #expect(lines.count == 1 && lines[0].hasPrefix(expected))
        }
    }
}
