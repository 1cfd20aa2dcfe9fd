#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A small file of fixed size that several processes write in place, under rules of their own.
///
/// Holds one descriptor, closed when the owner goes. Allocates nothing.
public struct SharedFile: ~Copyable, Sendable {
    let descriptor: Descriptor

    /// Its size in bytes; every byte of it has its place on the disk already.
    public let size: Int

    /// The descriptor to somebody who goes on with it.
    consuming func takeDescriptor() -> Descriptor { descriptor }

    /// Reads `target.count` bytes from `offset` on. Throws `tooLarge` beyond the size, and `io` with
    /// `ESTALE` when the file has been cut off. The corresponding C function is `pread`.
    public borrowing func read(at offset: Int, into target: inout MutableSpan<UInt8>)
        throws(FileError)
    {
        guard offset >= 0, offset + target.count <= size else { throw .tooLarge }
        var done = 0
        while done < target.count {
            let portion = try unsafe target.withUnsafeMutableBytes { (memory) throws(FileError) in
                try repeating {
                    // SAFETY: the rest of `target` behind the `done` bytes read so far.
                    unsafe pread(
                        descriptor.raw, memory.baseAddress! + done, memory.count - done,
                        off_t(offset + done))
                }
            }
            guard portion > 0 else { throw .io(errno: ESTALE) }
            done += portion
        }
    }

    /// Writes `bytes` at `offset`. Throws `tooLarge` beyond the size. Seen by every process at once,
    /// and not waited for on the disk. The corresponding C function is `pwrite`.
    public borrowing func write(_ bytes: Span<UInt8>, at offset: Int) throws(FileError) {
        guard offset >= 0, offset + bytes.count <= size else { throw .tooLarge }
        var done = 0
        while done < bytes.count {
            let portion = try unsafe bytes.withUnsafeBytes { (memory) throws(FileError) in
                try repeating {
                    // SAFETY: the rest of `bytes` behind the `done` bytes written so far.
                    unsafe pwrite(
                        descriptor.raw, memory.baseAddress! + done, memory.count - done,
                        off_t(offset + done))
                }
            }
            guard portion > 0 else { throw .io(errno: EIO) }
            done += portion
        }
    }
}

extension SecureDirectory {
    /// Opens the file `name` for reading and writing in place; made of `size` zeros with mode 0600 when
    /// it is missing, or shorter.
    ///
    /// Space on the disk is taken for all of it, so that a full disk is met here (`noSpace`) and not
    /// at a later write. A longer file keeps its length. Throws `symbolicLink`, `wrongKind`, `notOurs`
    /// as reading does. The corresponding C functions are `openat` and `posix_fallocate`, or
    /// `fcntl` with `F_PREALLOCATE`.
    public borrowing func openShared(_ name: FileName, size: Int) throws(FileError) -> SharedFile {
        precondition(size > 0, "a shared file has at least one byte")
        let file = try Descriptor.open(
            name, in: descriptor.raw, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600
        )
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .wrongKind }
        guard status.st_uid == geteuid() else { throw .notOurs }
        if status.st_mode & 0o077 != 0 { try file.setMode(0o600) }
        for _ in 0..<FileLimits.interruptionsMax {
            let code = System.reserve(file.raw, size)
            if code == 0 { return SharedFile(descriptor: file, size: size) }
            guard code == EINTR else { throw FileError(code: code) }
        }
        throw .io(errno: EINTR)
    }
}
