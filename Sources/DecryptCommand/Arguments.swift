/// Arguments as people type them.
enum Arguments {
    private static let subcommands: Set<String> = [
        "open", "notify", "seal", "keys", "inbox", "metrics", "vectors", "audit", "doctor", "help",
    ]
    private static let flags: Set<String> = [
        "--no-store", "--discreet", "--card", "--audit", "--two-push", "--verification",
        "--production", "--hex", "--json", "--prometheus",
    ]

    /// The same arguments with the subcommand in front: `--keystore X keys list` means
    /// `keys list --keystore X`, and not a file named `keys`.
    static func subcommandFirst(_ arguments: [String]) -> [String] {
        var index = 0
        while index < arguments.count, arguments[index].hasPrefix("--"), arguments[index] != "--" {
            let isAlone = arguments[index].contains("=") || flags.contains(arguments[index])
            index += isAlone ? 1 : 2
        }
        guard index > 0, index < arguments.count, subcommands.contains(arguments[index]) else {
            return arguments
        }
        return Array(arguments[index...] + arguments[..<index])
    }
}
