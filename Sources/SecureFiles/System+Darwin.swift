#if canImport(Darwin)
internal import Darwin

/// What Apple's systems call otherwise than Linux does. Answers as C does, with `errno` set; file
/// names are C strings for the length of the call.
enum System {
    /// How a directory on the way to another one is opened.
    static let walkFlags = O_RDONLY

    /// `NSFileProtectionCompleteUntilFirstUserAuthentication`: readable once the device was unlocked
    /// after its start, as an extension must that runs while it is locked.
    private static let protectionClass: Int32 = 3

    /// `read`, whose name is taken where it is used.
    @unsafe static func read(_ file: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int
    {
        unsafe Darwin.read(file, target, count)
    }

    /// `write`, whose name is taken where it is used.
    @unsafe static func write(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        unsafe Darwin.write(file, bytes, count)
    }

    /// When the content, and when anything of the file was changed last.
    static func times(of status: borrowing stat) -> (written: timespec, altered: timespec) {
        (status.st_mtimespec, status.st_ctimespec)
    }

    /// Renames where nothing has the new name.
    @unsafe static func renameExclusively(
        _ from: Int32, _ name: UnsafePointer<CChar>, _ target: Int32,
        _ newName: UnsafePointer<CChar>
    ) -> Int32 {
        unsafe renameatx_np(from, name, target, newName, UInt32(RENAME_EXCL))
    }

    /// Lets two entries change places.
    @unsafe static func exchange(
        _ from: Int32, _ name: UnsafePointer<CChar>, _ target: Int32,
        _ otherName: UnsafePointer<CChar>
    ) -> Int32 {
        unsafe renameatx_np(from, name, target, otherName, UInt32(RENAME_SWAP))
    }

    /// Whether an error says that the file system has no such renaming.
    static func isRenamingUnknown(_ error: FileError) -> Bool {
        error == .io(errno: ENOTSUP) || error == .io(errno: EINVAL)
    }

    /// Waits until a file's content is on its way to the disk, in front of whatever comes later: a
    /// name that survives leads to a whole file. That the disk has it is waited for once, with the
    /// directory.
    static func synchronizeContent(_ file: Int32) -> Int32 {
        if fcntl(file, F_BARRIERFSYNC) == 0 { return 0 }
        // A file system without barriers has the slow way.
        return isCommandUnknown ? synchronizeEntries(file) : -1
    }

    /// Waits until the disk has everything that was synchronised so far: `fsync` alone leaves it in
    /// the disk's own memory, and a channel state that is lost there is lost money.
    static func synchronizeEntries(_ directory: Int32) -> Int32 {
        if fcntl(directory, F_FULLFSYNC) == 0 { return 0 }
        return isCommandUnknown ? fsync(directory) : -1
    }

    /// Whether the file system said of the last call that it has no such thing.
    private static var isCommandUnknown: Bool {
        errno == ENOTSUP || errno == EINVAL || errno == ENOTTY
    }

    /// Makes a file at least `size` bytes long, with a place on the disk for each as far as the file
    /// system promises one; answers 0 or an error's number.
    static func reserve(_ file: Int32, _ size: Int) -> Int32 {
        var status = stat()
        // SAFETY: `status` is ours for the length of the call.
        guard unsafe fstat(file, &status) == 0 else { return errno }
        guard Int(status.st_size) < size else { return 0 }
        var request = fstore_t(
            fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0,
            fst_length: off_t(size) - status.st_size, fst_bytesalloc: 0)
        // SAFETY: `request` is ours for the length of the call.
        if unsafe fcntl(file, F_PREALLOCATE, &request) != 0, !isCommandUnknown { return errno }
        return ftruncate(file, off_t(size)) == 0 ? 0 : errno
    }

    /// Gives a file of ours, or a directory and what is made in it, the class it needs. Where there
    /// are no classes, as on a Mac, nothing happens; what the system gave stays when it refuses.
    static func protect(_ file: Int32) {
        guard fcntl(file, F_GETPROTECTIONCLASS) != protectionClass else { return }
        _ = fcntl(file, F_SETPROTECTIONCLASS, protectionClass)
    }
}

extension SecureDirectory {
    /// Opens a path, whose components end with zeros, in one step: an app may open what lies in its
    /// container, and need not be able to open each directory above. What is missing is made in the
    /// deepest one there is.
    @unsafe static func walk(
        _ path: UnsafeMutableBufferPointer<CChar>, isAbsolute: Bool, creating: Bool
    ) throws(FileError) -> Descriptor {
        let slash = CChar(bitPattern: UInt8(ascii: "/"))
        var end = path.count - 1
        // SAFETY: indices stay below `end`, behind which there is a zero.
        while unsafe end > 0 && path[end - 1] == 0 { end -= 1 }
        for index in 0..<end where unsafe path[index] == 0 { unsafe path[index] = slash }
        let whole = unsafe UnsafePointer(path.baseAddress!)
        if end == 0 { return try unsafe openLast(AT_FDCWD, literal("/"), creating: false) }
        do throws(FileError) {
            return try unsafe openLast(AT_FDCWD, whole, creating: false)
        } catch {
            guard error == .notFound, creating else { throw error }
        }
        while true {
            while unsafe end > 0 && path[end - 1] != slash { end -= 1 }
            let start = end
            while unsafe end > 0 && path[end - 1] == slash {
                end -= 1
                unsafe path[end] = 0
            }
            let above: Descriptor
            do throws(FileError) {
                let here = unsafe end > 0 ? whole : literal(isAbsolute ? "/" : ".")
                above = try unsafe step(AT_FDCWD, here, System.walkFlags)
            } catch {
                guard error == .notFound, end > 0 else { throw error }
                continue
            }
            return try unsafe descend(from: above, path, start: start, creating: true)
        }
    }
}
#endif
