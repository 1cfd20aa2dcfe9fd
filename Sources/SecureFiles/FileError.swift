#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Why a file or a directory was refused, or could not be used. Names no path and no content.
public enum FileError: Error, Equatable, Sendable {
    /// There is nothing of that name.
    case notFound
    /// It belongs to another user.
    case notOurs
    /// It is a symbolic link, and links are never followed.
    case symbolicLink
    /// It is neither a plain file nor a directory, or the wrong one of the two.
    case wrongKind
    /// The system permits us no access, or the file system is read-only.
    case notPermitted
    /// The disk, the quota or the file size limit is used up.
    case noSpace
    /// The file is larger than the caller's limit.
    case tooLarge
    /// The system said something else; `errno` is its number.
    case io(errno: Int32)

    /// What the number of a failed system call means to us.
    init(code: Int32) {
        self =
            switch code {
            case ENOENT: .notFound
            case ELOOP: .symbolicLink
            case ENOTDIR, EISDIR, ENXIO, ENODEV: .wrongKind
            case EACCES, EPERM, EROFS: .notPermitted
            case ENOSPC, EDQUOT, EFBIG: .noSpace
            default: .io(errno: code)
            }
    }
}
