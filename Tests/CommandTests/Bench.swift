import Foundation
import Testing

/// What a run of a program left behind.
struct Run {
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The reason on each line, or its outcome where there is none.
    var reasons: [String] {
        lines.map { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let ntf = object?["ntf"] as? [String: Any]
            return (ntf?["reason"] ?? ntf?["outcome"]) as? String ?? "no JSON: \(line)"
        }
    }
}

/// A keystore, a group directory and the built command, for one test.
final class Bench {
    let path: String

    /// The published key and push (bitkit-core, v0_server.json and pushes.json).
    static let secret = String(repeating: "22", count: 32)
    static let publicKey = "02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27"
    static let push = try! String(
        contentsOf: root.appending(path: "TestVectors/demo/blocktank.push.json"), encoding: .utf8)

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The built executable lies beside the test bundle.
    static let executable: String = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return beside.appending(path: "ntfdecrypt").path
    }()

    var keystore: String { path + "/keystore" }
    var group: String { path + "/group" }

    init(withKey: Bool = true) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if withKey {
            let run = try run(["keys", "import", "blocktank"], input: Self.secret)
            #expect(run.status == 0)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Self.executable)
        process.arguments = arguments
        process.environment = [
            "NTFDECRYPT_KEYSTORE": "file:" + keystore, "NTFDECRYPT_GROUP_DIR": group, "HOME": path,
            "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
        ].merging(environment) { _, new in new }
        // What a sanitizer was told it has to be told here, too.
        for (name, value) in ProcessInfo.processInfo.environment where name.hasSuffix("SAN_OPTIONS") {
            process.environment?[name] = value
        }
        return process
    }

    /// Starts the command with pipes, to be talked to; `prepare` may change the input's before.
    func start(
        _ arguments: [String], prepare: (Pipe) -> Void = { _ in }
    ) throws -> (process: Process, input: Pipe, output: Pipe) {
        let process = process(arguments)
        let (input, output) = (Pipe(), Pipe())
        prepare(input)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, input, output)
    }

    func run(
        _ arguments: [String] = [], input: String = "", environment: [String: String] = [:]
    ) throws -> Run {
        try run(arguments, bytes: Data(input.utf8), environment: environment)
    }

    /// Files stand in for pipes, so that nothing can fill up and wait.
    func run(
        _ arguments: [String], bytes: Data, environment: [String: String] = [:]
    ) throws -> Run {
        let process = process(arguments, environment: environment)
        let names = ["in", "out", "err"].map { name in path + "/\(name)-\(UUID())" }
        try bytes.write(to: URL(filePath: names[0]))
        for name in names.dropFirst() { _ = FileManager.default.createFile(atPath: name, contents: nil) }
        process.standardInput = FileHandle(forReadingAtPath: names[0])
        process.standardOutput = FileHandle(forWritingAtPath: names[1])
        process.standardError = FileHandle(forWritingAtPath: names[2])
        try process.run()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus,
            output: try String(contentsOfFile: names[1], encoding: .utf8),
            errors: try String(contentsOfFile: names[2], encoding: .utf8))
    }

    /// The same through a shell, for descriptors and redirections; `$N` is the command.
    func shell(_ script: String) throws -> Run {
        let process = process([])
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.environment?["N"] = Self.executable
        let (out, err) = (path + "/out-\(UUID())", path + "/err-\(UUID())")
        for name in [out, err] { _ = FileManager.default.createFile(atPath: name, contents: nil) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        process.currentDirectoryURL = URL(filePath: path)
        try process.run()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus,
            output: try String(contentsOfFile: out, encoding: .utf8),
            errors: try String(contentsOfFile: err, encoding: .utf8))
    }
}
