import Foundation
import ProcessCoordination
import Testing

/// The shipped extension beside an app, which is this process.
@Suite(.serialized) struct CoordinateTests {
    private func bench() throws -> HostBench {
        let bench = try HostBench()
        let process = self.process(bench, ["keys", "import", "blocktank"], program: "ntfdecrypt")
        let key = Data(String(repeating: "22", count: 32).utf8)
        #expect(try bench.run(process, bytes: key).status == 0)
        return bench
    }

    private func process(
        _ bench: HostBench, _ arguments: [String] = ["--coordinate"],
        program: String = "ntfextension"
    ) -> Process {
        let process = Process()
        process.executableURL = HostBench.builtDirectory.appending(path: program)
        process.arguments = arguments
        process.environment = [
            "NTFDECRYPT_KEYSTORE": "file:\(bench.path)/keystore",
            "NTFDECRYPT_GROUP_DIR": "\(bench.path)/group", "HOME": bench.path,
            "SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C",
        ]
        return process
    }

    private func app(_ bench: HostBench) -> Presence {
        Presence(side: .app, groupDirectory: bench.path + "/group")
    }

    /// The reason, or the outcome where there is none, of each line.
    private func reasons(_ run: HostRun) -> [String] {
        run.lines.map { line in
            let ntf = (line["content"] as? [String: Any] ?? line)["ntf"] as? [String: Any]
            return (ntf?["reason"] ?? ntf?["outcome"]) as? String ?? "-"
        }
    }

    private func waits(for body: () throws -> Bool) rethrows -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !body() {
            if ContinuousClock.now > deadline { return false }
            usleep(500)
        }
        return true
    }

    @Test func anActiveAppTakesEveryPushOver() throws {
        let bench = try bench()
        let app = app(bench)
        try app.start()
        let pushes = ShippedExtensionTests.push + ShippedExtensionTests.push
        // A loaded machine may keep the app's answer longer than an extension waits for it.
        let isTaken = try (0..<10).contains { _ in
            try? FileManager.default.removeItem(atPath: bench.path + "/group/inbox")
            let run = try bench.run(process(bench), bytes: Data(pushes.utf8))
            return reasons(run) == ["app-active", "app-active"]
        }
        #expect(isTaken)
        #expect(!FileManager.default.fileExists(atPath: bench.path + "/group/inbox"))
        // Whoever was not asked to coordinate does not.
        let alone = try bench.run(process(bench, []), bytes: Data(pushes.utf8))
        #expect(reasons(alone) == ["decrypted", "decrypted"])
        #expect(waits { app.probe() == .gone })
    }

    @Test func withoutAnAppOrWithOneInTheBackgroundNothingIsOtherwise() throws {
        let bench = try bench()
        let push = Data(ShippedExtensionTests.push.utf8)
        let alone = try bench.run(process(bench, ["--no-store"]), bytes: push)
        let without = try bench.run(process(bench, ["--no-store", "--coordinate"]), bytes: push)
        #expect(without.output == alone.output && without.status == 0)
        let app = app(bench)
        app.suspend()
        try app.start()
        let beside = try bench.run(process(bench, ["--no-store", "--coordinate"]), bytes: push)
        #expect(beside.output == alone.output && beside.status == 0)
    }

    @Test func underTheHostAnActiveAppIsSeenInEveryContent() throws {
        let bench = try bench()
        let app = app(bench)
        try app.start()
        let places = [
            "--keystore", "file:\(bench.path)/keystore", "--group-dir", "\(bench.path)/group",
        ]
        let pushes = String(repeating: ShippedExtensionTests.push, count: 20)
        let isTaken = try (0..<10).contains { _ in
            let run = try bench.run(
                places + ["--overlap", "4", "--", "--coordinate"], input: pushes)
            #expect(run.verdicts == Array(repeating: "modified content", count: 20))
            #expect(run.processes == "1 started, 0 killed")
            return reasons(run) == Array(repeating: "app-active", count: 20)
        }
        #expect(isTaken)
    }

    @Test func anAppThatComesAndGoesIsHeardBetweenPushes() throws {
        let bench = try bench()
        let it = process(bench)
        let (input, output) = (Pipe(), Pipe())
        it.standardInput = input
        it.standardOutput = output
        try it.run()
        var isEnded = false
        defer { if !isEnded { it.terminate() } }
        func push() throws -> String {
            try input.fileHandleForWriting.write(
                contentsOf: Data(ShippedExtensionTests.push.utf8))
            var line = Data()
            while line.last != UInt8(ascii: "\n") {
                let portion = output.fileHandleForReading.availableData
                if portion.isEmpty { break }
                line += portion
            }
            return reasons(
                HostRun(status: 0, output: String(decoding: line, as: UTF8.self), errors: ""))[0]
        }
        #expect(try push() == "decrypted")
        let app = app(bench)
        app.suspend()
        try app.start()
        for _ in 0..<3 {
            app.resume()
            // The extension rests between pushes, and has answered so.
            #expect(waits { app.probe() == .suspended })
            #expect(try push() == "app-active")
            app.suspend()
            // Silence is all that is heard of that; the extension reads in its own time.
            #expect(try waits { try push() == "decrypted" })
        }
        #expect(waits { app.current == .suspended })
        kill(it.processIdentifier, SIGKILL)
        it.waitUntilExit()
        isEnded = true
        #expect(waits { app.current == .gone })
    }

    @Test func aPushIsNotLostForAChannelThatCannotBeRead() throws {
        let bench = try bench()
        let coordination = bench.path + "/group/coordination"
        try FileManager.default.createDirectory(
            atPath: coordination, withIntermediateDirectories: true)
        try "garbage".write(
            toFile: coordination + "/channel", atomically: false, encoding: .utf8)
        let run = try bench.run(process(bench), bytes: Data(ShippedExtensionTests.push.utf8))
        #expect(reasons(run) == ["decrypted"])
        #expect(run.errors.contains("ntfextension: error: the app cannot be heard: "))
        #expect(run.errors.contains("ntfextension: hint: "))
    }
}
