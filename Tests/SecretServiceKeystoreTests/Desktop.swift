import Foundation
import Testing

/// What a process printed and how long it took.
struct Outcome {
    var lines: [String]
    var status: Int32
    var elapsed: Duration
}

/// A desktop session of its own: a home, a D-Bus without any startable service, and, if wanted,
/// the real gnome-keyring with an unlocked default collection. Ends with its owner.
final class Desktop {
    /// Who answers on the bus.
    enum Service {
        case nobody
        /// gnome-keyring with the collection `login`, unlocked.
        case unlocked
        /// gnome-keyring that nobody logged in to: it has no collection at all.
        case empty
        /// A program that has the service's name and never answers.
        case silent
    }

    let root: String
    private(set) var environment: [String: String]
    private var processes: [Process] = []

    init(_ service: Service) throws {
        var template = Array("/tmp/ntfdecrypt-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let bytes = template.dropLast().map { byte in UInt8(bitPattern: byte) }
        root = String(decoding: bytes, as: UTF8.self)
        environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        for (name, folder) in [
            ("HOME", "home"), ("XDG_RUNTIME_DIR", "run"), ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache"),
        ] {
            environment[name] = root + "/" + folder
            mkdir(root + "/" + folder, 0o700)
        }
        try startBus()
        switch service {
        case .nobody:
            return
        case .unlocked:
            try start(["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
                input: "password")
        case .empty:
            try start(["gnome-keyring-daemon", "--components=secrets", "--foreground"])
        case .silent:
            let here = (#filePath as NSString).deletingLastPathComponent
            // The distribution's Python, which is the one python3-dbus belongs to.
            try start(["/usr/bin/python3", here + "/silent_service.py"])
        }
        let wait = try run(
            ["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.secrets"])
        try #require(wait.status == 0, "the service came up")
    }

    deinit {
        for process in processes.reversed() where process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Ends the bus as a crash would.
    func killBus() {
        kill(processes[0].processIdentifier, SIGKILL)
        processes[0].waitUntilExit()
    }

    /// Runs a program in the session to its end.
    func run(
        _ command: [String], input: String = "", changes: [String: String] = [:], without: [String] = []
    ) throws -> Outcome {
        let clock = ContinuousClock()
        let begin = clock.now
        let (process, output) = try launch(command, input: input, changes: changes, without: without)
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        return Outcome(
            lines: lines, status: process.terminationStatus, elapsed: begin.duration(to: clock.now))
    }

    /// Runs `keyprobe` on the Secret Service and answers what it printed.
    func probe(
        _ operation: String, _ slot: String = "blocktank", count: Int = 1, input: String = "",
        changes: [String: String] = [:], without: [String] = []
    ) throws -> Outcome {
        try run(
            [Self.probePath(), "secret-service", operation, slot, "\(count)"], input: input,
            changes: changes, without: without)
    }

    /// Locks the default collection as the desktop does when the screen is locked.
    func lock() throws {
        let locked = try run([
            "gdbus", "call", "--session", "-d", "org.freedesktop.secrets",
            "-o", "/org/freedesktop/secrets", "-m", "org.freedesktop.Secret.Service.Lock",
            "['/org/freedesktop/secrets/aliases/default']",
        ])
        try #require(locked.status == 0)
    }

    /// Stores a text the way people do without us.
    func secretTool(_ text: String, slot: String = "blocktank", generation: String) throws {
        let stored = try run(
            ["secret-tool", "store", "--label=x", "application", "ntfdecrypt", "slot", slot,
                "generation", generation], input: text)
        try #require(stored.status == 0)
    }

    /// Starts `keyprobe watch`, whose pipes the caller reads and writes.
    func watch(_ slot: String = "blocktank") throws -> (process: Process, input: Pipe, output: Pipe) {
        let input = Pipe()
        let (process, output) = try launch(
            [Self.probePath(), "secret-service", "watch", slot], pipe: input)
        return (process, input, output)
    }

    static func probePath() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return (own as NSString).deletingLastPathComponent + "/keyprobe"
    }

    private func startBus() throws {
        let configuration = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
            "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><type>session</type><listen>unix:path=\(root)/run/bus</listen>
            <auth>EXTERNAL</auth><policy context="default"><allow send_destination="*"/>
            <allow receive_sender="*"/><allow own="*"/></policy></busconfig>
            """
        try configuration.write(toFile: root + "/bus.conf", atomically: false, encoding: .utf8)
        let (process, output) = try launch(
            ["dbus-daemon", "--config-file=\(root)/bus.conf", "--nofork", "--print-address"])
        processes.append(process)
        // The bus prints its address when it listens: that is what we wait for.
        let address = String(
            decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try #require(address.hasPrefix("unix:"), "the bus came up")
        environment["DBUS_SESSION_BUS_ADDRESS"] =
            address.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func start(_ command: [String], input: String = "") throws {
        processes.append(try launch(command, input: input).process)
    }

    private func launch(
        _ command: [String], input: String = "", changes: [String: String] = [:], without: [String] = [],
        pipe: Pipe? = nil
    ) throws -> (process: Process, output: Pipe) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = environment.merging(changes) { _, new in new }
            .filter { name, _ in !without.contains(name) }
        if let pipe {
            process.standardInput = pipe
        } else {
            // A file and no pipe: a program that does not read its input must not stop us.
            let file = root + "/input"
            try input.write(toFile: file, atomically: true, encoding: .utf8)
            process.standardInput = FileHandle(forReadingAtPath: file)
        }
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, output)
    }
}
