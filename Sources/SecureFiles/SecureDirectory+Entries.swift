#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension SecureDirectory {
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
