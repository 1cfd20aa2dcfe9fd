import ArgumentParser
import CommandSupport
import DesktopNotifications
import Glibc
import NotificationPipeline
import SharedGroup
import Threading

/// The filter: payloads in, one line of JSON out for each, in their order.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Decrypt payloads from standard input or files (the default).",
        discussion: """
            Payloads are JSON values one after another, a line each or pretty-printed. What is not \
            JSON costs that payload only. Exit status: 0 every payload decrypted or plain and \
            stored; 1 at least one fell back or could not be stored; 64 usage; 66 a file cannot be \
            read; 74 standard output cannot be written.
            """)

    @OptionGroup var keystore: KeystoreOptions
    @OptionGroup var group: GroupOptions

    @Flag(help: "Leave the group directory alone.")
    var noStore = false

    @Option(help: ArgumentHelp("The name shown instead of Bitkit.", valueName: "NAME"))
    var appName = "Bitkit"

    @Flag(help: "Show what kind of notification it is and nothing of its content.")
    var discreet = false

    @Option(help: ArgumentHelp("The language of the texts, as in de or pt-BR.", valueName: "TAG"))
    var locale: String?

    @Option(help: ArgumentHelp("The longest payload taken, as in 16KiB.", valueName: "BYTES"))
    var maxPayload = ByteCount(bytes: Limits.payloadBytesDefault)

    @Option(help: ArgumentHelp("Spread the payloads over this many threads.", valueName: "N"))
    var jobs = 1

    @Flag(
        help: """
            Show the whole decrypted message under ntf.message, for looking for faults; only when \
            standard output is a terminal or a pipe.
            """)
    var showMessage = false

    @Flag(help: "Also draw each notification on standard error, as a phone would show it.")
    var card = false

    @Flag(help: "Afterwards, tell what each stage allocated and how long it took.")
    var audit = false

    @Option(
        help: ArgumentHelp(
            "With --audit: what may be resident at most, as in 24MiB.", valueName: "BYTES"))
    var memoryCap = ByteCount(bytes: CommandLimits.memoryCapBytes)

    @Argument(help: ArgumentHelp("Files to read instead of standard input.", valueName: "FILE"))
    var files: [String] = []

    func validate() throws {
        guard (1...CommandLimits.jobsMax).contains(jobs) else {
            throw ValidationError("--jobs takes a number from 1 to \(CommandLimits.jobsMax)")
        }
        guard (1...Limits.payloadBytesMax).contains(maxPayload.bytes) else {
            throw ValidationError(
                "--max-payload takes 1 to \(Limits.payloadBytesMax) bytes")
        }
    }

    func run() throws {
        try open { nil }
    }

    /// The texts as the options want them.
    func catalog() -> Catalog {
        Catalog(appName: appName, locale: locale ?? System.locale(), isDiscreet: discreet)
    }

    /// Reads, opens and writes; what `desktop` makes, once the options are known to make sense, is
    /// given each notification behind its line.
    func open(for desktop: () throws -> DesktopNotifier?) throws {
        if files.isEmpty && isatty(STDIN_FILENO) == 1 {
            Report.note("reading pushes from the terminal; Ctrl-D ends, ntfdecrypt --help explains")
        }
        if showMessage && !System.isTerminalOrPipe(STDOUT_FILENO) {
            throw Failure(
                "--show-message writes secrets, and standard output is neither a terminal nor a pipe",
                hint: "ntfdecrypt --show-message < push.json | jq .ntf.message", status: .usage)
        }
        let chosen = try keystore.choose()
        let inbox = noStore ? nil : Inbox(groupDirectory: try group.path())
        let advice = Advice(keystore: chosen, groupDirectory: try? group.path())
        let audit = audit ? FilterAudit(try Metering.meter(), cap: memoryCap.bytes) : nil
        let job = Job(
            audit: audit,
            keys: chosen, inbox: inbox,
            catalog: catalog(),
            payloadBytesMax: maxPayload.bytes,
            showsMessage: showMessage, drawsCards: card, desktop: try desktop(), advice: advice,
            input: PushInput(files: files, payloadBytesMax: maxPayload.bytes), output: LineOutput())
        // When the system gives fewer threads, fewer do the work.
        let others = (1..<jobs).compactMap { _ in Thread { job.work() } }
        job.work()
        for thread in others { thread.join() }
        let isWithinCap = audit?.report() ?? true
        try job.finish()
        guard isWithinCap else { throw ExitStatus.refused.asExitCode }
    }
}

/// The command's own maxima.
enum CommandLimits {
    static let jobsMax = 64
    /// What the secrets of a run take of locked memory at most, with its guard pages.
    static let lockedBytes = 256 * 1024
    /// What iOS gives a notification service extension.
    static let memoryCapBytes = 24 * 1024 * 1024
}
