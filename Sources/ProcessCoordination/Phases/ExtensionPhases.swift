/// Moves an extension's gates through the same phases: active while a notification is worked on.
///
/// After the last one it waits `CoordinationLimits.extensionIdleTime` for another; when none came
/// the network gates close, and with the last network operation, or after
/// `CoordinationLimits.extensionBackgroundTime`, the database. A notification that comes at any
/// moment of this opens everything again; whether it came in time is decided under one lock.
public final class ExtensionPhases: Sendable {
    private let gates: OperationGates

    /// Takes over `gates`, which have one controller. `onEvent` is called without locks, on any
    /// thread.
    public init(gates: OperationGates, onEvent: @escaping @Sendable (PhaseEvent) -> Void) {
        self.gates = gates
        gates.attach(OperationGates.Handlers(onEvent: onEvent)) { state in
            state.backgroundTime = CoordinationLimits.extensionBackgroundTime
            state.closesWhenIdle = true
        }
    }

    /// What the extension is now.
    public var phase: Phase { gates.phase }

    /// A notification arrived; it is worked on until what is answered goes.
    public func beginNotification() -> NotificationActivity {
        gates.change { state, _ in state.beginNotification() }
        return NotificationActivity(gates)
    }

    /// The system told that the time is up: everything closes now.
    public func suspendNow() {
        let clock = gates.clock
        gates.change { state, _ in state.close(.commanded, on: clock) }
    }
}

/// One notification that is worked on in an extension.
public struct NotificationActivity: ~Copyable, Sendable {
    private let gates: OperationGates

    fileprivate init(_ gates: OperationGates) { self.gates = gates }

    /// The work is done.
    public consuming func end() {}

    deinit {
        let clock = gates.clock
        gates.change { state, _ in state.endNotification(on: clock) }
    }
}
