#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Writing in steps, for callers that must look at what they replaced.
///
/// Unlike `replace`, none of these waits for the directory: for files that mean nothing after the
/// device was started again.
extension SecureDirectory {
    /// Makes the file `name` of `bytes`, mode 0600, its content on disk when this returns. Throws
    /// `io` with `EEXIST` when there is an entry of that name; whoever looks meanwhile may see half
    /// of it. Allocates nothing.
    public borrowing func create(_ name: FileName, of bytes: Span<UInt8>) throws(FileError) {
        let file = try Descriptor.open(
            name, in: descriptor.raw, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try fill(file, name, bytes)
    }

    /// Moves `name` to `newName` in `target` unless there is an entry of that name; answers whether
    /// it was moved. Allocates nothing. The corresponding C function is `renameat2` with
    /// `RENAME_NOREPLACE`, or `renameatx_np` with `RENAME_EXCL`.
    public borrowing func renameExclusively(
        _ name: FileName, to newName: FileName, in target: borrowing SecureDirectory
    ) throws(FileError) -> Bool {
        try target.moveExclusively(name, from: self, to: newName)
    }

    /// Lets two entries change places in one step, so that at no moment one of the names leads
    /// nowhere.
    ///
    /// Answers false where the file system cannot; throws `notFound` when either is missing.
    /// Allocates nothing. The corresponding C function is `renameat2` with `RENAME_EXCHANGE`, or
    /// `renameatx_np` with `RENAME_SWAP`.
    public borrowing func exchange(
        _ name: FileName, with otherName: FileName, in other: borrowing SecureDirectory
    ) throws(FileError) -> Bool {
        do {
            // SAFETY: the names are C strings for the length of the call.
            _ = try repeating {
                unsafe name.withCString { from in
                    unsafe otherName.withCString { to in
                        unsafe Int(
                            System.exchange(descriptor.raw, from, other.descriptor.raw, to))
                    }
                }
            }
            return true
        } catch {
            guard System.isRenamingUnknown(error) else { throw error }
            return false
        }
    }
}
