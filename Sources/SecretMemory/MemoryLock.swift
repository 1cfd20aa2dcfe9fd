internal import CSodium

/// Whether the system still locks memory for this process: what keeps secrets out of swap.
public enum MemoryLock {
    /// Locks `count` bytes more and lets them go again; false when the system refuses, because the
    /// limit (`RLIMIT_MEMLOCK`) is used up. Secrets are guarded and wiped all the same then.
    /// The corresponding C function is `sodium_mlock`.
    public static func isPossible(for count: Int) -> Bool {
        precondition(count > 0, "something is locked")
        Sodium.start()
        // SAFETY: nil or `count` bytes that are ours until freed; locking does not touch them.
        guard let memory = unsafe sodium_malloc(count) else { return false }
        defer { unsafe sodium_free(memory) }
        guard unsafe sodium_mlock(memory, count) == 0 else { return false }
        return unsafe sodium_munlock(memory, count) == 0
    }
}
