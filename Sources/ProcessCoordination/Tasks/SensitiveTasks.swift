internal import Threading

/// The app's important work: while any of it is under way the system is asked for background time
/// and the connection to the peer stays open, so that no push is needed and no extension comes.
///
/// Tasks may be nested and overlap: the first asks the system for time, the last gives it back,
/// exactly once. A task lasts `CoordinationLimits.sensitiveTaskTime` at most, by the injected
/// clock; all end early when the system says that its time is over. Then each one's handler is
/// called, once, and only after that the connection may be closed and the time is given back.
public final class SensitiveTasks: Sendable {
    private let board: TaskBoard

    /// Keeps its arguments.
    public init(clock: any CoordinationClock = DeviceClock(), system: any BackgroundTime) {
        board = TaskBoard(clock: clock, system: system)
    }

    /// Begins a task. `onExpiry` is called once when its time is over before it was ended, on any
    /// thread, and has to bring the work into a state in which it can be cut off, at once.
    public func begin(
        _ task: SensitiveTask, onExpiry: @escaping @Sendable () -> Void
    ) throws(SensitiveTaskError) -> SensitiveTaskToken {
        SensitiveTaskToken(board, number: try board.begin(task, onExpiry))
    }

    /// Whether any task is under way: then the connection to the peer stays open in the background.
    public var mayStayConnected: Bool { board.count > 0 }

    /// Tasks of one kind under way.
    public func count(of task: SensitiveTask) -> Int { board.count(of: task) }

    /// From now on `body` is called each time the last task has ended or expired, before the
    /// system's time is given back; it replaces what was called before. Another task may have begun
    /// by then: `mayStayConnected` says.
    public func onIdle(_ body: @escaping @Sendable () -> Void) { board.setOnIdle(body) }

    /// Expires what is overdue by the clock. A thread asks this by itself; whoever has just been
    /// woken need not wait for it.
    public func expireOverdue() { board.expire(all: false) }
}
