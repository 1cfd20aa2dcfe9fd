internal import CLinux
internal import Glibc

/// An open directory that belongs to us and that nobody else can enter: everything the package
/// keeps on disk lies in one of these.
///
/// Holds one descriptor, closed when the owner goes; entries are always reached through it, so
/// renaming or replacing the path later changes nothing. Borrowing methods may be called from
/// several threads. Only making one from a path allocates.
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
        guard !path.isEmpty, path.utf8.count < FileLimits.pathBytesMax,
            !path.utf8.contains(0)
        else { throw .notFound }
        var components = path.split(separator: "/").map { component in String(component) }
        let last = components.popLast() ?? "."
        var parent = try Self.step(AT_FDCWD, path.hasPrefix("/") ? "/" : ".", ntf_open_path)
        for component in components {
            parent = try Self.enter(parent, component, creating: creating)
        }
        self.init(try Self.openLast(parent, last, creating: creating))
    }

    /// Opens the directory `name` inside this one, under the same conditions; `creating` makes it
    /// with mode 0700 when it is missing.
    public borrowing func openSubdirectory(
        _ name: FileName, creating: Bool
    ) throws(FileError) -> SecureDirectory {
        let text = name.withBytes { bytes in
            // SAFETY: `target` has room for at least `bytes.count` bytes.
            unsafe String(unsafeUninitializedCapacity: bytes.count) { target in
                for index in bytes.indices { unsafe target[index] = bytes[index] }
                return bytes.count
            }
        }
        return SecureDirectory(try Self.openLast(descriptor, text, creating: creating))
    }

    private init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// One intermediate component: followed when it exists, made and not followed when missing.
    private static func enter(
        _ parent: borrowing Descriptor, _ name: String, creating: Bool
    ) throws(FileError) -> Descriptor {
        do throws(FileError) {
            return try step(parent.raw, name, ntf_open_path)
        } catch {
            guard error == .notFound, creating else { throw error }
        }
        try make(parent.raw, name)
        return try step(parent.raw, name, ntf_open_path | O_NOFOLLOW)
    }

    /// The last component: never followed, made when missing, checked and tightened.
    private static func openLast(
        _ parent: borrowing Descriptor, _ name: String, creating: Bool
    ) throws(FileError) -> Descriptor {
        let opened: Descriptor
        do throws(FileError) {
            opened = try step(parent.raw, name, O_RDONLY | O_NOFOLLOW)
        } catch {
            guard error == .notFound, creating else { throw error }
            try make(parent.raw, name)
            opened = try step(parent.raw, name, O_RDONLY | O_NOFOLLOW)
        }
        let status = try opened.status()
        guard status.st_uid == geteuid() else { throw .notOurs }
        if status.st_mode & 0o077 != 0 { try opened.setMode(0o700) }
        return opened
    }

    /// Opens one component as a directory.
    private static func step(
        _ parent: Int32, _ name: String, _ flags: Int32
    ) throws(FileError) -> Descriptor {
        do {
            let raw = try repeating {
                // SAFETY: the string is a C string for the length of the call.
                unsafe Int(ntf_openat(parent, name, flags | O_DIRECTORY | O_CLOEXEC, 0))
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
    private static func make(_ parent: Int32, _ name: String) throws(FileError) {
        do {
            // SAFETY: the string is a C string for the length of the call.
            _ = try repeating { unsafe Int(mkdirat(parent, name, 0o700)) }
        } catch {
            guard error == .io(errno: EEXIST) else { throw error }
        }
        // The new entry must survive a power cut; who may not read the parent cannot ask for that.
        if let above = try? step(parent, ".", O_RDONLY) { try above.synchronizeEntries() }
    }
}
