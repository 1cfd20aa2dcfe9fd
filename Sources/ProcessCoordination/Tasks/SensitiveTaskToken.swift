/// A task under way. There is one for each begin and it cannot be copied: ending uses it up, so a
/// task is never ended twice; dropping it ends it, so none is forgotten.
public struct SensitiveTaskToken: ~Copyable, Sendable {
    /// Nil once it was ended.
    private var tasks: TaskBoard?
    private let number: UInt64

    init(_ tasks: TaskBoard, number: UInt64) {
        self.tasks = tasks
        self.number = number
    }

    /// The task is done, or given up. Nothing happens when it has expired.
    public consuming func end() {
        tasks.take()?.end(number)
    }

    deinit {
        tasks?.end(number)
    }
}
