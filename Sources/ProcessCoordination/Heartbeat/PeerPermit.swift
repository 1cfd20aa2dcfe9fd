internal import SecureFiles

/// The right to be connected to the peer. As long as it exists no other process of the device has
/// one, however long this one is stopped; the kernel takes it from a process that ends.
///
/// Close the connection first, then the permit, and both before the system suspends the process:
/// iOS ends one that sleeps with a lock in a group directory, which opens the gate as well. Holds
/// two descriptors, for the extension also the heart's descriptor and thread.
public struct PeerPermit: ~Copyable, Sendable {
    private let lock: PeerLock
    private let heart: Heart?

    init(lock: consuming PeerLock, heart: Heart?) {
        self.lock = lock
        self.heart = heart
    }

    deinit {
        // The lock goes after this.
        heart?.end()
    }

    /// Whether the permit is worth anything: false when somebody removed the lock's file, or the
    /// directory, so that another process could be given one as well. To be asked before what
    /// cannot be undone. Allocates nothing, except for paths above 1 KiB.
    public borrowing func isValid() -> Bool {
        (try? lock.isNamed()) ?? false
    }

    /// Ends the heart, then opens the gate. The same as letting the permit go.
    public consuming func close() {}
}
