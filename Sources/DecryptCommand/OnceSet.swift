import Threading

/// A value that is set at the start and then only read.
final class OnceSet<Value: Sendable>: Sendable {
    private let storage = Mutex<Value?>(nil)

    /// What was set; nil before.
    var value: Value? { storage.withLock { stored in stored } }

    func set(_ value: Value) {
        storage.withLock { stored in stored = value }
    }
}
