import ArgumentParser
import CommandSupport
import Glibc
import NotificationPipeline

/// `audit`: the budgets of this package, measured.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Measure heap allocations and time of each stage against their budgets.",
        discussion: """
            Seals pushes of every kind, sends them through the pipeline with a keystore and a group \
            directory of its own, and counts. Exit status 1 when anything differs from its budget; \
            docs/measurements.md says why each budget is what it is.
            """)

    @Flag(help: "Write the measurements as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("Also write a page with pictures.", valueName: "FILE"))
    var html: String?

    @Option(
        help: ArgumentHelp("What the process may have resident at most.", valueName: "BYTES"))
    var memoryCap = ByteCount(bytes: CommandLimits.memoryCapBytes)

    @Option(
        help: ArgumentHelp(
            "Allocate once in this stage, to see the audit fail.", visibility: .hidden))
    var spoil: String?

    func run() throws {
        let meter = try Metering.meter()
        let spoiled = try spoil.map { name in
            guard let stage = Stage.allCases.first(where: { stage in "\(stage.name)" == name })
            else {
                throw ValidationError("there is no stage \(name)")
            }
            return stage
        }
        let run = try AuditRun(meter, spoiled: spoiled)
        var report = AuditReport()
        for kind in AuditKind.allCases { report.kinds.append(run.measure(kind)) }
        report.memory = MemoryUse.ofProcess() ?? MemoryUse()
        report.memoryCap = memoryCap.bytes
        print(json ? report.json : report.text)
        if let html { try System.write(report.page, toFile: html) }
        guard report.isWithinBudget else {
            Report.error("the measurements are not the budgets", hint: AuditCommand.hint)
            throw ExitStatus.refused.asExitCode
        }
    }
}

extension AuditCommand {
    #if DEBUG
    private static let hint =
        "this build is not optimised and allocates more: script/build, then dist/bin/ntfdecrypt audit"
    #else
    private static let hint = "docs/measurements.md says why each budget is what it is"
    #endif
}

/// The way to a meter: this build's own, or the build beside it that has one.
enum Metering {
    /// Set once, before anything else runs.
    private static let installed = OnceSet<AllocationMeter>()

    static func install(_ meter: AllocationMeter?) {
        if let meter { installed.set(meter) }
    }

    /// The meter; when this build has none, the process goes on as the build that has.
    static func meter() throws(Failure) -> AllocationMeter {
        guard let meter = installed.value else {
            become("ntfdecrypt-audit")
            throw Failure(
                "this build counts no allocations, and ntfdecrypt-audit does not lie beside it",
                hint: "script/build, then dist/bin/ntfdecrypt audit")
        }
        guard meter.isAlive else {
            throw Failure(
                "the allocation meter is dead: it does not count its control",
                hint: "build without sanitizers: script/build ntfdecrypt-audit", status: .bug)
        }
        return meter
    }

    /// Replaces this process by the program `name` beside it, with the same arguments, and returns
    /// only when there is none.
    private static func become(_ name: String) {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        // SAFETY: room for all but the last byte, which stays zero.
        let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        guard count > 0, let slash = path[..<count].lastIndex(of: CChar(bitPattern: 47)) else {
            return
        }
        let directory = path[...slash].map { byte in UInt8(bitPattern: byte) }
        // SAFETY: the arguments are those the system gave us, and end with a null pointer.
        _ = unsafe execv(
            String(decoding: directory, as: UTF8.self) + name, CommandLine.unsafeArgv)
    }
}
