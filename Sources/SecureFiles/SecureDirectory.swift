#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// An open directory that belongs to us and that nobody else can enter: everything the package
/// keeps on disk lies in one of these.
///
/// Holds one descriptor, closed when the owner goes; entries are always reached through it, so
/// renaming or replacing the path later changes nothing. Borrowing methods may be called from
/// several threads. Allocates nothing, except for paths above 1 KiB.
public struct SecureDirectory: ~Copyable, Sendable {
    let descriptor: Descriptor

    /// Opens the directory at `path`, at most `FileLimits.pathBytesMax` bytes.
    ///
    /// When `creating`, missing components are made with mode 0700, and none of those is followed
    /// when it turns out to be a link. Components that exist already are the system's and the
    /// user's and followed as usual; the last one must be a directory (`wrongKind`), no symbolic
    /// link (`symbolicLink`), and ours (`notOurs`). When ours is open to others, as after a plain
    /// `mkdir`, it is tightened to 0700: refusing it would lose notifications.
    public init(path: String, creating: Bool) throws(FileError) {
        let count = path.utf8.count
        guard count > 0, count < FileLimits.pathBytesMax, !path.utf8.contains(0) else {
            throw .notFound
        }
        // The path again, with a zero for each slash: every component is a C string then.
        let opened = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) {
            memory -> Result<Descriptor, FileError> in
            // SAFETY: `count + 1` bytes, all of which are written here.
            for (index, byte) in path.utf8.enumerated() {
                let isSlash = byte == UInt8(ascii: "/")
                unsafe memory.initializeElement(
                    at: index, to: isSlash ? 0 : CChar(bitPattern: byte))
            }
            unsafe memory.initializeElement(at: count, to: 0)
            let isAbsolute = path.utf8.first == UInt8(ascii: "/")
            return Result { () throws(FileError) in
                try unsafe SecureDirectory.walk(memory, isAbsolute: isAbsolute, creating: creating)
            }
        }
        self.init(try opened.get())
    }

    /// Opens the directory `name` inside this one, under the same conditions; `creating` makes it
    /// with mode 0700 when it is missing.
    public borrowing func openSubdirectory(
        _ name: FileName, creating: Bool
    ) throws(FileError) -> SecureDirectory {
        let raw = descriptor.raw
        // SAFETY: the name is a C string for the length of the call.
        let opened = unsafe name.withCString { text -> Result<Descriptor, FileError> in
            Result { () throws(FileError) in
                try unsafe SecureDirectory.openLast(raw, text, creating: creating)
            }
        }
        return SecureDirectory(try opened.get())
    }

    /// Goes through the components of `path` from `start` on, which end with zeros.
    ///
    /// Those there are are followed, but for the last one; those missing are made and not followed.
    @unsafe static func descend(
        from first: consuming Descriptor, _ path: UnsafeMutableBufferPointer<CChar>, start: Int,
        creating: Bool
    ) throws(FileError) -> Descriptor {
        // SAFETY: every component ends with a zero inside `path`, which outlives the call.
        var parent = first
        var component: UnsafePointer<CChar>?
        var previous: CChar = 0
        for index in start..<path.count {
            if unsafe previous == 0 && path[index] != 0 {
                if let component = unsafe component {
                    parent = try unsafe enter(parent, component, creating: creating)
                }
                unsafe component = UnsafePointer(path.baseAddress! + index)
            }
            unsafe previous = path[index]
        }
        let last = unsafe component ?? literal(".")
        return try unsafe openLast(parent.raw, last, creating: creating)
    }

    /// A literal as a C string: it ends with a zero and lives as long as the process.
    @unsafe static func literal(_ text: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    private init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// One intermediate component: followed when it exists, made and not followed when missing.
    @unsafe private static func enter(
        _ parent: borrowing Descriptor, _ name: UnsafePointer<CChar>, creating: Bool
    ) throws(FileError) -> Descriptor {
        do throws(FileError) {
            return try unsafe step(parent.raw, name, System.walkFlags)
        } catch {
            guard error == .notFound, creating else { throw error }
        }
        try unsafe make(parent.raw, name)
        let made = try unsafe step(parent.raw, name, System.walkFlags | O_NOFOLLOW)
        System.protect(made.raw)
        return made
    }

    /// The last component: never followed, made when missing, checked and tightened.
    @unsafe static func openLast(
        _ parent: Int32, _ name: UnsafePointer<CChar>, creating: Bool
    ) throws(FileError) -> Descriptor {
        let opened: Descriptor
        do throws(FileError) {
            opened = try unsafe step(parent, name, O_RDONLY | O_NOFOLLOW)
        } catch {
            guard error == .notFound, creating else { throw error }
            try unsafe make(parent, name)
            opened = try unsafe step(parent, name, O_RDONLY | O_NOFOLLOW)
            System.protect(opened.raw)
        }
        let status = try opened.status()
        guard status.st_uid == geteuid() else { throw .notOurs }
        if status.st_mode & 0o077 != 0 { try opened.setMode(0o700) }
        return opened
    }

    /// Opens one component as a directory.
    @unsafe static func step(
        _ parent: Int32, _ name: UnsafePointer<CChar>, _ flags: Int32
    ) throws(FileError) -> Descriptor {
        do {
            let raw = try repeating {
                // SAFETY: the name is a C string for the length of the call.
                unsafe Int(openat(parent, name, flags | O_DIRECTORY | O_CLOEXEC, 0))
            }
            return Descriptor(owning: Int32(raw))
        } catch {
            // Linux says ENOTDIR, not ELOOP, of a link that O_DIRECTORY and O_NOFOLLOW meet.
            guard error == .wrongKind, flags & O_NOFOLLOW != 0 else { throw error }
            var status = stat()
            // SAFETY: `status` is ours; the string is a C string for the length of the call.
            let known = unsafe fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0
            throw known && status.st_mode & S_IFMT == S_IFLNK ? .symbolicLink : .wrongKind
        }
    }

    /// Makes a directory with mode 0700; the caller checks one that appeared meanwhile.
    @unsafe private static func make(
        _ parent: Int32, _ name: UnsafePointer<CChar>
    ) throws(FileError) {
        do {
            // SAFETY: the name is a C string for the length of the call.
            _ = try repeating { unsafe Int(mkdirat(parent, name, 0o700)) }
        } catch {
            guard error == .io(errno: EEXIST) else { throw error }
        }
        // The new entry must survive a power cut; who may not read the parent cannot ask for that.
        if let above = try? unsafe step(parent, literal("."), O_RDONLY) {
            try above.synchronizeEntries()
        }
    }
}
