internal import CProcess
internal import CommandSupport
internal import Glibc
public import ProcessCoordination

/// A rule that did not hold: what was expected, and what was there instead.
public struct Violation: Error, Equatable, CustomStringConvertible {
    /// A sentence for people.
    public let description: String

    /// Keeps the sentence.
    public init(_ description: String) {
        self.description = description
    }
}

/// What a process answered to a command.
public enum Answer: Equatable, Sendable, CustomStringConvertible {
    /// It was done, and this came out.
    case ok(String)
    /// It was refused for this reason.
    case refused(String)
    /// The process ended before it answered.
    case dead
    /// It did not answer in time.
    case silent

    /// As the process said it.
    public var description: String {
        switch self {
        case .ok(let text): text.isEmpty ? "ok" : "ok \(text)"
        case .refused(let reason): "refused \(reason)"
        case .dead: "dead"
        case .silent: "silent"
        }
    }
}

/// A real process of the simulated device: the app or its extension.
public final class DeviceProcess {
    /// Which of the two it is.
    public let side: Side
    /// Its number.
    public let pid: Int32
    /// What it reported unasked, oldest first.
    public private(set) var events: [String] = []
    /// Whether it is held by SIGSTOP.
    public private(set) var isStopped = false
    /// Whether it was killed, or ended.
    public private(set) var hasEnded = false
    private let socket: LineSocket
    private let end: Int32
    private var lastNumber: UInt64 = 0
    private var answers: [UInt64: Answer] = [:]

    init(_ program: DeviceProgram, side: Side, directory: String, peer: String) throws(Violation) {
        guard let (ours, theirs) = LineSocket.pair() else {
            throw Violation("a socket pair can be had")
        }
        let arguments = [
            program.path, GuardrailsProcess.word, "\(side.name)", directory, peer,
        ]
        let environment = ["SWIFT_BACKTRACE=enable=no"] + program.environment
        // SAFETY: all pointers live while the call runs, which only reads them.
        let started = unsafe CStrings.lend(arguments) { arguments in
            unsafe CStrings.lend(environment) { environment in
                unsafe program.path.withCString { path in
                    var start = unsafe ntf_start(
                        path: path, arguments: arguments, environment: environment,
                        socket: theirs, group: -1,
                        milliseconds: GuardrailsLimits.startMilliseconds)
                    return unsafe ntf_process_start(&start)
                }
            }
        }
        _ = close(theirs)
        self.side = side
        pid = started.pid
        end = started.descriptor
        socket = LineSocket(owning: ours)
        guard started.error == 0 else {
            hasEnded = true
            throw Violation("\(program.path) starts: \(System.message(started.error))")
        }
        guard try event("ready") else { throw Violation("the \(side.name) gets ready") }
    }

    deinit {
        kill()
        if end >= 0 { _ = close(end) }
    }

    /// Says a command and does not wait for what comes of it.
    public func begin(_ command: String) -> UInt64 {
        lastNumber += 1
        _ = socket.write("\(lastNumber) \(command)")
        return lastNumber
    }

    /// Says a command whose answer nobody wants to know.
    public func say(_ command: String) {
        _ = socket.write("0 \(command)")
    }

    /// What came of a command that was begun, waited for no longer than `wait`.
    public func answer(to number: UInt64, within wait: Duration? = nil) -> Answer {
        let deadline = ContinuousClock.now + (wait ?? GuardrailsLimits.answerTime)
        while answers[number] == nil {
            guard take(until: deadline) else {
                return hasEnded || ContinuousClock.now < deadline ? .dead : .silent
            }
        }
        return answers.removeValue(forKey: number) ?? .silent
    }

    /// Says a command and waits for its answer.
    public func ask(_ command: String, within wait: Duration? = nil) -> Answer {
        answer(to: begin(command), within: wait)
    }

    /// Says a command that has to succeed; what came out.
    @discardableResult
    public func tell(_ command: String, within wait: Duration? = nil) throws(Violation) -> String {
        let answer = ask(command, within: wait)
        guard case .ok(let text) = answer else {
            throw Violation("the \(side.name) can “\(command)”, but: \(answer)")
        }
        return text
    }

    /// Says a command that has to be refused, for a reason that begins so.
    public func expectRefusal(
        _ command: String, _ reason: String, within wait: Duration? = nil
    ) throws(Violation) {
        let answer = ask(command, within: wait)
        guard case .refused(let given) = answer, given.hasPrefix(reason) else {
            throw Violation(
                "the \(side.name) is refused “\(command)” for \(reason), but: \(answer)")
        }
    }

    /// Waits until the process has reported something that begins so; whether it did in time.
    public func event(_ beginning: String, within wait: Duration? = nil) throws(Violation) -> Bool {
        let deadline = ContinuousClock.now + (wait ?? GuardrailsLimits.answerTime)
        while true {
            if let index = events.firstIndex(where: { $0.hasPrefix(beginning) }) {
                events.remove(at: index)
                return true
            }
            guard take(until: deadline) else { return false }
        }
    }

    /// What it reported by now and nobody took yet; waits for nothing.
    public func takeEvents() -> [String] {
        while take(until: ContinuousClock.now) {}
        defer { events = [] }
        return events
    }

    /// Reads one line; false when none came in time or the process is gone.
    private func take(until deadline: ContinuousClock.Instant) -> Bool {
        let left = deadline - ContinuousClock.now
        guard let line = socket.next(within: max(left, .zero)) else { return false }
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        let rest = words.count > 2 ? String(words[2]) : ""
        switch words.first {
        case "event":
            events.append(words.dropFirst().joined(separator: " "))
            if events.count > GuardrailsLimits.answersMax { events.removeFirst() }
        case let number?:
            guard let number = UInt64(number), number > 0,
                answers.count < GuardrailsLimits.answersMax
            else { return true }
            answers[number] = words.dropFirst().first == "ok" ? .ok(rest) : .refused(rest)
        case nil: break
        }
        return true
    }
}

extension DeviceProcess {
    /// Whether it ended and nobody had killed it.
    var hasEndedByItself: Bool { !hasEnded && ntf_process_has_ended(pid) != 0 }

    /// Kills it where it stands, and waits until it is gone.
    public func kill() {
        guard !hasEnded else { return }
        hasEnded = true
        _ = Glibc.kill(pid, SIGKILL)
        let deadline = ContinuousClock.now + GuardrailsLimits.endTime
        while ntf_process_has_ended(pid) == 0 && ContinuousClock.now < deadline {
            var entry = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
            // SAFETY: one entry, ours for the length of the call.
            _ = unsafe poll(&entry, 1, end >= 0 ? 100 : 1)
        }
        var info = ntf_end()
        // SAFETY: `info` is ours for the length of the call.
        _ = unsafe ntf_process_reap(pid, &info)
    }

    /// Stops every thread of it, as the system suspends a process, and waits until they stand.
    public func stop() throws(Violation) {
        guard !isStopped && !hasEnded else { return }
        _ = Glibc.kill(pid, SIGSTOP)
        isStopped = true
        let deadline = ContinuousClock.now + GuardrailsLimits.endTime
        while ContinuousClock.now < deadline {
            var info = unsafe siginfo_t()
            // SAFETY: `info` is ours for the length of the call.
            let failed = unsafe waitid(P_PID, id_t(pid), &info, WSTOPPED | WNOHANG | WNOWAIT)
            if unsafe failed == 0 && info.si_signo == SIGCHLD { return }
            // No descriptors: only the pause.
            _ = poll(nil, 0, 1)
        }
        throw Violation("the \(side.name) can be stopped")
    }

    /// Lets it go on.
    public func resume() {
        guard isStopped && !hasEnded else { return }
        isStopped = false
        _ = Glibc.kill(pid, SIGCONT)
        // The stop was looked at without being taken; the next one is to be seen.
        var info = unsafe siginfo_t()
        // SAFETY: `info` is ours for the length of the call.
        _ = unsafe waitid(P_PID, id_t(pid), &info, WSTOPPED | WCONTINUED | WNOHANG)
    }
}

/// What a device's processes are started from.
public struct DeviceProgram: Sendable {
    /// A path with a slash in it: a program that calls `GuardrailsProcess.serveIfAsked`.
    public let path: String
    /// Variables for it, as in `NAME=VALUE`.
    public let environment: [String]

    /// Keeps both.
    public init(path: String, environment: [String] = []) {
        self.path = path
        self.environment = environment
    }
}
