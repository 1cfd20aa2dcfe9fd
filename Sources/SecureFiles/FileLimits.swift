/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
public enum FileLimits {
    /// A file name of ours; with its closing zero it fills 128 bytes.
    public static let nameBytesMax = 127
    /// A directory path as the user gives it (`PATH_MAX`).
    public static let pathBytesMax = 4096
    /// Repetitions of one system call that a signal interrupted.
    static let interruptionsMax = 1000
    /// Names drawn for one temporary file before we give up; 64 random bits never meet twice.
    static let temporaryNamesMax = 4
    /// Leftover temporary files that one sweep removes.
    static let sweepNamesMax = 1024
    /// One portion of a directory listing; up to 1024 bytes lie on the stack.
    static let listingBytes = 1024
    /// Milliseconds between two tries for a lock that another process holds.
    static let lockPauseMilliseconds = 10
    /// The longest a lock is waited for, in seconds: an hour.
    static let lockWaitSecondsMax: Int64 = 3_600
}
