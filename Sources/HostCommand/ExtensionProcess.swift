import CProcess
import CommandSupport
import Glibc

/// How a process ended: exactly one of the two.
enum ProcessEnd: Equatable, Sendable {
    case status(Int32)
    case signal(Int32)

    /// For people, as the rest of a sentence.
    var words: String {
        switch self {
        case .status(let status): "it ended with \(status)"
        case .signal(let number): "signal \(number) ended it"
        }
    }
}

/// What is needed to start an extension.
struct Program: Sendable {
    /// A path with a slash in it.
    let path: String
    let arguments: [String]
    /// Whether it is asked to say its stages.
    let saysStages: Bool
}

/// A running extension: its conversation, its memory, its end. Reaped by `end`, at the latest when
/// the last reference goes.
final class ExtensionProcess {
    let pid: Int32
    /// Readable once the process has ended; -1 where the system has no pidfd.
    let endDescriptor: Int32
    let startedAt: Moment
    let isInGroup: Bool
    var conversation: Conversation
    var memory: MemorySampler
    var isReady = false
    /// The last request handed over.
    var lastID: UInt64 = 0
    /// Messages since the last push was handed over.
    var messages = 0
    /// When the socket was seen closed while the process went on.
    var closedAt: Moment?
    private var isReaped = false
    /// Our own peak at the start: a child's figure begins with its parent's.
    private let inheritedPeak: Int

    /// Starts a program; throws the system's error number when it cannot be.
    init(
        _ program: Program, fault: String?, group: Int32, startedAt: Moment, milliseconds: UInt64
    ) throws(StartError) {
        guard let (ours, theirs) = Conversation.pair() else { throw StartError(code: errno) }
        let ownPeak = MemoryUse.ofProcess()?.peakResident
        var arguments = [program.path] + program.arguments
        if let fault { arguments += ["--fault", fault] }
        // SAFETY: all pointers live while the call runs, which only reads them.
        let started = unsafe CStrings.lend(arguments) { argumentPointers in
            unsafe CStrings.lend(ExtensionProcess.environment(program)) { environmentPointers in
                unsafe program.path.withCString { path in
                    var start = unsafe ntf_start(
                        path: path, arguments: argumentPointers, environment: environmentPointers,
                        socket: theirs, group: group,
                        milliseconds: Int32(min(milliseconds, UInt64(Int32.max))))
                    return unsafe ntf_process_start(&start)
                }
            }
        }
        _ = close(theirs)
        guard started.error == 0 else {
            _ = close(ours)
            throw StartError(code: started.error)
        }
        pid = started.pid
        endDescriptor = started.descriptor
        isInGroup = started.is_in_group != 0
        self.startedAt = startedAt
        inheritedPeak = ownPeak ?? 0
        conversation = Conversation(owning: ours)
        memory = MemorySampler(pid: started.pid)
    }

    deinit {
        _ = end()
        if endDescriptor >= 0 { _ = close(endDescriptor) }
    }

    /// Whether the process has ended by now.
    var hasEnded: Bool { isReaped || ntf_process_has_ended(pid) != 0 }

    /// Waits until the process has ended or the time is over; whether it has.
    func waitForEnd(milliseconds: UInt64) -> Bool {
        let limit = Moment.now().after(milliseconds: milliseconds)
        while !hasEnded {
            let now = Moment.now()
            guard now < limit else { return false }
            // Without a pidfd: look again a millisecond later.
            var entry = pollfd(fd: endDescriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: one entry, ours for the length of the call.
            _ = unsafe poll(&entry, 1, endDescriptor >= 0 ? limit.pollTimeout : 1)
        }
        return true
    }

    /// Ends the process and whatever it started in its process group, and reaps it. How it ended;
    /// nil when even SIGKILL did not end it in `HostLimits.reapMillisecondsMax`.
    func end() -> ProcessEnd? {
        guard !isReaped else { return nil }
        // The group's number is the process's own and cannot be another's before it is reaped.
        _ = kill(-pid, SIGKILL)
        _ = kill(pid, SIGKILL)
        guard waitForEnd(milliseconds: HostLimits.reapMillisecondsMax) else { return nil }
        isReaped = true
        var end = ntf_end()
        // SAFETY: `end` is ours for the length of the call.
        guard unsafe ntf_process_reap(pid, &end) != 0 else { return nil }
        let peak = Int(end.peak_kibibytes) * 1024
        if peak > inheritedPeak { memory.note(residentPeak: peak) }
        return end.signal != 0 ? .signal(end.signal) : .status(end.status)
    }

    /// Our environment, and that there is a host.
    private static func environment(_ program: Program) -> [String] {
        var variables: [String] = []
        var index = 0
        // SAFETY: environ ends with nil, and nobody here changes it.
        while let entry = unsafe environ[index] {
            let variable = unsafe String(cString: entry)
            if !variable.hasPrefix("NTFHOST_") { variables.append(variable) }
            index += 1
        }
        variables.append("NTFHOST_SOCKET=3")
        if program.saysStages { variables.append("NTFHOST_STAGES=1") }
        return variables
    }
}

/// Why a process could not be started: the system's error number.
struct StartError: Error {
    let code: Int32
}
