import Foundation
import Testing

/// What a run of the host left behind.
struct HostRun {
    let status: Int32
    let output: String
    let errors: String

    /// The JSON of each line.
    var lines: [[String: Any]] {
        output.split(separator: "\n").map { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            return object as? [String: Any] ?? ["no JSON": line]
        }
    }

    /// `displayed why` of each line.
    var verdicts: [String] {
        lines.map { line in "\(line["displayed"] ?? "-") \(line["why"] ?? "-")" }
    }

    func texts(_ part: String) -> [String] {
        lines.map { line in
            let content = line["content"] as? [String: Any]
            let alert = (content?["aps"] as? [String: Any])?["alert"] as? [String: Any]
            return alert?[part] as? String ?? "-"
        }
    }

    func numbers(_ name: String) -> [Int?] { lines.map { line in line[name] as? Int } }

    /// How many processes the summary says were started, and killed.
    var processes: String {
        let line = errors.split(separator: "\n").first { $0.hasPrefix("processes") } ?? "-"
        return String(line.dropFirst("processes".count).drop { $0 == " " })
    }
}

/// A directory for one test, and the built host.
final class HostBench {
    let path: String

    static let builtDirectory =
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    static let executable = builtDirectory.appending(path: "ntfhost").path
    /// The extension in Python, which behaves as its first argument says.
    static let actor = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Extensions/extension.py").path

    /// `count` pushes, each with a text of its own.
    static func pushes(_ count: Int) -> String {
        (1...count).map { number in
            #"{"aps":{"alert":{"title":"Push \#(number)","body":"As it came"}}}"# + "\n"
        }.joined()
    }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "host-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Two pushes: the extension behaves so for the first one, and well in every later process.
    func rehearse(
        _ behaviour: String, deadline: String = "20s", memory: String = "24MiB",
        options: [String] = []
    ) throws -> HostRun {
        let once = path + "/once-\(UUID())"
        return try run(
            ["--extension", Self.actor, "--deadline", deadline, "--memory", memory] + options
                + ["--", behaviour, "--once", once], input: Self.pushes(2))
    }

    /// Files stand in for pipes, so that nothing can fill up and wait.
    func run(_ arguments: [String], input: String) throws -> HostRun {
        try run(arguments, bytes: Data(input.utf8))
    }

    func run(_ arguments: [String], bytes: Data) throws -> HostRun {
        try run(process(arguments), bytes: bytes)
    }

    func run(_ process: Process, bytes: Data) throws -> HostRun {
        let names = ["in", "out", "err"].map { name in path + "/\(name)-\(UUID())" }
        try bytes.write(to: URL(filePath: names[0]))
        for name in names.dropFirst() {
            _ = FileManager.default.createFile(atPath: name, contents: nil)
        }
        process.standardInput = FileHandle(forReadingAtPath: names[0])
        process.standardOutput = FileHandle(forWritingAtPath: names[1])
        process.standardError = FileHandle(forWritingAtPath: names[2])
        try process.run()
        process.waitUntilExit()
        return HostRun(
            status: process.terminationStatus,
            output: try String(contentsOfFile: names[1], encoding: .utf8),
            errors: try String(contentsOfFile: names[2], encoding: .utf8))
    }

    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Self.executable)
        process.arguments = ["run"] + arguments
        process.environment = [
            "HOME": path, "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
            "GRANDCHILD": path + "/grandchild", "LC_ALL": "C",
        ]
        return process
    }
}
