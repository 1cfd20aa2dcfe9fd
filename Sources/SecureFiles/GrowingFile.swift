#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A file that is written at its end, portion by portion, and read anywhere: what is being fetched.
///
/// Nothing waits for the disk, so that after a crash its end may be missing or wrong: only for what
/// can be fetched again, and is checked when it is whole. Borrowing methods may be called from
/// several threads. Allocates nothing.
public struct GrowingFile: ~Copyable, Sendable {
    private let descriptor: Descriptor

    fileprivate init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Its length now.
    public borrowing func size() throws(FileError) -> Int {
        Int(try descriptor.status().st_size)
    }

    /// Writes `bytes` at its end. When it throws, a beginning of them may be written.
    public borrowing func append(_ bytes: Span<UInt8>) throws(FileError) {
        try descriptor.write(bytes)
    }

    /// Keeps its first `size` bytes; with zeros behind them when it is shorter.
    /// The corresponding C function is `ftruncate`.
    public borrowing func cut(to size: Int) throws(FileError) {
        _ = try repeating { Int(ftruncate(descriptor.raw, off_t(size))) }
    }

    /// Reads up to `target.count` bytes at `offset` and answers how many; 0 at the end only.
    /// The corresponding C function is `pread`.
    public borrowing func read(
        at offset: Int, into target: inout MutableSpan<UInt8>
    ) throws(FileError) -> Int {
        precondition(offset >= 0, "an offset lies in the file or behind it")
        return try unsafe target.withUnsafeMutableBytes { (memory) throws(FileError) in
            try repeating {
                // SAFETY: `memory.count` writable bytes.
                unsafe pread(descriptor.raw, memory.baseAddress!, memory.count, off_t(offset))
            }
        }
    }
}

extension SecureDirectory {
    /// Opens the file `name` for reading, and for writing at its end; made with mode 0600 when
    /// missing. Throws `symbolicLink`, `wrongKind`, `notOurs` as reading does. Allocates nothing.
    public borrowing func openGrowing(_ name: FileName) throws(FileError) -> GrowingFile {
        let file = try Descriptor.open(
            name, in: descriptor.raw,
            flags: O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .wrongKind }
        guard status.st_uid == geteuid() else { throw .notOurs }
        if status.st_mode & 0o077 != 0 { try file.setMode(0o600) }
        return GrowingFile(file)
    }
}
