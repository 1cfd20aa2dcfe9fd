internal import ProcessCoordination
internal import Threading

/// The gates of this process, which the commands about phases and about the database share.
enum ProcessGates {
    private static let gates = Mutex<OperationGates?>(nil)

    /// Made when somebody asks first: a process belongs to one device.
    static func of(_ environment: ProcessEnvironment) -> OperationGates {
        gates.withLock { gates in
            let present = gates ?? OperationGates(clock: environment.clock)
            gates = present
            return present
        }
    }
}

/// The phases of a process and its gates. Reports `network-idle` and
/// `suspended NUMBER CAUSE UNFINISHED`.
///
///     phase active|background|suspended   as the app is told; the last also in an extension
///     phase begin KIND MILLISECONDS       goes through a gate; answers a number
///     phase end NUMBER                    the operation, or the notification, has ended
///     phase notification                  one begins in an extension; answers a number
///     phase now | closed | waiting        what the process is, which gates are closed, who waits
final class PhaseCommands: ProcessCommands {
    static let word = "phase"

    /// Something under way, until it goes.
    private final class UnderWay: Sendable {
        private let permit: OperationPermit?
        private let notification: NotificationActivity?

        init(_ permit: consuming OperationPermit) {
            self.permit = consume permit
            notification = nil
        }

        init(_ notification: consuming NotificationActivity) {
            permit = nil
            self.notification = consume notification
        }
    }

    private struct State {
        var last = 0
        var underWay: [Int: UnderWay] = [:]
    }

    private let gates: OperationGates
    private let app: PhaseController?
    private let `extension`: ExtensionPhases?
    private let state = Mutex(State())

    init(_ environment: ProcessEnvironment) {
        gates = ProcessGates.of(environment)
        let report = environment.report
        let tell: @Sendable (PhaseEvent) -> Void = { event in
            switch event {
            case .networkIdle: report("network-idle")
            case .suspended(let suspension):
                let (number, unfinished) = (suspension.number, suspension.unfinished)
                report("suspended \(number) \(suspension.cause) \(unfinished)")
            }
        }
        switch environment.side {
        case .app:
            app = PhaseController(gates: gates, onEvent: tell)
            `extension` = nil
        case .extension:
            app = nil
            `extension` = ExtensionPhases(gates: gates, onEvent: tell)
        }
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch (words.first, words.count) {
        case ("begin", 3): return try begin(words[1], within: milliseconds(words[2]))
        case ("end", 2):
            // What it was goes when this statement is over.
            let ended = state.withLock { state in
                Int(words[1]).flatMap { number in state.underWay.removeValue(forKey: number) }
            }
            guard ended != nil else { throw Refused("not-under-way") }
            return ""
        case ("notification", 1):
            guard let activity = `extension`?.beginNotification() else { throw Refused("an-app") }
            return keep(UnderWay(activity))
        case ("now", 1): return "\(gates.phase.name)"
        case ("waiting", 1): return "\(gates.waiting)"
        case ("closed", 1):
            let closed = GatedOperation.allCases.filter { gates.isClosed($0) }
            return closed.map { operation in "\(operation)" }.joined(separator: " ")
        default:
            let command = try refusing { () throws(PhaseCommandError) in
                try PhaseCommand(parsing: "phase " + words.joined(separator: " "))
            }
            if let app {
                app.run(command)
            } else {
                guard command.phase == .suspended else { throw Refused("an-extension") }
                `extension`?.suspendNow()
            }
            return ""
        }
    }

    private func begin(_ kind: String, within wait: Duration) throws(Refused) -> String {
        guard let operation = GatedOperation.allCases.first(where: { "\($0)" == kind }) else {
            throw Refused("usage")
        }
        do throws(OperationError) {
            return keep(UnderWay(try gates.begin(operation, within: wait)))
        } catch { throw Refused("\(error)") }
    }

    private func keep(_ begun: UnderWay) -> String {
        state.withLock { state in
            state.last += 1
            state.underWay[state.last] = begun
            return "\(state.last)"
        }
    }
}
