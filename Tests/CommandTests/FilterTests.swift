import Foundation
import Testing

@Suite struct FilterTests {
    static let line = """
        {"aps":{"alert":{"title":"Payment Incoming","body":"Open now to receive - funds are being held"},\
        "sound":"default","interruption-level":"time-sensitive","relevance-score":1,\
        "category":"INCOMING_PAYMENT","thread-id":"blocktank.incomingHtlc"},\
        "ntf":{"outcome":"decrypted","envelope":"blocktank-v0","type":"incomingHtlc","orderId":"abc",\
        "createdAt":"2024-01-01T00:00:00.000Z","stored":true}}

        """

    @Test func thePublishedPushBecomesItsNotification() throws {
        let run = try Bench().run(input: Bench.push)
        #expect(run.output == Self.line)
        #expect(run.errors == "")
        #expect(run.status == 0)
    }

    @Test func theSamePushTwiceIsOneRecord() throws {
        let bench = try Bench()
        let run = try bench.run(input: Bench.push + "\n" + Bench.push)
        #expect(run.lines[1] == run.lines[0].replacing("\"stored\":true", with: "\"stored\":true,\"duplicate\":true"))
        #expect(try bench.run(["inbox", "list"]).lines.count == 1)
        #expect(run.status == 0)
    }

    @Test func aBadPayloadCostsItselfAndTheStatusIsOne() throws {
        let stream = Bench.push + "\n{\"aps\":{\"alert\"\n" + Bench.push + "\n[]\n\u{1}\n" + Bench.push
        let run = try Bench().run(["--no-store"], input: stream)
        #expect(run.reasons == [
            "decrypted", "malformed-json", "decrypted", "unknown-envelope", "malformed-json", "decrypted",
        ])
        #expect(run.status == 1)
        #expect(run.errors.contains("ntfdecrypt: error: payload 2: not JSON\nntfdecrypt: hint: "))
        #expect(run.errors.contains("ntfdecrypt: note: 3 of 6 payloads fell back\n"))
    }

    @Test func everyLineHasATitleAndABody() throws {
        let run = try Bench(withKey: false).run(input: "{}\nx\n\(Bench.push)\n\"\"\n0\n")
        #expect(run.lines.count == 5)
        for line in run.lines {
            #expect(line.contains("\"title\":\"Bitkit\",\"body\":\"Open Bitkit to check for new activity\""))
        }
    }

    @Test func theAppsNameIsPutInCleanly() throws {
        let run = try Bench().run(["--app-name", "My \"App\"\u{202e}\n"], input: "{}")
        #expect(run.output.contains("\"title\":\"My \\\"App\\\"\",\"body\":\"Open My \\\"App\\\" to check"))
    }

    @Test func filesAreReadOneAfterAnother() throws {
        let bench = try Bench()
        try Data(Bench.push.utf8).write(to: URL(filePath: bench.path + "/a.json"))
        try Data("{\"b\":".utf8).write(to: URL(filePath: bench.path + "/b.json"))
        let run = try bench.shell("$N --no-store a.json b.json a.json")
        #expect(run.reasons == ["decrypted", "malformed-json", "decrypted"])
    }

    @Test func aFileThatCannotBeReadIsStatus66() throws {
        let bench = try Bench()
        let missing = try bench.run(["open", "/nowhere/at/all"])
        #expect(missing.status == 66)
        #expect(missing.errors == """
            ntfdecrypt: error: /nowhere/at/all cannot be read: no such file or directory
            ntfdecrypt: hint: ls -l /nowhere/at/all

            """)
        #expect(try bench.run(["open", bench.path]).status == 66)
        #expect(try bench.shell("$N <&-").status == 66)
    }

    @Test func anOutputThatCannotBeWrittenIsStatus74() throws {
        let bench = try Bench()
        #expect(try bench.shell("echo '{}' | $N > /dev/full").status == 74)
        #expect(try bench.shell("echo '{}' | $N >&-").status == 74)
        #expect(try bench.shell("echo '{}' | $N 2>&1 > /dev/full").output.contains(
            "ntfdecrypt: error: standard output cannot be written: no space left on device"))
    }

    @Test func wrongUsageIsStatus64WithAHint() throws {
        let bench = try Bench()
        for arguments in [
            ["--frobnicate"], ["--jobs", "0"], ["--jobs", "65"], ["--max-payload", "0"],
            ["--max-payload", "2MiB"], ["--keystore", "elsewhere"], ["--keystore", "file:"],
            ["keys", "import"], ["keys", "public", "telegram"], ["keys", "public", "blocktank:"],
            ["--keystore", "secret-service", "--passphrase-fd", "0"],
        ] {
            let run = try bench.run(arguments, input: "{}")
            #expect(run.status == 64, "\(arguments)")
            #expect(run.errors.hasPrefix("ntfdecrypt: error: "), "\(arguments)")
            #expect(run.errors.contains("\nntfdecrypt: hint: "), "\(arguments)")
            #expect(run.output == "", "\(arguments)")
        }
    }

    @Test func optionsMayStandBeforeTheSubcommand() throws {
        let bench = try Bench()
        for arguments in [
            ["--keystore", "file:" + bench.keystore, "keys", "public", "blocktank"],
            ["--keystore=file:" + bench.keystore, "keys", "public", "blocktank"],
            ["keys", "public", "blocktank", "--keystore", "file:" + bench.keystore],
        ] {
            let run = try bench.run(arguments, environment: ["NTFDECRYPT_KEYSTORE": "file:/nowhere"])
            #expect(run.output == Bench.publicKey + "\n", "\(arguments)")
        }
        #expect(try bench.run(["--no-store", "--jobs", "2", "open"], input: Bench.push).reasons == ["decrypted"])
        #expect(try bench.run(["--keystore"], input: "{}").status == 64)
        #expect(try bench.run(["--keystore", "keys"], input: "{}").status == 64)
        #expect(try bench.run(["--", "keys"], input: "{}").status == 66)
    }

    @Test func aReaderThatGoesAwayEndsTheRun() throws {
        let bench = try Bench(withKey: false)
        for jobs in ["1", "3"] {
            let run = try bench.shell(
                "{ yes '{}' | timeout 60 $N --no-store --jobs \(jobs); echo $? >&2; } | head -n 1")
            #expect(run.lines.count == 1)
            #expect(run.errors.hasSuffix("\n74\n"))
            #expect(run.errors.contains("standard output cannot be written: broken pipe"))
        }
    }

    @Test func aValueIsAnsweredBeforeItsSenderCloses() throws {
        let bench = try Bench()
        let (process, input, output) = try bench.start(["--no-store"])
        // No newline behind it: being whole is enough when nothing else is waiting.
        let push = Bench.push.trimmingCharacters(in: .whitespacesAndNewlines)
        try input.fileHandleForWriting.write(contentsOf: Data(push.utf8))
        let first = output.fileHandleForReading.availableData
        #expect(String(decoding: first, as: UTF8.self).hasSuffix("\"stored\":false}}\n"))
        try input.fileHandleForWriting.write(contentsOf: Data("\n[]".utf8))
        let second = output.fileHandleForReading.availableData
        #expect(String(decoding: second, as: UTF8.self).contains("unknown-envelope"))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        withExtendedLifetime(bench) {}
    }

    @Test func aNonBlockingInputIsWaitedFor() throws {
        let bench = try Bench()
        let (process, input, output) = try bench.start(["--no-store"]) { input in
            let descriptor = input.fileHandleForReading.fileDescriptor
            #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
        }
        for _ in 0..<3 {
            // It has read everything and met the empty pipe before each of these.
            try input.fileHandleForWriting.write(contentsOf: Data(Bench.push.utf8 + [0x0a]))
            let line = output.fileHandleForReading.availableData
            #expect(String(decoding: line, as: UTF8.self).contains("\"outcome\":\"decrypted\""))
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        withExtendedLifetime(bench) {}
    }

    @Test func aGigabyteWithoutANewlineIsOneTooLargeInBoundedMemory() throws {
        let bench = try Bench()
        let (process, input, output) = try bench.start(["--no-store"])
        func peak() throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
        }
        let writer = input.fileHandleForWriting
        try writer.write(contentsOf: Data((Bench.push + "\n\"").utf8))
        _ = output.fileHandleForReading.availableData
        let before = try peak()
        let block = Data(repeating: UInt8(ascii: "a"), count: 1 << 24)
        for _ in 0..<64 { try writer.write(contentsOf: block) }
        let refusal = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let after = try peak()
        try writer.write(contentsOf: Data(("\"\n" + Bench.push).utf8))
        try writer.close()
        let rest = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        #expect(refusal.contains("\"reason\":\"too-large\""))
        #expect(String(decoding: rest, as: UTF8.self).contains("\"outcome\":\"decrypted\""))
        // Pages the short run had no reason to touch yet, and nothing that grows with the line.
        #expect(after - before <= 256)
        withExtendedLifetime(bench) {}
    }

    @Test func threadsChangeNothingButTheTime() throws {
        let bench = try Bench()
        var stream = ""
        for index in 0..<300 {
            stream += index % 3 == 0 ? "garbage \(index)\n" : Bench.push + "\n"
        }
        let one = try bench.run(["--group-dir", bench.path + "/one"], input: stream)
        for jobs in ["2", "7"] {
            let many = try bench.run(["--group-dir", bench.path + "/" + jobs, "--jobs", jobs], input: stream)
            #expect(many.output == one.output)
            #expect(many.errors == one.errors)
            #expect(many.status == one.status)
        }
    }

    @Test func theCardShowsWhatThePhoneWouldShow() throws {
        let run = try Bench().run(["--card"], input: Bench.push)
        #expect(run.output == Self.line)
        #expect(run.errors == """
            ╭────────────────────────────────────────────────────╮
            │ Payment Incoming                    TIME SENSITIVE │
            │ Open now to receive - funds are being held         │
            │                                                    │
            │ [ Open Now ]                                       │
            ╰────────────────────────────────────────────────────╯

            """)
    }

    @Test func helpHasExamplesAndCompletionsExist() throws {
        let bench = try Bench()
        let help = try bench.run(["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("ntfdecrypt keys import blocktank < secret.hex"))
        for shell in ["bash", "zsh", "fish"] {
            let script = try bench.run(["--generate-completion-script", shell])
            #expect(script.status == 0)
            #expect(script.output.contains("max-payload"))
        }
    }
}
