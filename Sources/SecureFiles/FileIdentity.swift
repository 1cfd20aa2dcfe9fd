#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What tells one state of a file from the next: place, size and times.
///
/// Our files are replaced, never written over, so a change shows as another inode at the latest;
/// the change time cannot be set back by `utimensat`. Compared for equality only, never ordered.
public struct FileIdentity: Equatable, Sendable {
    /// The length in bytes.
    public let size: Int
    /// When the content was last written, Unix seconds; 0 before 1970.
    public var modifiedAt: UInt64 { UInt64(clamping: modified.seconds) }
    private let device: UInt64
    private let inode: UInt64
    private let modified: (seconds: Int, nanoseconds: Int)
    private let changed: (seconds: Int, nanoseconds: Int)

    init(_ status: borrowing stat) {
        size = Int(status.st_size)
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(status.st_ino)
        let (written, altered) = System.times(of: status)
        modified = (written.tv_sec, written.tv_nsec)
        changed = (altered.tv_sec, altered.tv_nsec)
    }

    /// Whether it is the same file with the same content, under whatever name: renaming a file
    /// changes only the change time.
    public func isSameContent(as other: FileIdentity) -> Bool {
        size == other.size && device == other.device && inode == other.inode
            && modified == other.modified
    }

    /// Whether it is the same file or directory, whatever happened to its content.
    public func isSameEntry(as other: FileIdentity) -> Bool {
        device == other.device && inode == other.inode
    }

    /// Everything that tells two states apart, for a record of what was seen.
    public var words: InlineArray<7, UInt64> {
        [
            UInt64(size), device, inode,
            UInt64(bitPattern: Int64(modified.seconds)),
            UInt64(bitPattern: Int64(modified.nanoseconds)),
            UInt64(bitPattern: Int64(changed.seconds)),
            UInt64(bitPattern: Int64(changed.nanoseconds)),
        ]
    }

    /// Whether nothing that tells two states apart differs.
    public static func == (left: FileIdentity, right: FileIdentity) -> Bool {
        left.size == right.size && left.device == right.device && left.inode == right.inode
            && left.modified == right.modified && left.changed == right.changed
    }
}
