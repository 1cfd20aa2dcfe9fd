#if !canImport(Darwin)
internal import CLinux
internal import Glibc

/// What Linux calls otherwise than Apple's systems do. Answers as C does, with `errno` set; file
/// names are C strings for the length of the call.
enum System {
    /// How a directory on the way to another one is opened: to walk through, not to read.
    static let walkFlags = ntf_open_path

    /// `read`, whose name is taken where it is used.
    @unsafe static func read(_ file: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int
    {
        unsafe Glibc.read(file, target, count)
    }

    /// `write`, whose name is taken where it is used.
    @unsafe static func write(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        unsafe Glibc.write(file, bytes, count)
    }

    /// When the content, and when anything of the file was changed last.
    static func times(of status: borrowing stat) -> (written: timespec, altered: timespec) {
        (status.st_mtim, status.st_ctim)
    }

    /// Renames where nothing has the new name.
    @unsafe static func renameExclusively(
        _ from: Int32, _ name: UnsafePointer<CChar>, _ target: Int32,
        _ newName: UnsafePointer<CChar>
    ) -> Int32 {
        unsafe ntf_rename_exclusive(from, name, target, newName)
    }

    /// Lets two entries change places.
    @unsafe static func exchange(
        _ from: Int32, _ name: UnsafePointer<CChar>, _ target: Int32,
        _ otherName: UnsafePointer<CChar>
    ) -> Int32 {
        unsafe ntf_rename_exchange(from, name, target, otherName)
    }

    /// Whether an error says that the file system, or the kernel, has no such renaming.
    static func isRenamingUnknown(_ error: FileError) -> Bool {
        error == .io(errno: EINVAL) || error == .io(errno: ENOSYS)
    }

    /// Waits until a file's content is on disk.
    static func synchronizeContent(_ file: Int32) -> Int32 { fsync(file) }

    /// Waits until a directory's entries are on disk.
    static func synchronizeEntries(_ directory: Int32) -> Int32 { fsync(directory) }

    /// Makes a file at least `size` bytes long, with a place on the disk for each; answers 0 or an
    /// error's number.
    static func reserve(_ file: Int32, _ size: Int) -> Int32 { posix_fallocate(file, 0, size) }

    /// Files are as well protected as the disk is.
    static func protect(_ file: Int32) {}
}

extension SecureDirectory {
    /// Goes through the components of a path, which end with zeros, from the root or from here.
    @unsafe static func walk(
        _ path: UnsafeMutableBufferPointer<CChar>, isAbsolute: Bool, creating: Bool
    ) throws(FileError) -> Descriptor {
        // SAFETY: every component ends with a zero inside `path`, which outlives the call.
        let first = try unsafe step(AT_FDCWD, literal(isAbsolute ? "/" : "."), System.walkFlags)
        return try unsafe descend(from: first, path, start: 0, creating: creating)
    }
}
#endif
