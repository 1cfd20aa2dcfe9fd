import Foundation
import Testing

/// What goes wrong in a run, and where.
struct Fault {
    enum What: String { case calls, allocations }
    /// Counting begins with the first read of standard input, or with the process.
    enum From: String { case input, start }

    var what = What.calls
    var from = From.input
    /// Counted from 1; 0 counts only.
    let at: Int
    /// An error's name, `short`, `kill-before` or `kill-after`.
    let deed: String

    /// What a call can fail with that the command has to live with.
    static let errors = ["ENOSPC", "EIO", "EACCES", "EMFILE"]
    /// What the command has to make up for by itself.
    static let passing = ["EINTR", "short"]
    static let kills = ["kill-before", "kill-after"]
}

/// What a run left behind.
struct Run {
    /// The exit status; nil when a signal ended it.
    let status: Int32?
    let signal: Int32?
    let output: String
    let errors: String
    /// Calls or allocations that were counted, and the one that was struck.
    let seen: Int
    let struck: String?

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The one line of output as it should be: something to show; nil otherwise.
    var notification: Shown? {
        guard lines.count == 1, output.hasSuffix("\n") else { return nil }
        return Shown(lines[0])
    }
}

/// What a line of output says.
struct Shown {
    let outcome: String
    let isStored: Bool
    let isDuplicate: Bool

    /// Nil when the line has no title or no body.
    init?(_ line: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
            let push = object as? [String: Any], let aps = push["aps"] as? [String: Any],
            let alert = aps["alert"] as? [String: Any], let ntf = push["ntf"] as? [String: Any],
            let title = alert["title"] as? String, let body = alert["body"] as? String,
            !title.isEmpty, !body.isEmpty, let outcome = ntf["outcome"] as? String
        else { return nil }
        self.outcome = outcome
        isStored = ntf["stored"] as? Bool == true
        isDuplicate = ntf["duplicate"] as? Bool == true
    }
}

/// The built command under faults, with a keystore and group directories that go with their owner.
final class Victim {
    /// The published key and push (TestVectors/demo).
    static let secret = String(repeating: "22", count: 32)
    static let publicKey = "02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27"
    static let push = root.appending(path: "TestVectors/demo/blocktank.push.json").path
    /// More calls than any run makes: a loop ends.
    static let callsMax = 1000

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    fileprivate static let executable = built.appending(path: "ntfdecrypt").path

    /// The library that makes faults, compiled once for this process.
    private static let library: String = {
        let path = place + "/ntfdecrypt-faults-\(getpid()).so"
        let source = root.appending(path: "Tests/Support/faults/faults.c").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", path, source,
        ]
        try? process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "faults.c compiles")
        atexit { unlink(Victim.library) }
        return path
    }()

    /// In memory where that is possible: thousands of runs wait for the disk otherwise.
    private static let place =
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()

    let path: String
    var keystore: String { path + "/keystore" }
    var group: String { path + "/group" }

    init(withKey: Bool = true) throws {
        path = Self.place + "/ntfdecrypt-faults-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(Self.secret.utf8).write(to: URL(filePath: path + "/secret"))
        try Data(count: 64).write(to: URL(filePath: path + "/report"))
        if withKey { #expect(try importKey().status == 0) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Pipes the published push in.
    func open(_ arguments: [String] = [], _ fault: Fault? = nil) throws -> Run {
        try run(arguments, input: Self.push, fault)
    }

    func importKey(_ fault: Fault? = nil) throws -> Run {
        try run(["keys", "import", "blocktank"], input: path + "/secret", fault)
    }

    /// Hands the published push to the extension under the host; the fault is the extension's alone.
    func host(_ fault: Fault?) throws -> Run {
        try run(
            ["run", "--extension", Self.root.appending(path: "Tests/Support/faults/extension").path],
            input: Self.push, program: Self.built.appending(path: "ntfhost").path,
            more: [
                "EXTENSION=\(Self.built.path)/ntfextension",
                "FAULTS=" + (fault.map(variables) ?? []).joined(separator: " "),
            ])
    }

    func run(
        _ arguments: [String], input: String = "/dev/null", _ fault: Fault? = nil,
        program: String = Victim.executable, more: [String] = []
    ) throws -> Run {
        let (output, errors) = (path + "/output", path + "/errors")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let make = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, make, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, make, 0o600)
        let file = try FileHandle(forUpdating: URL(filePath: path + "/report"))
        try file.write(contentsOf: Data(count: 64))

        var child = pid_t()
        let spawned = withStrings([program] + arguments) { words in
            withStrings(environment(fault) + more) { variables in
                posix_spawn(&child, program, &actions, nil, words, variables)
            }
        }
        try #require(spawned == 0)
        var code: Int32 = 0
        while waitpid(child, &code, 0) < 0 { try #require(errno == EINTR) }
        let signal = code & 0x7f
        try file.seek(toOffset: 0)
        let report = try file.read(upToCount: 64) ?? Data(count: 64)
        try file.close()
        let number = { (start: Int) in
            (0..<8).reduce(0) { number, byte in number | Int(report[start + byte]) << (8 * byte) }
        }
        let name = String(decoding: report[16...].prefix { byte in byte != 0 }, as: UTF8.self)
        return Run(
            status: signal == 0 ? code >> 8 & 0xff : nil, signal: signal == 0 ? nil : signal,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8),
            seen: number(0), struck: number(8) == 1 ? name : nil)
    }

    private func environment(_ fault: Fault?) -> [String] {
        var variables = [
            "NTFDECRYPT_KEYSTORE=file:\(keystore)", "NTFDECRYPT_GROUP_DIR=\(group)", "HOME=\(path)",
            "PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no",
        ]
        if let fault { variables += self.variables(fault) }
        return variables
    }

    /// What tells the library of faults what to do.
    private func variables(_ fault: Fault) -> [String] {
        [
            "LD_PRELOAD=\(Self.library)", "FAULTS_REPORT=\(path)/report",
            "FAULTS_WHAT=\(fault.what.rawValue)", "FAULTS_FROM=\(fault.from.rawValue)",
            "FAULTS_AT=\(fault.at)", "FAULTS_DO=\(fault.deed)",
        ]
    }

    private func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { string in strdup(string) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }

    /// How many records wait, each of them whole.
    func records() throws -> Int {
        let folder = group + "/inbox/new"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names {
            let bytes = try Data(contentsOf: URL(filePath: folder + "/" + name))
            let object = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
            #expect(bytes.last == UInt8(ascii: "\n"))
            #expect(object?["id"] as? String == name)
            #expect(object?["state"] as? String == "pending")
        }
        return names.count
    }

    func removeGroup() throws {
        guard FileManager.default.fileExists(atPath: group) else { return }
        try FileManager.default.removeItem(atPath: group)
    }

    func removeKeystore() throws {
        guard FileManager.default.fileExists(atPath: keystore) else { return }
        try FileManager.default.removeItem(atPath: keystore)
    }
}
