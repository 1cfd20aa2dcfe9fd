public import ArgumentParser
public import CommandSupport
import Glibc
import NotificationPipeline

/// How the shipped extension can be told to misbehave.
enum Fault: String, CaseIterable, ExpressibleByArgument, Sendable {
    case hang, leak, crash, silent, twice, late
    case slowStart = "slow-start"
}

/// `run`: pushes through one extension process.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Hand pushes to an extension and show what a user would see.",
        usage: "ntfhost run [<options>] [<FILE> …] [-- <argument of the extension> …]",
        discussion: """
            Pushes are JSON values one after another, from standard input or files. A line of JSON \
            a push on standard output: whether the user sees what the extension made of it or the \
            original, why, after how long, and the extension's peak memory in bytes. A summary on \
            standard error.

            The extension is started for the first push and used again as long as it behaves. \
            docs/extension-protocol.md is what the two say to each other.

            Exit status: 0 every push was shown modified; 1 at least one was shown as it came; 64 \
            usage; 66 a file or the extension cannot be found; 69 the extension cannot be \
            executed; 74 the output cannot be written.
            """)

    @Option(
        help: ArgumentHelp("The extension; else ntfextension beside ntfhost.", valueName: "PATH"))
    var `extension`: String?

    @Option(help: ArgumentHelp("Kill it above this resident memory.", valueName: "BYTES"))
    var memory = ByteCount(bytes: HostLimits.memoryDefault)

    @Option(help: ArgumentHelp("Kill it when a push takes longer, as in 500ms.", valueName: "TIME"))
    var deadline = Milliseconds(HostLimits.deadlineMillisecondsDefault)

    @Option(help: ArgumentHelp("Requests under way at once in the process.", valueName: "N"))
    var overlap = 1

    @Option(help: ArgumentHelp("Make the first ntfextension process misbehave.", valueName: "NAME"))
    var fault: Fault?

    @Option(help: ArgumentHelp("Draw memory over time.", valueName: "FILE.svg"))
    var plot: String?

    @Option(
        help: ArgumentHelp(
            "Handed on: where the keys are. NTFDECRYPT_KEYSTORE is inherited too.",
            valueName: "file:DIR"))
    var keystore: String?

    @Option(
        help: ArgumentHelp(
            "Handed on: the directory the app shares. NTFDECRYPT_GROUP_DIR is inherited too.",
            valueName: "DIR"))
    var groupDir: String?

    @Flag(help: "Handed on: leave the group directory alone.")
    var noStore = false

    @Option(help: ArgumentHelp("The longest payload taken, as in 16KiB.", valueName: "BYTES"))
    var maxPayload = ByteCount(bytes: Limits.payloadBytesDefault)

    @Argument(help: ArgumentHelp("Files to read instead of standard input.", valueName: "FILE"))
    var files: [String] = []

    func validate() throws {
        guard (1...HostLimits.overlapMax).contains(overlap) else {
            throw ValidationError("--overlap takes a number from 1 to \(HostLimits.overlapMax)")
        }
        let (shortest, longest) = (
            HostLimits.deadlineMillisecondsMin, HostLimits.deadlineMillisecondsMax
        )
        guard (shortest...longest).contains(deadline.count) else {
            throw ValidationError(
                "--deadline takes \(Milliseconds(shortest)) to \(Milliseconds(longest))")
        }
        guard (1...Limits.payloadBytesMax).contains(maxPayload.bytes) else {
            throw ValidationError("--max-payload takes 1 to \(Limits.payloadBytesMax) bytes")
        }
        guard Arguments.behindTerminator.count <= HostLimits.argumentsMax else {
            throw ValidationError("at most \(HostLimits.argumentsMax) arguments are handed on")
        }
        if let keystore, !keystore.hasPrefix("file:") || keystore.utf8.count == 5 {
            throw ValidationError("an extension has a file keystore: --keystore file:DIR")
        }
    }

    func run() throws {
        let program = Program(
            path: try ExtensionPath.find(`extension`), arguments: handedOn,
            saysStages: plot != nil)
        let plotFile = try plot.map { path in try PlotFile(path: path) }
        if files.isEmpty && isatty(STDIN_FILENO) == 1 {
            Report.note(
                "reading pushes from the terminal; Ctrl-D ends, ntfhost run --help explains")
        }
        let input = PushInput(files: files, payloadBytesMax: maxPayload.bytes)
        let host = Host(
            program,
            Host.Rules(
                memoryMax: memory.bytes, deadlineMilliseconds: deadline.count, overlap: overlap,
                fault: fault?.rawValue),
            input: input, payloadBytesMax: maxPayload.bytes,
            catalog: Catalog(locale: System.locale()))
        host.run()
        let text = host.summary.text(memoryMax: memory.bytes, group: host.groupVersion)
        System.write(text + "\n", to: STDERR_FILENO)
        if let plotFile, let trace = host.trace {
            let plot = Plot(trace: trace, peak: host.summary.peak, memoryMax: memory.bytes)
            try plotFile.write(plot.svg)
        }
        try judge(host, input)
    }

    /// The arguments the extension is started with.
    private var handedOn: [String] {
        var arguments: [String] = []
        if let keystore { arguments += ["--keystore", keystore] }
        if let groupDir { arguments += ["--group-dir", groupDir] }
        if noStore { arguments.append("--no-store") }
        return arguments + Arguments.behindTerminator
    }

    /// Ends with the status of the run, unless all was well.
    private func judge(_ host: Host, _ input: PushInput) throws {
        if host.interruption != 0 { throw ExitCode(128 + host.interruption) }
        if host.outputError != 0 {
            throw Failure(
                "standard output cannot be written: \(System.message(host.outputError))",
                hint: "check the disk, or the program behind the pipe", status: .outputUnwritable)
        }
        if let failure = input.failure { throw failure }
        if host.startError != 0 && host.summary.starts == 0 {
            throw Failure(
                "the extension cannot be executed: \(System.message(host.startError))",
                hint: "file \(`extension` ?? "ntfextension"); a script begins with #!",
                status: .unavailable)
        }
        if !host.summary.isGood { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}

extension ByteCount: ExpressibleByArgument {
    /// Reads a size as people write it on a command line.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension Milliseconds: ExpressibleByArgument {
    init?(argument: String) {
        self.init(text: argument)
    }
}
