/// The keys of one slot as keystores keep them between calls: the newest generation, and behind
/// it the one before. Never changed, so that any number of threads may lend at once.
public final class SharedKey: Sendable {
    /// The newest generation.
    public let record: KeyRecord
    /// The generation before; nil when there is none.
    public let older: SharedKey?

    /// Takes over `record`.
    public init(_ record: consuming KeyRecord, older: SharedKey?) {
        self.record = record
        self.older = older
    }

    /// Lends the generations, newest first, until `body` answers true; answers whether one did.
    /// Allocates nothing.
    public func lend(to body: (borrowing KeyRecord) -> Bool) -> Bool {
        var next: SharedKey? = self
        while let key = next {
            if body(key.record) { return true }
            next = key.older
        }
        return false
    }
}
