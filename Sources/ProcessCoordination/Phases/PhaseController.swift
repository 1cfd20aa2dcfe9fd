/// Moves an app's gates through its phases.
///
/// In the background the network gates close one after another; at the system's warning, or after
/// `CoordinationLimits.backgroundTime`, everything closes. What is under way then has
/// `CoordinationLimits.finishTime` to finish. Exactly one `PhaseEvent.suspended` comes of it, on
/// whichever thread made the last step, and none when the app became active before.
public final class PhaseController: Sendable {
    private let gates: OperationGates

    /// Takes over `gates`, which have one controller.
    ///
    /// - Parameters:
    ///   - backgroundTime: from `background` to `suspended` when the system gives no warning.
    ///   - mayStayConnected: whether a sensitive task runs; while it says so in the background, at
    ///     most for `CoordinationLimits.sensitiveTaskTime`, nothing closes. Called without locks.
    ///   - onEvent: called without locks, on any thread; it returns soon.
    public init(
        gates: OperationGates,
        backgroundTime: Duration = CoordinationLimits.backgroundTime,
        mayStayConnected: @escaping @Sendable () -> Bool = { false },
        onEvent: @escaping @Sendable (PhaseEvent) -> Void
    ) {
        self.gates = gates
        let handlers = OperationGates.Handlers(
            onEvent: onEvent, mayStayConnected: mayStayConnected)
        gates.attach(handlers) { state in state.backgroundTime = backgroundTime }
    }

    /// What the app is now.
    public var phase: Phase { gates.phase }

    /// The app enters `phase`. `background` from a later phase and a phase it is in already change
    /// nothing, also not the time that is left.
    public func enter(_ phase: Phase) {
        let clock = gates.clock
        gates.change { state, staysConnected in
            switch phase {
            case .active: state.activate()
            case .background: state.enterBackground(staysConnected: staysConnected, on: clock)
            case .suspended: state.close(.commanded, on: clock)
            }
        }
    }

    /// The same as somebody typed it.
    public func run(_ command: PhaseCommand) {
        enter(command.phase)
    }

    /// The system warned that its time is nearly up: everything closes, sensitive tasks or not.
    public func suspendNow() {
        enter(.suspended)
    }

    /// The last sensitive task has ended: the way to suspension goes on at once.
    public func connectionMayClose() {
        gates.settle()
    }
}
