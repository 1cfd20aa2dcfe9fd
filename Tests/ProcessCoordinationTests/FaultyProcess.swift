import Foundation
import Guardrails
import ProcessCoordination
import Testing

/// A process of a device that meets a fault at one of its file calls.
final class FaultyProcess {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The library that makes faults, compiled once for this process.
    private static let library: String = {
        let path = NSTemporaryDirectory() + "/ntf-device-faults-\(getpid()).so"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", path,
            root.appending(path: "Tests/Support/faults/faults.c").path,
        ]
        try? process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "faults.c compiles")
        atexit { unlink(FaultyProcess.library) }
        return path
    }()

    let device: Device
    /// Nil when the fault kept it from starting.
    let process: DeviceProcess?
    private let report: String

    /// - Parameters:
    ///   - call: which file call meets the fault, counted from the start of the process; 0 for none.
    ///   - deed: what happens there, as `faults.c` has it.
    init(_ side: Side, at call: Int, _ deed: String) throws {
        report = NSTemporaryDirectory() + "/ntf-device-report-\(UUID())"
        try Data(count: 64).write(to: URL(filePath: report))
        let program = DeviceProgram(
            path: probe.path,
            environment: [
                "LD_PRELOAD=\(FaultyProcess.library)", "FAULTS_REPORT=\(report)",
                "FAULTS_WHAT=calls", "FAULTS_FROM=start", "FAULTS_DO=\(deed)", "FAULTS_AT=\(call)",
            ])
        device = try Device(program, random: Random(seed: 1))
        process = try? device.start(side)
    }

    deinit { unlink(report) }

    /// How many calls there were by now.
    var seen: Int { Int(number(at: 0)) }
    /// Whether the fault happened.
    var isStruck: Bool { number(at: 8) != 0 }
    /// The call that met it.
    var name: String {
        let bytes = FileManager.default.contents(atPath: report) ?? Data()
        return String(decoding: bytes.dropFirst(16).prefix { byte in byte != 0 }, as: UTF8.self)
    }

    private func number(at offset: Int) -> UInt64 {
        let bytes = FileManager.default.contents(atPath: report) ?? Data(count: 64)
        return bytes.dropFirst(offset).prefix(8).reversed().reduce(0) { sum, byte in
            sum << 8 | UInt64(byte)
        }
    }

    /// Tries every call of `commands`, one process each, and hands each to `body` with its answers.
    /// Answers how many calls there were.
    static func atEachCall(
        _ side: Side, _ deed: String, _ commands: [String],
        _ body: (FaultyProcess, [Answer]) throws -> Void
    ) throws -> Int {
        let first = try FaultyProcess(side, at: 0, deed)
        let starting = first.seen
        for call in starting + 1..<starting + 1_000 {
            let victim = try FaultyProcess(side, at: call, deed)
            let answers = commands.map { command in victim.process?.ask(command) ?? .dead }
            let isStruck = victim.isStruck
            try body(victim, answers)
            if !isStruck { return call - starting - 1 }
        }
        Issue.record("the commands come to an end")
        return 0
    }
}
