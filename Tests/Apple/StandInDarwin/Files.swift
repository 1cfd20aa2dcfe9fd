import CLinux
import Glibc

// Files, as Darwin has them: types of other sizes, constants of other values, calls of its own. The
// calls are made on Linux; what it has none for is remembered here.

public typealias dev_t = Int32
public typealias mode_t = UInt16

public let O_RDONLY: Int32 = 0x0
public let O_WRONLY: Int32 = 0x1
public let O_RDWR: Int32 = 0x2
public let O_NONBLOCK: Int32 = 0x4
public let O_APPEND: Int32 = 0x8
public let O_NOFOLLOW: Int32 = 0x100
public let O_CREAT: Int32 = 0x200
public let O_TRUNC: Int32 = 0x400
public let O_EXCL: Int32 = 0x800
public let O_NOCTTY: Int32 = 0x20000
public let O_DIRECTORY: Int32 = 0x100000
public let O_CLOEXEC: Int32 = 0x1000000

private let flags: [(Int32, Int32)] = [
    (O_WRONLY, Glibc.O_WRONLY), (O_RDWR, Glibc.O_RDWR), (O_NONBLOCK, Glibc.O_NONBLOCK),
    (O_APPEND, Glibc.O_APPEND), (O_NOFOLLOW, Glibc.O_NOFOLLOW), (O_CREAT, Glibc.O_CREAT),
    (O_TRUNC, Glibc.O_TRUNC), (O_EXCL, Glibc.O_EXCL), (O_NOCTTY, Glibc.O_NOCTTY),
    (O_DIRECTORY, Glibc.O_DIRECTORY), (O_CLOEXEC, Glibc.O_CLOEXEC),
]

public let AT_FDCWD: Int32 = -2
public let AT_SYMLINK_NOFOLLOW: Int32 = 0x20

private func directory(_ descriptor: Int32) -> Int32 {
    descriptor == AT_FDCWD ? Glibc.AT_FDCWD : descriptor
}

public func openat(
    _ parent: Int32, _ name: UnsafePointer<CChar>, _ oflag: Int32, _ mode: mode_t
) -> Int32 {
    let native = flags.reduce(Int32(0)) { all, pair in
        oflag & pair.0 == 0 ? all : all | pair.1
    }
    return Glibc.openat(directory(parent), name, native, Glibc.mode_t(mode))
}

public func mkdirat(_ parent: Int32, _ name: UnsafePointer<CChar>!, _ mode: mode_t) -> Int32 {
    Glibc.mkdirat(directory(parent), name, Glibc.mode_t(mode))
}

public func fchmod(_ file: Int32, _ mode: mode_t) -> Int32 {
    Glibc.fchmod(file, Glibc.mode_t(mode))
}

/// By its symbol: by its name the structure `flock` would be found.
@discardableResult
@_silgen_name("flock") public func flock(_ file: Int32, _ operation: Int32) -> Int32

public let S_IFMT: mode_t = 0o170000
public let S_IFREG: mode_t = 0o100000
public let S_IFLNK: mode_t = 0o120000

public struct stat {
    public var st_dev: dev_t = 0
    public var st_mode: mode_t = 0
    public var st_nlink: UInt16 = 0
    public var st_ino: UInt64 = 0
    public var st_uid: UInt32 = 0
    public var st_mtimespec = timespec()
    public var st_ctimespec = timespec()
    public var st_size: off_t = 0

    public init() {}

    fileprivate init(_ native: Glibc.stat) {
        // Below zero, as device numbers may be there.
        st_dev = Int32(truncatingIfNeeded: native.st_dev) | .min
        st_mode = mode_t(native.st_mode)
        st_nlink = UInt16(truncatingIfNeeded: native.st_nlink)
        st_ino = UInt64(native.st_ino)
        st_uid = native.st_uid
        st_mtimespec = native.st_mtim
        st_ctimespec = native.st_ctim
        st_size = native.st_size
    }
}

public func fstat(_ file: Int32, _ status: UnsafeMutablePointer<stat>!) -> Int32 {
    var native = Glibc.stat()
    let failed = Glibc.fstat(file, &native)
    if failed == 0 { status.pointee = stat(native) }
    return failed
}

public func fstatat(
    _ parent: Int32, _ name: UnsafePointer<CChar>!, _ status: UnsafeMutablePointer<stat>!,
    _ flag: Int32
) -> Int32 {
    var native = Glibc.stat()
    let failed = Glibc.fstatat(
        directory(parent), name, &native,
        flag & AT_SYMLINK_NOFOLLOW == 0 ? 0 : Glibc.AT_SYMLINK_NOFOLLOW)
    if failed == 0 { status.pointee = stat(native) }
    return failed
}

public let RENAME_SWAP: Int32 = 0x2
public let RENAME_EXCL: Int32 = 0x4

public func renameatx_np(
    _ from: Int32, _ name: UnsafePointer<CChar>!, _ to: Int32, _ newName: UnsafePointer<CChar>!,
    _ flags: UInt32
) -> Int32 {
    guard !Device.hasNoRenaming else {
        errno = ENOTSUP
        return -1
    }
    let (from, to) = (directory(from), directory(to))
    switch Int32(flags) {
    case 0: return Glibc.renameat(from, name, to, newName)
    case RENAME_EXCL: return ntf_rename_exclusive(from, name, to, newName)
    case RENAME_SWAP: return ntf_rename_exchange(from, name, to, newName)
    default:
        errno = EINVAL
        return -1
    }
}

/// A stream of names; glibc's is behind a pointer to nothing Swift knows.
public struct DIR {
    fileprivate let native: OpaquePointer
    fileprivate var entry = dirent()
}

public struct dirent {
    public var d_ino: UInt64 = 0
    public var d_namlen: UInt16 = 0
    public var d_name = InlineArray<1024, CChar>(repeating: 0)
}

public func fdopendir(_ file: Int32) -> UnsafeMutablePointer<DIR>! {
    guard let native = Glibc.fdopendir(file) else { return nil }
    let stream = UnsafeMutablePointer<DIR>.allocate(capacity: 1)
    stream.initialize(to: DIR(native: native))
    return stream
}

public func readdir(_ stream: UnsafeMutablePointer<DIR>!) -> UnsafeMutablePointer<dirent>! {
    guard let native = Glibc.readdir(stream.pointee.native) else { return nil }
    stream.pointee.entry = dirent()
    withUnsafeBytes(of: &native.pointee.d_name) { name in
        for (index, byte) in name.prefix(while: { byte in byte != 0 }).enumerated() {
            stream.pointee.entry.d_name[index] = CChar(bitPattern: byte)
            stream.pointee.entry.d_namlen += 1
        }
    }
    let offset = MemoryLayout<DIR>.offset(of: \.entry)!
    return (UnsafeMutableRawPointer(stream) + offset).assumingMemoryBound(to: dirent.self)
}

public func closedir(_ stream: UnsafeMutablePointer<DIR>!) -> Int32 {
    defer {
        stream.deinitialize(count: 1)
        stream.deallocate()
    }
    return Glibc.closedir(stream.pointee.native)
}

public typealias nfds_t = UInt32

public func poll(
    _ descriptors: UnsafeMutablePointer<pollfd>!, _ count: nfds_t, _ milliseconds: Int32
) -> Int32 { Glibc.poll(descriptors, Glibc.nfds_t(count), milliseconds) }
