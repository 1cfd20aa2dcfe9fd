#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension SecureDirectory {
    /// Makes `bytes` the content of the file `name`, mode 0600: whole and on disk when this
    /// returns. When it throws the file is as it was; only when the disk fails in the last step,
    /// the wait for the directory, it has the new content already, whole too.
    ///
    /// Writes a temporary file beside it, waits until that is on disk, renames it over `name` and
    /// waits for the directory. Whatever had the name before is gone, a link included: links are
    /// replaced, not followed. Allocates nothing.
    public borrowing func replace(_ name: FileName, with bytes: Span<UInt8>) throws(FileError) {
        let temporary = try writeTemporary(bytes)
        do {
            try rename(temporary, to: name, in: self)
        } catch {
            unlinkQuietly(temporary)
            throw error
        }
        try descriptor.synchronizeEntries()
    }

    /// Makes a new file `name` of `bytes`, mode 0600, through a temporary file in `temporary`,
    /// which may be this directory too and lies on the same file system.
    ///
    /// Answers true when it was made: it is then whole and on disk. False when there was an entry
    /// of that name already, which stays as it is. Throws as `replace` does. Of several writers
    /// exactly one gets true, and nobody ever sees half a file. Allocates nothing.
    /// The corresponding C function is `renameat2` with `RENAME_NOREPLACE`, or `renameatx_np` with
    /// `RENAME_EXCL`; `linkat` where the file system has no such renaming.
    public borrowing func writeNew(
        _ bytes: Span<UInt8>, name: FileName, through temporary: borrowing SecureDirectory
    ) throws(FileError) -> Bool {
        guard try !contains(name) else { return false }
        let source = try temporary.writeTemporary(bytes)
        let made: Bool
        do {
            made = try moveExclusively(source, from: temporary, to: name)
        } catch {
            temporary.unlinkQuietly(source)
            throw error
        }
        if made {
            try descriptor.synchronizeEntries()
        } else {
            temporary.unlinkQuietly(source)
        }
        return made
    }

    /// Whether there is an entry `name` of any kind. Allocates nothing.
    public borrowing func contains(_ name: FileName) throws(FileError) -> Bool {
        do {
            _ = try identity(of: name)
            return true
        } catch {
            guard error == .notFound else { throw error }
            return false
        }
    }

    /// Removes the temporary files that writers left here when they were killed, and answers how
    /// many: those last written before `time` (Unix seconds), or all. All only while no other
    /// process writes through this directory.
    public borrowing func removeTemporaries(before time: UInt64 = .max) throws(FileError) -> Int {
        var removed = 0
        _ = try forEachName(max: FileLimits.sweepNamesMax) { name in
            if name.isTemporary, let file = try? identity(of: name), file.modifiedAt < time {
                unlinkQuietly(name)
                removed += 1
            }
            return true
        }
        return removed
    }

    /// Writes a file under a new temporary name and waits until it is on disk; nothing is left of
    /// it when this throws.
    private borrowing func writeTemporary(_ bytes: Span<UInt8>) throws(FileError) -> FileName {
        for _ in 0..<FileLimits.temporaryNamesMax {
            let name = FileName.temporary()
            let file: Descriptor
            do {
                file = try Descriptor.open(
                    name, in: descriptor.raw, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                    mode: 0o600)
            } catch {
                guard error == .io(errno: EEXIST) else { throw error }
                continue
            }
            try fill(file, name, bytes)
            return name
        }
        throw .io(errno: EEXIST)
    }

    /// Writes the content of a file just made and waits until it is on disk; nothing is left of the
    /// file when this throws.
    borrowing func fill(
        _ file: borrowing Descriptor, _ name: FileName, _ bytes: Span<UInt8>
    ) throws(FileError) {
        do {
            try file.write(bytes)
            try file.synchronize()
        } catch {
            unlinkQuietly(name)
            throw error
        }
    }

    /// Moves `source` out of another directory to `name` here unless that exists; false if it does.
    borrowing func moveExclusively(
        _ source: FileName, from other: borrowing SecureDirectory, to name: FileName
    ) throws(FileError) -> Bool {
        let (from, to) = (other.descriptor.raw, descriptor.raw)
        do {
            // SAFETY (both calls): the names are C strings for the length of the call.
            _ = try repeating {
                unsafe source.withCString { source in
                    unsafe name.withCString { name in
                        unsafe Int(System.renameExclusively(from, source, to, name))
                    }
                }
            }
            return true
        } catch {
            if error == .io(errno: EEXIST) { return false }
            guard System.isRenamingUnknown(error) else { throw error }
        }
        do {
            _ = try repeating {
                unsafe source.withCString { source in
                    unsafe name.withCString { name in
                        unsafe Int(linkat(from, source, to, name, 0))
                    }
                }
            }
        } catch {
            if error == .io(errno: EEXIST) { return false }
            throw error
        }
        other.unlinkQuietly(source)
        return true
    }
}
