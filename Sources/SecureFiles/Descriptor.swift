#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// An open file descriptor with one owner, closed when the owner goes.
///
/// What a close could still report was asked before, by `synchronize`.
struct Descriptor: ~Copyable, Sendable {
    let raw: Int32

    /// Takes over an open descriptor.
    init(owning raw: Int32) {
        precondition(raw >= 0, "a descriptor is open")
        self.raw = raw
    }

    deinit {
        _ = close(raw)
    }

    /// Opens an entry of `directory`; always close-on-exec and no controlling terminal.
    /// The corresponding C function is `openat`.
    static func open(
        _ name: FileName, in directory: Int32, flags: Int32, mode: mode_t = 0
    ) throws(FileError) -> Descriptor {
        let raw = try repeating {
            // SAFETY: the name is a C string for the length of the call.
            unsafe name.withCString { text in
                unsafe Int(openat(directory, text, flags | O_CLOEXEC | O_NOCTTY, mode))
            }
        }
        if flags & O_CREAT != 0 { System.protect(Int32(raw)) }
        return Descriptor(owning: Int32(raw))
    }

    /// What the system knows of the open file. The corresponding C function is `fstat`.
    borrowing func status() throws(FileError) -> stat {
        var status = stat()
        // SAFETY: `status` is ours and of the size the call writes.
        _ = try repeating { unsafe Int(fstat(raw, &status)) }
        return status
    }

    /// Sets the permission bits. The corresponding C function is `fchmod`.
    borrowing func setMode(_ mode: mode_t) throws(FileError) {
        _ = try repeating { Int(fchmod(raw, mode)) }
    }

    /// Reads into the first `length` bytes of `target` until they are full or the file ends;
    /// answers the count.
    borrowing func read(
        _ length: Int, into target: inout MutableSpan<UInt8>
    ) throws(FileError) -> Int {
        precondition(length <= target.count, "a read stays inside its target")
        var done = 0
        while done < length {
            let portion = try unsafe target.withUnsafeMutableBytes { (memory) throws(FileError) in
                try repeating {
                    // SAFETY: inside `target`, behind the `done` bytes read so far.
                    unsafe System.read(raw, memory.baseAddress! + done, length - done)
                }
            }
            guard portion > 0 else { break }
            done += portion
        }
        return done
    }

    /// Writes all of `bytes`, however many calls that takes.
    borrowing func write(_ bytes: Span<UInt8>) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let portion = try unsafe bytes.withUnsafeBytes { (memory) throws(FileError) in
                try repeating {
                    // SAFETY: the rest of `bytes` behind the `done` bytes written so far.
                    unsafe System.write(raw, memory.baseAddress! + done, memory.count - done)
                }
            }
            guard portion > 0 else { throw .io(errno: EIO) }
            done += portion
        }
    }

    /// Waits until the content is on disk; on Apple's platforms until it will be there before
    /// anything that is done after this, such as giving the file its name.
    borrowing func synchronize() throws(FileError) {
        _ = try repeating { Int(System.synchronizeContent(raw)) }
    }

    /// Waits until a directory's entries are on disk, and what was synchronised before. Some file
    /// systems have nothing to do there and say `EINVAL`, which is no failure.
    borrowing func synchronizeEntries() throws(FileError) {
        do { _ = try repeating { Int(System.synchronizeEntries(raw)) } } catch {
            guard error == .io(errno: EINVAL) else { throw error }
        }
    }
}

/// Repeats a system call while a signal interrupts it, `FileLimits.interruptionsMax` times at most;
/// throws what `errno` says when it answers a negative number.
func repeating(_ call: () -> Int) throws(FileError) -> Int {
    for _ in 0..<FileLimits.interruptionsMax {
        let answer = call()
        if answer >= 0 { return answer }
        guard errno == EINTR else { throw FileError(code: errno) }
    }
    throw .io(errno: EINTR)
}
