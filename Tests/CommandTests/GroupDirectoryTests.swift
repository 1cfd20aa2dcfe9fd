import Foundation
import Testing

@Suite struct GroupDirectoryTests {
    /// Whatever is wrong with the directory: the notification, one error with a hint, status 1.
    private func expectUnstored(_ run: Run, _ error: String) {
        #expect(run.lines.count == 1)
        #expect(run.reasons == ["decrypted"])
        #expect(run.output.contains("\"stored\":false"))
        #expect(run.errors.hasPrefix("ntfdecrypt: error: payload 1 is not recorded: \(error)\nntfdecrypt: hint: "))
        #expect(run.status == 1)
    }

    @Test func aLinkIsRefusedAndTheNotificationIsWritten() throws {
        let bench = try Bench()
        try FileManager.default.createDirectory(atPath: bench.path + "/elsewhere", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: bench.group, withDestinationPath: bench.path + "/elsewhere")
        expectUnstored(try bench.run(input: Bench.push), "the group directory is a symbolic link")
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.path + "/elsewhere") == [])
        #expect(try bench.run(["doctor"]).status == 1)
    }

    @Test func someoneElsesIsRefusedAndTheNotificationIsWritten() throws {
        let bench = try Bench()
        // Root gives one away; anybody else finds root's everywhere.
        var directory = "/usr"
        if getuid() == 0 {
            directory = bench.group
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            #expect(chown(directory, 12345, 12345) == 0)
        }
        let run = try bench.run(["--group-dir", directory], input: Bench.push)
        expectUnstored(run, "the group directory belongs to another user")
    }

    @Test func aFileInTheWayIsRefusedAndKept() throws {
        let bench = try Bench()
        try Data("mine".utf8).write(to: URL(filePath: bench.group))
        expectUnstored(try bench.run(input: Bench.push), "the group directory cannot be used")
        #expect(try String(contentsOfFile: bench.group, encoding: .utf8) == "mine")
    }

    @Test func aFullDiskLeavesNothingHalfWritten() throws {
        let bench = try Bench()
        _ = try bench.run(input: Bench.push)
        // A limit on file sizes is what a full disk looks like, without needing one.
        let run = try bench.shell("(trap '' XFSZ; ulimit -f 0; $N --group-dir group2 2>/dev/null < "
            + Bench.root.path + "/TestVectors/demo/blocktank.push.json) | cat")
        #expect(run.output.contains("\"outcome\":\"decrypted\""))
        #expect(run.output.contains("\"stored\":false"))
        for folder in ["new", "tmp", "cur"] {
            #expect(try FileManager.default.contentsOfDirectory(atPath: bench.path + "/group2/inbox/" + folder) == [])
        }
    }

    @Test func nothingIsMadeWithoutBeingAsked() throws {
        let bench = try Bench()
        let run = try bench.run(["--no-store"], input: Bench.push)
        #expect(run.output.contains("\"stored\":false"))
        #expect(run.status == 0)
        #expect(try bench.run(["inbox", "list"]).output == "")
        #expect(try bench.run(["doctor"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: bench.group))
    }

    @Test func whatWasTakenIsGone() throws {
        let bench = try Bench()
        _ = try bench.run(input: Bench.push)
        let listed = try bench.run(["inbox", "list"])
        #expect(listed.output.contains("\"type\":\"incomingHtlc\",\"kind\":\"lightning\",\"orderId\":\"abc\""))
        #expect(!listed.output.contains("received\""))
        #expect(try bench.run(["inbox", "take", "0000"]).status == 1)
        #expect(try bench.run(["inbox", "take"]).output == listed.output)
        #expect(try bench.run(["inbox", "list"]).output == "")
        #expect(try bench.run(input: Bench.push).output.contains("\"duplicate\":true"))
    }

    @Test func noPayloadKeyOrPlaintextReachesStandardError() throws {
        let bench = try Bench()
        let secretive = "{\"cipher\":\"c2VjcmV0cw==\",\"iv\":\"feedface\",\"marker\":\"cafebabe\"}\nplaintextmarker\n"
        let run = try bench.run(input: secretive + Bench.push)
        for trace in ["c2VjcmV0", "feedface", "cafebabe", "plaintextmarker", "mvdDR3", Bench.secret] {
            #expect(!run.errors.contains(trace))
        }
    }
}
