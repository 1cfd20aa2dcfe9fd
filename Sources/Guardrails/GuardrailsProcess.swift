internal import CommandSupport
internal import Glibc
internal import ProcessCoordination
internal import Threading

/// One of the two processes of a simulated device: does what the host says on descriptor 3, line by
/// line, until the host is gone.
public enum GuardrailsProcess {
    /// The first argument such a process is started with.
    public static let word = "guardrails-process"

    /// Serves the host when the arguments say so, and then ends the process; else returns at once.
    public static func serveIfAsked() {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, arguments[1] == word else { return }
        guard let side = Side.allCases.first(where: { "\($0.name)" == arguments[2] }),
            let clock = try? ClockPage(directory: arguments[3])
        else { exit(ExitStatus.usage.rawValue) }
        System.prepareProcess()
        let socket = LineSocket(owning: 3)
        // A count, for the thread sanitizer takes accesses to a state without bytes for a race.
        let output = Mutex(0)
        let say: @Sendable (String) -> Void = { line in
            output.withLock { lines in lines += socket.write(line) ? 1 : 0 }
        }
        let environment = ProcessEnvironment(
            side: side, groupDirectory: arguments[3] + "/group", directory: arguments[3],
            clock: clock, peerAddress: arguments[4], report: { text in say("event \(text)") })
        serve(Rooms(environment), socket, say)
        exit(0)
    }

    private static func serve(
        _ rooms: Rooms, _ socket: LineSocket, _ say: @escaping @Sendable (String) -> Void
    ) {
        say("event ready")
        while let line = socket.next(within: nil) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, let number = UInt64(words[0]) else { return }
            let started = Thread.detach(stackBytes: GuardrailsLimits.commandStackBytes) {
                do throws(Refused) {
                    say("\(number) ok \(try rooms.run(Array(words.dropFirst())))")
                } catch {
                    say("\(number) refused \(error.reason)")
                }
            }
            if !started { say("\(number) refused no-thread") }
        }
    }

    /// The rooms that were spoken to.
    private final class Rooms: Sendable {
        private let environment: ProcessEnvironment
        private let open = Mutex<[String: any ProcessCommands]>([:])

        init(_ environment: ProcessEnvironment) {
            self.environment = environment
        }

        func run(_ words: [String]) throws(Refused) -> String {
            guard let type = Registry.commands.first(where: { $0.word == words[0] }) else {
                throw Refused("no-such-command")
            }
            let room = open.withLock { open in
                let room = open[words[0]] ?? type.init(environment)
                open[words[0]] = room
                return room
            }
            return try room.run(Array(words.dropFirst()))
        }
    }
}
