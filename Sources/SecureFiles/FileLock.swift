#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// An exclusive lock between processes and threads, held until its owner goes.
///
/// In a group directory only for moments: iOS ends a process that is suspended while it holds one
/// there.
public struct FileLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    fileprivate init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    deinit {
        // Closing alone would leave it to a child that is between fork and exec and has the
        // descriptor too.
        _ = flock(descriptor.raw, LOCK_UN)
    }

    /// The state of the file that is locked, whatever its name leads to by now.
    public borrowing func identity() throws(FileError) -> FileIdentity {
        FileIdentity(try descriptor.status())
    }
}

extension SecureDirectory {
    /// Locks the file `name`, made with mode 0600 when missing and never removed.
    ///
    /// Waits for another holder no longer than `wait` and answers nil if it still holds it then.
    /// The system releases the lock of a process that dies. Allocates nothing.
    /// The corresponding C function is `flock`.
    public borrowing func lock(
        _ name: FileName, within wait: Duration
    ) throws(FileError) -> FileLock? {
        let file = try Descriptor.open(
            name, in: descriptor.raw, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
            mode: 0o600)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .wrongKind }
        guard status.st_uid == geteuid() else { throw .notOurs }
        // In whole numbers: dividing durations goes through floating point.
        let (seconds, attoseconds) = wait.components
        let milliseconds =
            Int(min(seconds, FileLimits.lockWaitSecondsMax)) * 1000
            + Int(attoseconds / 1_000_000_000_000_000)
        var pauses = milliseconds / FileLimits.lockPauseMilliseconds
        while true {
            if flock(file.raw, LOCK_EX | LOCK_NB) == 0 { return FileLock(file) }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw FileError(code: errno) }
            guard pauses > 0 else { return nil }
            pauses -= 1
            // No descriptors: only the pause.
            _ = poll(nil, 0, Int32(FileLimits.lockPauseMilliseconds))
        }
    }
}
