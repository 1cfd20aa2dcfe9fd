import Foundation
import SecretServiceKeystore
import Testing

/// Two keys as text, and their public keys as `keyprobe` prints them.
private let one = String(repeating: "01", count: 32)
private let onePublic = "031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f"
private let two = String(repeating: "02", count: 32)
private let twoPublic = "024d4b6cd1361032ca9bd2aeb9d900aa4d45d9ead80ac9423374c451a7254d0766"

/// What "at once" may last on a busy machine: who waits for an answer in vain waits longer. D-Bus itself
/// waits 25 s for each.
private let atOnce = Duration.seconds(ServiceLimits.answerSeconds)
private let inTime = Duration.seconds(ServiceLimits.answerSeconds) + .seconds(15)

@Suite(.serialized) struct SecretServiceTests {
    @Test func aStoredKeyIsLentToAnotherProcess() throws {
        let desktop = try Desktop(.unlocked)
        #expect(try desktop.probe("store", input: one).lines == ["1"])
        #expect(try desktop.probe("lend").lines == ["1 \(onePublic)"])
        #expect(try desktop.probe("list").lines == ["blocktank 1 false"])
        #expect(try desktop.probe("lend", "blocktank:other").lines == ["error missing"])
        #expect(try desktop.probe("delete", "blocktank:other").lines == ["error missing"])
        #expect(try desktop.probe("store", input: two).lines == ["error occupied"])
        #expect(try desktop.probe("lend", count: 100).lines == ["1 \(onePublic)"])
    }

    @Test func rotatingKeepsOnePreviousKeyAndDeletesTheOlderOnes() throws {
        let desktop = try Desktop(.unlocked)
        #expect(try desktop.probe("rotate-random", count: 3).lines == ["1", "2", "3"])
        #expect(try desktop.probe("rotate", input: one).lines == ["4"])
        #expect(try desktop.probe("rotate", input: two).lines == ["5"])
        #expect(try desktop.probe("lend").lines == ["5 \(twoPublic)", "4 \(onePublic)"])
        #expect(try desktop.probe("list").lines == ["blocktank 5 true"])
        let items = try desktop.run(["secret-tool", "search", "--all", "application", "ntfdecrypt"])
        #expect(items.lines.filter { line in line.hasPrefix("label") }.count == 2)
        #expect(try desktop.probe("delete").lines == ["deleted"])
        #expect(try desktop.probe("lend").lines == ["error missing"])
    }

    @Test(arguments: [one, one + "\n", " \t" + one.uppercased() + "\r\n"])
    func aKeyThatSecretToolStoredIsFound(text: String) throws {
        let desktop = try Desktop(.unlocked)
        try desktop.secretTool(text, generation: "1")
        #expect(try desktop.probe("lend").lines == ["1 \(onePublic)"])
        #expect(try desktop.probe("rotate", input: two).lines == ["2"])
        #expect(try desktop.probe("lend").lines == ["2 \(twoPublic)", "1 \(onePublic)"])
    }

    @Test func anItemThatIsNoKeyIsCorruptUntilThereIsAKeyBesideIt() throws {
        let desktop = try Desktop(.unlocked)
        for text in ["hello", "0x" + one, String(repeating: "0", count: 64), one + "00"] {
            try desktop.secretTool(text, generation: "3")
            #expect(try desktop.probe("lend").lines == ["error corrupt"])
        }
        try desktop.secretTool(one, generation: "2")
        #expect(try desktop.probe("lend").lines == ["2 \(onePublic)"])
        #expect(try desktop.probe("rotate", input: two).lines == ["4"])
    }

    @Test func aGenerationThatIsNoneIsCorrupt() throws {
        let desktop = try Desktop(.unlocked)
        for (index, generation) in ["0", "01", "1-", "+1", "x", "4294967296", " 1"].enumerated() {
            try desktop.secretTool(one, slot: "blocktank:\(index)", generation: generation)
            let lent = try desktop.probe("lend", "blocktank:\(index)")
            #expect(lent.lines == ["error corrupt"], "generation \(generation)")
        }
    }

    @Test func aLockedCollectionIsSaidSoAtOnceAndNothingPrompts() throws {
        let desktop = try Desktop(.unlocked)
        _ = try desktop.probe("store", input: one)
        try desktop.lock()
        for operation in ["lend", "list", "store", "rotate", "delete"] {
            let answer = try desktop.probe(operation, input: two)
            #expect(answer.lines == ["error locked"], "\(operation)")
            #expect(answer.elapsed < atOnce)
        }
        let other = try desktop.probe("store", "blocktank:other", input: two)
        #expect(other.lines == ["error locked"])
        #expect(other.elapsed < atOnce)
        #expect(try desktop.probe("lend", "blocktank:other").lines == ["error missing"])
    }

    @Test func withoutADefaultCollectionNothingIsStoredAndNothingPrompts() throws {
        let desktop = try Desktop(.empty)
        #expect(try desktop.probe("lend").lines == ["error missing"])
        let answer = try desktop.probe("store", input: one)
        #expect(answer.lines == ["error unavailable"])
        #expect(answer.elapsed < atOnce)
    }

    @Test func aBusWithoutTheServiceIsUnavailable() throws {
        let desktop = try Desktop(.nobody)
        for operation in ["lend", "list", "store", "delete"] {
            let answer = try desktop.probe(operation, input: one)
            #expect(answer.lines == ["error unavailable"], "\(operation)")
            #expect(answer.elapsed < atOnce)
        }
    }

    @Test func aServiceThatNeverAnswersIsUnavailableInTimeAndThenAtOnce() throws {
        let desktop = try Desktop(.silent)
        let answer = try desktop.probe("ask", count: 50)
        #expect(answer.lines == Array(repeating: "error unavailable", count: 50))
        #expect(answer.elapsed < inTime)
    }

    @Test func aBusThatNeverSpeaksIsUnavailableInTime() throws {
        let desktop = try Desktop(.nobody)
        let silent = try SilentSocket(path: desktop.root + "/silent")
        let answer = try desktop.probe(
            "ask", count: 50, changes: ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(silent.path)"])
        #expect(answer.lines == Array(repeating: "error unavailable", count: 50))
        #expect(answer.elapsed < inTime)
    }

    @Test(arguments: [
        nil, "", "autolaunch:", "unix:path=/nonexistent", "nonsense", "unix:path=/nonexistent;autolaunch:",
        "unix:path=/" + String(repeating: "x", count: 5000),
    ])
    func withoutABusItIsUnavailableAtOnceAndNoneIsStarted(address: String?) throws {
        let desktop = try Desktop(.nobody)
        desktop.killBus()
        unlink(desktop.root + "/run/bus")
        let answer = try desktop.probe(
            "lend", changes: address.map { address in ["DBUS_SESSION_BUS_ADDRESS": address] } ?? [:],
            without: address == nil ? ["DBUS_SESSION_BUS_ADDRESS"] : [])
        #expect(answer.lines == ["error unavailable"])
        #expect(answer.elapsed < atOnce)
    }

    @Test func theBusOfTheRuntimeDirectoryIsFound() throws {
        let desktop = try Desktop(.unlocked)
        _ = try desktop.probe("store", input: one)
        let answer = try desktop.probe("lend", without: ["DBUS_SESSION_BUS_ADDRESS"])
        #expect(answer.lines == ["1 \(onePublic)"])
        let none = try desktop.probe(
            "lend", without: ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"])
        #expect(none.lines == ["error unavailable"])
        let relative = try desktop.probe(
            "lend", changes: ["XDG_RUNTIME_DIR": "run"], without: ["DBUS_SESSION_BUS_ADDRESS"])
        #expect(relative.lines == ["error unavailable"])
    }

    @Test func aRotationByAnotherProcessIsSeenWhenTheKeptKeysAreOld() throws {
        let desktop = try Desktop(.unlocked)
        _ = try desktop.probe("store", input: one)
        let watch = try desktop.watch()
        #expect(lines(watch.output, until: "ready") == ["1 \(onePublic)", "ready"])
        _ = try desktop.probe("rotate", input: two)
        try watch.input.fileHandleForWriting.close()
        let both = ["2 \(twoPublic)", "1 \(onePublic)"]
        #expect(lines(watch.output, until: nil) == ["1 \(onePublic)"] + both + ["anew"] + both)
        watch.process.waitUntilExit()
    }

    @Test func aBusThatDiesTakesNeitherTheProcessNorTheKeptKeysAlong() throws {
        let desktop = try Desktop(.unlocked)
        _ = try desktop.probe("store", input: one)
        let watch = try desktop.watch()
        #expect(lines(watch.output, until: "ready") == ["1 \(onePublic)", "ready"])
        desktop.killBus()
        try watch.input.fileHandleForWriting.close()
        #expect(lines(watch.output, until: nil)
            == ["1 \(onePublic)", "anew", "error unavailable"])
        watch.process.waitUntilExit()
        #expect(watch.process.terminationReason == .exit)
        #expect(watch.process.terminationStatus == 0)
    }

    @Test func withoutAUsableLibsecretItIsUnavailable() throws {
        let desktop = try Desktop(.unlocked)
        let folder = desktop.root + "/lib"
        mkdir(folder, 0o700)
        _ = FileManager.default.createFile(atPath: folder + "/libsecret-1.so.0", contents: Data())
        let changes = ["LD_LIBRARY_PATH": folder]
        #expect(try desktop.probe("lend", changes: changes).lines == ["error unavailable"])
        // A library that loads and has none of the functions.
        unlink(folder + "/libsecret-1.so.0")
        let source = desktop.root + "/empty.c"
        try "int nothing;\n".write(toFile: source, atomically: false, encoding: .utf8)
        let built = try desktop.run(
            ["clang", "-shared", "-fPIC", "-o", folder + "/libsecret-1.so.0", source])
        try #require(built.status == 0)
        #expect(try desktop.probe("lend", changes: changes).lines == ["error unavailable"])
    }

    /// The lines of a process up to one of them, or all.
    private func lines(_ output: Pipe, until last: String?) -> [String] {
        var text = ""
        while true {
            let data = output.fileHandleForReading.availableData
            text += String(decoding: data, as: UTF8.self)
            if data.isEmpty { break }
            if let last, text.hasSuffix(last + "\n") { break }
        }
        return text.split(separator: "\n").map(String.init)
    }
}

@Suite struct SecretLibraryTests {
    @Test func everyTypeWrittenByHandIsTheOneOfTheHeaders() throws {
        let here = (#filePath as NSString).deletingLastPathComponent
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "clang -Werror -fsyntax-only $(pkg-config --cflags libsecret-1) \"$1\"", "sh",
            here + "/secret_abi.c",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func nothingOfGLibIsLinked() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ldd", try Desktop.probePath()]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let libraries = String(decoding: data, as: UTF8.self)
        #expect(libraries.contains("libsodium"))
        for name in ["libsecret", "libglib", "libgio", "libgobject"] {
            #expect(!libraries.contains(name))
        }
    }
}

/// A socket that accepts and never says a word.
private final class SilentSocket {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8)
        }
        let bound = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, 64) == 0)
    }

    deinit {
        close(descriptor)
    }
}
