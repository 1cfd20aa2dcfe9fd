#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension SecureDirectory {
    /// A descriptor of its own to list names with, since the position in the list belongs to the
    /// descriptor; the caller's to close.
    borrowing func openListing() throws(FileError) -> Int32 {
        try Int32(
            repeating {
                // SAFETY: a literal is a C string.
                unsafe Int(openat(descriptor.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
            })
    }

    /// Gives `body` a name of the list unless it is one of the directory's own two, or no name of
    /// ours; false when the caller wants no more.
    borrowing func offer(
        _ bytes: Span<UInt8>, _ remaining: inout Int, _ body: (FileName) -> Bool
    ) -> Bool {
        let isDots =
            bytes[0] == UInt8(ascii: ".")
            && (bytes.count == 1 || (bytes.count == 2 && bytes[1] == UInt8(ascii: ".")))
        guard !isDots else { return true }
        guard remaining > 0 else { return false }
        remaining -= 1
        guard let name = FileName(bytes) else { return true }
        return body(name)
    }

    /// Removes the file or link `name`; throws `notFound` when there is none. Allocates nothing.
    public borrowing func unlink(_ name: FileName) throws(FileError) {
        // SAFETY: the name is a C string for the length of the call.
        _ = try repeating {
            unsafe name.withCString { text in unsafe Int(unlinkat(descriptor.raw, text, 0)) }
        }
    }

    /// Removes `name` where a failure changes nothing for the caller: cleaning up after another.
    borrowing func unlinkQuietly(_ name: FileName) {
        try? unlink(name)
    }

    /// Renames `name` to `newName` in `target` (this directory too), over a file that is there.
    /// Not yet on disk when it returns: `synchronize` the target where that matters.
    /// Throws `notFound` when another process was first. Allocates nothing.
    public borrowing func rename(
        _ name: FileName, to newName: FileName, in target: borrowing SecureDirectory
    ) throws(FileError) {
        // SAFETY: the names are C strings for the length of the call.
        _ = try repeating {
            unsafe name.withCString { from in
                unsafe newName.withCString { to in
                    unsafe Int(renameat(descriptor.raw, from, target.descriptor.raw, to))
                }
            }
        }
    }

    /// Waits until removals and renamings are on disk. The corresponding C function is `fsync`.
    public borrowing func synchronize() throws(FileError) {
        try descriptor.synchronizeEntries()
    }
}
