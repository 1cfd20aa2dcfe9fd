import Synchronization

/// What tests let this process have; 0 for no limit, as where the process is no app.
public enum MemoryLimit {
    private static let bytes = Atomic(0)

    public static func set(availableBytes: Int) {
        bytes.store(availableBytes, ordering: .relaxed)
    }

    static var available: Int { bytes.load(ordering: .relaxed) }
}

public func os_proc_available_memory() -> Int { MemoryLimit.available }
