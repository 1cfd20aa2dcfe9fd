internal import Glibc

/// `process hush`: says nothing on standard error any more, for a process that is about to trap.
final class SelfCommands: ProcessCommands {
    static let word = "process"

    init(_ environment: ProcessEnvironment) {}

    func run(_ words: [String]) throws(Refused) -> String {
        guard words == ["hush"] else { throw Refused("usage") }
        // SAFETY: the path is a C string.
        let null = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard null >= 0, dup2(null, STDERR_FILENO) >= 0 else { throw Refused("not-hushed") }
        _ = close(null)
        return ""
    }
}
