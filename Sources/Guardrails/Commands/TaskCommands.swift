internal import Glibc
internal import ProcessCoordination
internal import Threading

/// `task begin KIND|end NUMBER|connect|connected|expire-system`: the app's long-lived tasks, and a
/// connection that stays as long as they. Reports `task time-begun`, `task time-ended`,
/// `task expired NUMBER` and `task idle`.
final class TaskCommands: ProcessCommands {
    static let word = "task"
    private let environment: ProcessEnvironment
    private let tasks: SensitiveTasks
    private let system: System
    private let state = Mutex(State())

    /// Background time as a system gives it: one expiration for each.
    private final class System: BackgroundTime {
        private let expirations = Mutex<[@Sendable () -> Void]>([])
        private let report: @Sendable (String) -> Void

        init(_ report: @escaping @Sendable (String) -> Void) { self.report = report }

        func begin(expiration: @escaping @Sendable () -> Void) -> Int? {
            report("task time-begun")
            return expirations.withLock { expirations in
                expirations.append(expiration)
                return expirations.count
            }
        }

        func end(_ time: Int) { report("task time-ended \(time)") }

        func expire() {
            let last = expirations.withLock { expirations in expirations.last }
            last?()
        }
    }

    /// A task that the host may end.
    private final class Running: Sendable {
        private let token: Mutex<SensitiveTaskToken?>

        init(_ token: consuming sending SensitiveTaskToken) { self.token = Mutex(token) }

        func end() {
            let taken = token.withLock { token in token.take() }
            if let taken { taken.end() }
        }
    }

    private struct State {
        var running: [Int: Running] = [:]
        var lastNumber = 0
        var peer: Int32 = -1
    }

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        system = System(environment.report)
        tasks = SensitiveTasks(clock: environment.clock, system: system)
        tasks.onIdle { [weak self] in self?.idle() }
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch words.first {
        case "begin": return "\(try begin(words.last))"
        case "end":
            let number = words.last.flatMap { word in Int(word) } ?? 0
            let running = state.withLock { state in state.running.removeValue(forKey: number) }
            guard let running else { throw Refused("no-such-task") }
            running.end()
            return ""
        case "connect":
            let connected = PeerSocket.connect(environment.peerAddress)
            guard connected >= 0 else { throw Refused("not-connected") }
            state.withLock { state in state.peer = connected }
            return ""
        case "connected": return tasks.mayStayConnected ? "yes" : "no"
        case "expire-system":
            system.expire()
            return ""
        default: throw Refused("usage")
        }
    }

    private func begin(_ word: String?) throws(Refused) -> Int {
        guard let kind = SensitiveTask.allCases.first(where: { kind in "\(kind)" == word }) else {
            throw Refused("usage")
        }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let report = environment.report
        let token: SensitiveTaskToken
        do throws(SensitiveTaskError) {
            token = try tasks.begin(kind) { report("task expired \(number)") }
        } catch { throw Refused("\(error)") }
        let running = Running(token)
        state.withLock { state in state.running[number] = running }
        return number
    }

    /// Nothing important is under way any more: the connection goes, as in the background.
    private func idle() {
        let connected = state.withLock { state in
            defer { state.peer = -1 }
            return state.peer
        }
        if connected >= 0 { _ = close(connected) }
        environment.report("task idle")
    }
}
