#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
public import SecretMemory

/// A file as it was read: its bytes, in memory that is wiped, and what tells whether it changed.
@frozen public struct FileContents: ~Copyable, Sendable {
    /// The state of the file the bytes were read from.
    public let identity: FileIdentity
    /// The whole content; nil when the file is empty.
    public let bytes: SecretBytes?
}

extension SecureDirectory {
    /// Reads the file `name` into the caller's memory and answers its length.
    ///
    /// Throws `tooLarge` when it does not fit, `symbolicLink`, `wrongKind` (a pipe never makes us
    /// wait), `notOurs`. A file of ours that is open to others is tightened to 0600 first.
    /// Allocates nothing.
    public borrowing func read(
        _ name: FileName, into target: inout MutableSpan<UInt8>
    ) throws(FileError) -> Int {
        let file = try openFile(name)
        return try read(file, size: Int(try file.status().st_size), into: &target)
    }

    /// Reads the whole file `name`, at most `bytesMax` bytes, into guarded memory that the caller
    /// then owns. Throws as `read(_:into:)` does.
    public borrowing func readSecret(
        _ name: FileName, bytesMax: Int
    ) throws(FileError) -> FileContents {
        let file = try openFile(name)
        let identity = FileIdentity(try file.status())
        guard identity.size <= bytesMax else { throw .tooLarge }
        guard identity.size > 0 else { return FileContents(identity: identity, bytes: nil) }
        var bytes = SecretBytes(count: identity.size)
        _ = try bytes.withMutableBytes { (target) throws(FileError) in
            try read(file, size: identity.size, into: &target)
        }
        return FileContents(identity: identity, bytes: bytes)
    }

    /// The present state of `name`, to compare with the state it was read in. Allocates nothing.
    /// The corresponding C function is `fstatat`.
    public borrowing func identity(of name: FileName) throws(FileError) -> FileIdentity {
        var status = stat()
        // SAFETY: `status` is ours; the name is a C string for the length of the call.
        _ = try repeating {
            unsafe name.withCString { text in
                unsafe Int(fstatat(descriptor.raw, text, &status, AT_SYMLINK_NOFOLLOW))
            }
        }
        return FileIdentity(status)
    }

    /// The present state of the directory itself, wherever its path leads by now. Allocates
    /// nothing.
    public borrowing func identity() throws(FileError) -> FileIdentity {
        FileIdentity(try descriptor.status())
    }

    /// Opens a plain file of ours for reading.
    private borrowing func openFile(_ name: FileName) throws(FileError) -> Descriptor {
        // O_NONBLOCK: opening a pipe would otherwise wait for its writer.
        let file = try Descriptor.open(
            name, in: descriptor.raw, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .wrongKind }
        guard status.st_uid == geteuid() else { throw .notOurs }
        if status.st_mode & 0o077 != 0 { try file.setMode(0o600) }
        return file
    }

    /// Reads exactly `size` bytes. Our files are replaced and never written over: one that has
    /// another length than a moment ago is not ours to understand.
    private borrowing func read(
        _ file: borrowing Descriptor, size: Int, into target: inout MutableSpan<UInt8>
    ) throws(FileError) -> Int {
        guard size <= target.count else { throw .tooLarge }
        guard try file.read(size, into: &target) == size else { throw .io(errno: ESTALE) }
        return size
    }
}
