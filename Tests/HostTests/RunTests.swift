import Foundation
import FoundationXML
import Testing

/// What surrounds the pushes: paths, arguments, output, descriptors.
@Suite(.serialized) struct RunTests {
    @Test func anExtensionThatIsNotThereIsSaidSo() throws {
        let run = try HostBench().run(["--extension", "/nowhere/x"], input: HostBench.pushes(1))
        #expect(run.status == 66)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("ntfhost: error: the extension /nowhere/x cannot be found"))
        #expect(run.errors.contains("ntfhost: hint: "))
    }

    @Test(arguments: [0o644, 0o755])
    func aFileThatIsNoProgramIsSaidSo(_ mode: Int) throws {
        let bench = try HostBench()
        let file = bench.path + "/file"
        _ = FileManager.default.createFile(
            atPath: file, contents: Data("no program".utf8), attributes: [.posixPermissions: mode])
        let run = try bench.run(["--extension", file], input: HostBench.pushes(2))
        #expect(run.status == 69)
        // Executable by its mode alone: only the start shows it, and the pushes are shown.
        let shown = mode == 0o644 ? 0 : 2
        #expect(run.verdicts == Array(repeating: "original not-started", count: shown))
        #expect(run.errors.contains("ntfhost: error: the extension"))
    }

    @Test func aDirectoryIsNoProgram() throws {
        #expect(try HostBench().run(["--extension", "/usr"], input: "").status == 69)
    }

    @Test(arguments: [
        ["--deadline", "5"], ["--deadline", "9ms"], ["--deadline", "61m"], ["--memory", "0"],
        ["--overlap", "0"], ["--overlap", "17"], ["--fault", "other"], ["--max-payload", "2MiB"],
        ["--keystore", "secret-service"], ["--unknown"],
    ])
    func argumentsThatMakeNoSenseAreRefused(_ arguments: [String]) throws {
        let run = try HostBench().run(
            ["--extension", HostBench.actor] + arguments, input: HostBench.pushes(1))
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("ntfhost: hint: ntfhost run --help"))
    }

    @Test func filesAreReadOneAfterAnother() throws {
        let bench = try HostBench()
        let files = ["a", "b"].map { name in bench.path + "/" + name }
        for file in files {
            try HostBench.pushes(2).write(toFile: file, atomically: false, encoding: .utf8)
        }
        let run = try bench.run(["--extension", HostBench.actor] + files, input: "")
        #expect(run.verdicts == Array(repeating: "modified content", count: 4))
        let missing = try bench.run(
            ["--extension", HostBench.actor, files[0], bench.path + "/c"], input: "")
        #expect(missing.status == 66)
        #expect(missing.lines.count == 2)
    }

    @Test func aLineIsThereBeforeTheNextPush() throws {
        let process = try HostBench().process(["--extension", HostBench.actor])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 1...3 {
            input.fileHandleForWriting.write(Data(HostBench.pushes(1).utf8))
            #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                .hasSuffix("}\n"))
        }
        // Descriptors: none is left over from one push to the next.
        let open = { try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(process.processIdentifier)/fd").count }
        let before = try open()
        for _ in 1...3 {
            input.fileHandleForWriting.write(Data(HostBench.pushes(1).utf8))
            _ = output.fileHandleForReading.availableData
        }
        #expect(try open() == before)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func restartsLeaveNoDescriptorBehind() throws {
        let process = try HostBench().process(["--extension", HostBench.actor, "--", "crash"])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var counts: [Int] = []
        for _ in 1...20 {
            input.fileHandleForWriting.write(Data(HostBench.pushes(1).utf8))
            _ = output.fileHandleForReading.availableData
            counts.append(
                try FileManager.default.contentsOfDirectory(
                    atPath: "/proc/\(process.processIdentifier)/fd").count)
        }
        // A line may be there a moment before its process is let go.
        let inUse = 4
        #expect(try #require(counts.last) <= #require(counts.first) + inUse)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
    }

    @Test func anInterruptEndsTheRunAndItsProcess() throws {
        let process = try HostBench().process(["--extension", HostBench.actor, "--", "content-then-hang"])
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        input.fileHandleForWriting.write(Data(HostBench.pushes(1).utf8))
        // Only a host that has blocked its signals has started a child.
        var child: Int32?
        while child == nil { child = try children(of: process).first }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 128 + SIGTERM)
        #expect(kill(try #require(child), 0) == -1)
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text.contains("processes  1 started, 1 killed"))
    }

    @Test func aProcessThatLeavesBetweenPushesCostsNone() throws {
        let process = try HostBench().process(["--extension", HostBench.actor, "--", "good-then-leave"])
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        for _ in 1...2 {
            input.fileHandleForWriting.write(Data(HostBench.pushes(1).utf8))
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            #expect(line.contains("modified"))
            let limit = Date().addingTimeInterval(10)
            while try hasChild(process), Date() < limit {}
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text.contains("processes  2 started, 0 killed, 2 ended between pushes"))
    }

    private func children(of process: Process) throws -> [Int32] {
        let id = process.processIdentifier
        let text = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    private func hasChild(_ process: Process) throws -> Bool { try !children(of: process).isEmpty }

    @Test func anOutputThatIsFullEndsTheRun() throws {
        let process = try HostBench().process(["--extension", HostBench.actor])
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(Data(HostBench.pushes(3).utf8))
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
    }

    @Test func aPlotShowsCapPushesAndStages() throws {
        let bench = try HostBench()
        let run = try bench.rehearse("leak", options: ["--plot", bench.path + "/plot.svg"])
        let data = try Data(contentsOf: URL(filePath: bench.path + "/plot.svg"))
        #expect(XMLParser(data: data).parse())
        let svg = String(decoding: data, as: UTF8.self)
        for words in ["cap 24 MiB", "1 memory", "envelope", "opening", "MiB resident"] {
            #expect(svg.contains(words))
        }
        #expect(run.verdicts == ["original memory", "modified content"])
        #expect(
            try bench.rehearse("good", options: ["--plot", bench.path + "/no/plot.svg"]).status == 74)
    }
}
