import Synchronization

/// What tests change of the device, for this process alone.
public enum Device {
    private struct State {
        var isSandboxed = false
        var hasNoRenaming = false
        var hasNoBarrier = false
        var bootSession: String?
        var protection: [UInt: Int32] = [:]
        var counts: [Int32: Int] = [:]
    }

    private static let state = Mutex(State())

    /// Whether other processes are hidden from this one.
    public static var isSandboxed: Bool {
        get { state.withLock { state in state.isSandboxed } }
        set { state.withLock { state in state.isSandboxed = newValue } }
    }

    /// Whether the file system has neither `RENAME_EXCL` nor `RENAME_SWAP`.
    public static var hasNoRenaming: Bool {
        get { state.withLock { state in state.hasNoRenaming } }
        set { state.withLock { state in state.hasNoRenaming = newValue } }
    }

    /// Whether the file system has neither `F_BARRIERFSYNC` nor `F_FULLFSYNC`.
    public static var hasNoBarrier: Bool {
        get { state.withLock { state in state.hasNoBarrier } }
        set { state.withLock { state in state.hasNoBarrier = newValue } }
    }

    /// `kern.bootsessionuuid`; nil for this machine's own.
    public static var bootSession: String? {
        get { state.withLock { state in state.bootSession } }
        set { state.withLock { state in state.bootSession = newValue } }
    }

    /// How often this process has synchronised with the command of `fcntl`.
    public static func synchronizations(_ command: Int32) -> Int {
        state.withLock { state in state.counts[command, default: 0] }
    }

    static func count(_ command: Int32) -> Bool {
        state.withLock { state in
            state.counts[command, default: 0] += 1
            return !state.hasNoBarrier
        }
    }

    /// A file's class, by its inode; the system's default is 3, and what a container's owner changed
    /// it to another one.
    static func protection(_ inode: UInt, set value: Int32?) -> Int32 {
        state.withLock { state in
            guard let value else { return state.protection[inode] ?? 4 }
            state.protection[inode] = value
            return 0
        }
    }

    /// The class of an open file.
    public static func protection(ofFile file: Int32) -> Int32 {
        fcntl(file, F_GETPROTECTIONCLASS)
    }
}
