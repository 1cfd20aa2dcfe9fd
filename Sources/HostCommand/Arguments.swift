/// The command line in two halves: ours, and behind `--` the extension's.
enum Arguments {
    static let own = Array(CommandLine.arguments.dropFirst().prefix { $0 != "--" })

    static let behindTerminator = Array(
        CommandLine.arguments.dropFirst().drop { $0 != "--" }.dropFirst())
}
