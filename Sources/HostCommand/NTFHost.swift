public import ArgumentParser
import CommandSupport
import Glibc
import Guardrails

/// The command: the operating system's part towards an extension process.
public struct NTFHost: ParsableCommand {
    /// Name, help, examples and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "ntfhost",
        abstract: "Holds a notification extension to what a phone holds it to.",
        discussion: """
            Plays the operating system's part on Linux: starts the extension, hands it pushes, \
            tells it when its time is nearly over, kills it above its memory or past its time, and \
            shows what a user would have seen.

            EXAMPLES
              Two pushes through the extension that lies beside ntfhost:
                ntfhost run < pushes.jsonl
              A picture of its memory:
                ntfhost run --plot memory.svg < pushes.jsonl
              See that a leak is stopped and the next push is fine:
                ntfhost run --fault leak < pushes.jsonl
              Somebody else's extension, with arguments of its own:
                ntfhost run --extension ./extension.py --deadline 5s pushes.jsonl -- --verbose
              App and extension on one device, every rule of it:
                ntfhost guardrails
              Payments to a device that sleeps, in virtual time:
                ntfhost matrix
            """,
        version: Release.version,
        subcommands: [RunCommand.self, GuardrailsCommand.self, MatrixCommand.self])

    /// Argument parsing makes one.
    public init() {}

    /// The whole program; ends the process when something failed.
    public static func start() {
        GuardrailsProcess.serveIfAsked()
        System.prepareProcess()
        fillStandardDescriptors()
        do {
            var command = try parseAsRoot(Arguments.own)
            try command.run()
        } catch let failure as Failure {
            Report.error(failure.message, hint: failure.hint)
            Glibc.exit(failure.status.rawValue)
        } catch {
            let status = exitCode(for: error)
            if error is ExitCode { Glibc.exit(status.rawValue) }
            guard !status.isSuccess else {
                print(fullMessage(for: error))
                Glibc.exit(status.rawValue)
            }
            Report.error(message(for: error), hint: "ntfhost \(subcommand) --help")
            Glibc.exit(status.rawValue)
        }
    }

    /// The subcommand that was asked for; `run` where none was.
    private static var subcommand: String {
        for command in configuration.subcommands {
            if let name = command.configuration.commandName, Arguments.own.contains(name) {
                return name
            }
        }
        return "run"
    }

    /// Where one of the three was closed, what we open would be taken for it.
    private static func fillStandardDescriptors() {
        var descriptor: Int32 = 0
        while descriptor >= 0 && descriptor <= STDERR_FILENO {
            // SAFETY: the path is a C string.
            descriptor = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        }
        if descriptor > STDERR_FILENO { _ = close(descriptor) }
    }
}
