import Foundation
import Testing

@Suite struct KeystoreTests {
    @Test func importShowsThePublicHalfAndNeverTheSecret() throws {
        let bench = try Bench(withKey: false)
        let run = try bench.run(["keys", "import", "blocktank"], input: Bench.secret + "\n")
        #expect(run.output == Bench.publicKey + "\n")
        #expect(try bench.run(["keys", "public", "blocktank"]).output == Bench.publicKey + "\n")
        #expect(try bench.run(["keys", "list"]).output == "blocktank\tgeneration 1\t\(Bench.publicKey)\n")
        let all = try bench.shell("od -An -tx1 -v keystore/* | tr -d ' \\n'; $N keys list; $N doctor 2>&1")
        #expect(!all.output.contains(Bench.secret))
    }

    @Test func whatIsNoKeyIsRefusedAndNothingIsMade() throws {
        let bench = try Bench(withKey: false)
        for bad in ["", "22", String(repeating: "0", count: 64), String(repeating: "f", count: 64),
            "0x" + Bench.secret, Bench.secret + "22", String(repeating: "z", count: 64),
            String(repeating: "22 ", count: 32), String(repeating: "2", count: 63), "{}"] {
            let run = try bench.run(["keys", "import", "blocktank"], input: bad)
            #expect(run.status == 64, "\(bad)")
            #expect(run.output == "")
            #expect(bad.count < 8 || !run.errors.contains(bad))
        }
        #expect(!FileManager.default.fileExists(atPath: bench.keystore + "/keys"))
    }

    @Test func aPushSealedBeforeTheRotationStillOpens() throws {
        let bench = try Bench()
        let rotated = try bench.run(["keys", "rotate", "blocktank"])
        #expect(rotated.output != Bench.publicKey + "\n")
        #expect(try bench.run(["keys", "public", "--previous", "blocktank"]).output == Bench.publicKey + "\n")
        #expect(try bench.run(["--no-store"], input: Bench.push).reasons == ["decrypted"])
        _ = try bench.run(["keys", "rotate", "blocktank"])
        #expect(try bench.run(["--no-store"], input: Bench.push).reasons == ["authentication-failed"])
    }

    @Test func aSlotIsNeverOverwrittenByAccident() throws {
        let bench = try Bench()
        for arguments in [["keys", "generate", "blocktank"], ["keys", "import", "blocktank"]] {
            let run = try bench.run(arguments, input: String(repeating: "33", count: 32))
            #expect(run.status == 1)
            #expect(run.errors.contains("slot blocktank has a key already"))
        }
        #expect(try bench.run(["keys", "public", "blocktank"]).output == Bench.publicKey + "\n")
        let run = try bench.run(["keys", "import", "--rotate", "blocktank"], input: String(repeating: "33", count: 32))
        #expect(run.status == 0)
        #expect(try bench.run(["--no-store"], input: Bench.push).reasons == ["decrypted"])
    }

    @Test func deletedIsMissing() throws {
        let bench = try Bench()
        #expect(try bench.run(["keys", "delete", "blocktank"]).status == 0)
        for arguments in [["keys", "delete", "blocktank"], ["keys", "public", "blocktank"], ["keys", "rotate", "blocktank"]] {
            let run = try bench.run(arguments)
            #expect(run.status == 1)
            #expect(run.errors.contains("ntfdecrypt: error: there is no key in slot blocktank\nntfdecrypt: hint: ntfdecrypt keys "))
        }
        #expect(try bench.run(input: Bench.push).reasons == ["key-missing"])
    }

    @Test func aKeystoreWithoutItsDeviceKeyIsLockedNotMissing() throws {
        let bench = try Bench()
        try FileManager.default.removeItem(atPath: bench.keystore + "/device.key")
        let run = try bench.run(input: Bench.push)
        #expect(run.reasons == ["keystore-locked"])
        #expect(run.output.contains("Unlock your device and open Bitkit to check for new activity"))
        #expect(run.errors.contains("hint: give the passphrase with --passphrase-fd"))
        #expect(run.status == 1)
        #expect(try bench.run(["keys", "generate", "blocktank"]).status == 1)
    }

    @Test func aDamagedKeystoreIsUnavailableAndSaysHowToMendIt() throws {
        let bench = try Bench()
        var bytes = try Data(contentsOf: URL(filePath: bench.keystore + "/keys"))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: bench.keystore + "/keys"))
        let run = try bench.run(input: Bench.push)
        #expect(run.reasons == ["keystore-unavailable"])
        #expect(run.errors.contains("the keystore is damaged\nntfdecrypt: hint: restore \(bench.keystore)/keys"))
        #expect(try bench.run(["doctor"]).status == 1)
    }

    @Test func aPassphraseComesThroughADescriptor() throws {
        let bench = try Bench(withKey: false)
        let made = try bench.shell("echo \(Bench.secret) | $N keys import blocktank --passphrase-fd 3 3<<X\nopen sesame\nX\n")
        #expect(made.status == 0)
        #expect(!FileManager.default.fileExists(atPath: bench.keystore + "/device.key"))
        let push = Bench.root.path + "/TestVectors/demo/blocktank.push.json"
        #expect(try bench.shell("$N --no-store --passphrase-fd 3 3<<X < \(push)\nopen sesame\nX\n").reasons == ["decrypted"])
        #expect(try bench.shell("$N --no-store --passphrase-fd 3 3<<X < \(push)\nopen says me\nX\n").reasons == ["keystore-locked"])
        #expect(try bench.shell("$N --no-store < \(push)").reasons == ["keystore-locked"])
        #expect(try bench.shell("$N --no-store --passphrase-fd 3 3</dev/null < \(push)").status == 66)
        #expect(try bench.shell("$N --no-store --passphrase-fd 9 < \(push)").status == 66)
    }

    @Test func withoutADBusSessionTheSecretServiceIsUnavailableAtOnce() throws {
        let bench = try Bench(withKey: false)
        let run = try bench.run(["--keystore", "secret-service"], input: Bench.push)
        #expect(run.reasons == ["keystore-unavailable"])
        #expect(run.errors.contains("ntfdecrypt: hint: ntfdecrypt doctor"))
        #expect(try bench.run(["doctor", "--keystore", "secret-service"]).output.contains("dbus-run-session"))
    }
}
