public import ArgumentParser
import CommandSupport
import Glibc

/// The command. With no subcommand it is the filter: pushes in, notifications out.
public struct NTFDecrypt: ParsableCommand {
    /// Name, help, examples and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "ntfdecrypt",
        abstract: "Turns encrypted push payloads into notifications people understand.",
        usage: """
            ntfdecrypt [<options>] < pushes.json
            ntfdecrypt <subcommand> [<options>]
            """,
        discussion: """
            Reads JSON push payloads from standard input, one after another, and writes one line of \
            JSON for each: an APNs payload with title and body, and under "ntf" what is known of it. \
            Whatever comes in, a notification comes out; exit status 1 says that one fell back.

            EXAMPLES
              Make a key and show its public half, which the server seals to:
                ntfdecrypt keys generate blocktank
              Or bring the key you have (hex, on standard input, never as an argument):
                ntfdecrypt keys import blocktank < secret.hex
              Decrypt a push and look at it:
                ntfdecrypt --card < push.json
              Decrypt a stream on all cores and keep the titles:
                ntfdecrypt --jobs 4 < pushes.jsonl | jq -r .aps.alert.title
              Show them on the desktop; a click opens the app:
                ntfdecrypt notify --app-uri 'bitkit://wake?hash={paymentHash}' < pushes.jsonl
              See what the app finds, and take it:
                ntfdecrypt inbox list
                ntfdecrypt inbox take
              Be the server: seal a message to this device's key:
                ntfdecrypt seal blocktank --slot blocktank < message.json
              Find out what is not working:
                ntfdecrypt doctor

            All options of the filter: ntfdecrypt help open
            """,
        version: Release.version,
        subcommands: [
            OpenCommand.self, NotifyCommand.self, SealCommand.self, KeysCommand.self,
            InboxCommand.self, MetricsCommand.self, VectorsCommand.self, AuditCommand.self,
            DoctorCommand.self,
        ],
        defaultSubcommand: OpenCommand.self)

    /// Argument parsing makes one.
    public init() {}

    /// The whole program; ends the process when something failed.
    ///
    /// - Parameter meter: what counts allocations, in the build that has one linked.
    public static func start(meter: AllocationMeter?) {
        System.prepareProcess()
        Metering.install(meter)
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            var command = try parseAsRoot(Arguments.subcommandFirst(arguments))
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
            Report.error(message(for: error), hint: "ntfdecrypt --help")
            Glibc.exit(status.rawValue)
        }
    }
}
