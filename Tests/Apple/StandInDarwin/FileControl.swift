import Glibc

// fcntl(2), with Darwin's commands.

public let F_SETFD: Int32 = 2
public let F_GETFL: Int32 = 3
public let F_SETFL: Int32 = 4
public let F_PREALLOCATE: Int32 = 42
public let F_FULLFSYNC: Int32 = 51
public let F_GETPROTECTIONCLASS: Int32 = 63
public let F_SETPROTECTIONCLASS: Int32 = 64
public let F_BARRIERFSYNC: Int32 = 85
public let FD_CLOEXEC: Int32 = 1
public let F_ALLOCATEALL: Int32 = 0x4
public let F_PEOFPOSMODE: Int32 = 3

public struct fstore_t {
    public var fst_flags: UInt32
    public var fst_posmode: Int32
    public var fst_offset: off_t
    public var fst_length: off_t
    public var fst_bytesalloc: off_t

    public init(
        fst_flags: UInt32, fst_posmode: Int32, fst_offset: off_t, fst_length: off_t,
        fst_bytesalloc: off_t
    ) {
        self.fst_flags = fst_flags
        self.fst_posmode = fst_posmode
        self.fst_offset = fst_offset
        self.fst_length = fst_length
        self.fst_bytesalloc = fst_bytesalloc
    }
}

public func fcntl(_ file: Int32, _ command: Int32) -> Int32 { fcntl(file, command, 0) }

public func fcntl(_ file: Int32, _ command: Int32, _ value: Int32) -> Int32 {
    switch command {
    case F_SETFD: return Glibc.fcntl(file, Glibc.F_SETFD, value)
    case F_GETFL: return Glibc.fcntl(file, Glibc.F_GETFL) & Glibc.O_NONBLOCK == 0 ? 0 : O_NONBLOCK
    case F_SETFL:
        return Glibc.fcntl(file, Glibc.F_SETFL, value & O_NONBLOCK == 0 ? 0 : Glibc.O_NONBLOCK)
    case F_BARRIERFSYNC, F_FULLFSYNC:
        guard Device.count(command) else {
            errno = ENOTSUP
            return -1
        }
        return Glibc.fsync(file)
    case F_GETPROTECTIONCLASS, F_SETPROTECTIONCLASS:
        var status = Glibc.stat()
        guard Glibc.fstat(file, &status) == 0 else { return -1 }
        return Device.protection(
            status.st_ino, set: command == F_SETPROTECTIONCLASS ? value : nil)
    default:
        errno = EINVAL
        return -1
    }
}

public func fcntl(_ file: Int32, _ command: Int32, _ value: UnsafeMutableRawPointer) -> Int32 {
    guard command == F_PREALLOCATE else {
        errno = EINVAL
        return -1
    }
    let request = value.assumingMemoryBound(to: fstore_t.self)
    guard request.pointee.fst_posmode == F_PEOFPOSMODE, request.pointee.fst_offset == 0 else {
        errno = EINVAL
        return -1
    }
    var status = Glibc.stat()
    guard Glibc.fstat(file, &status) == 0 else { return -1 }
    // Behind the end, which stays where it is.
    let code = Glibc.posix_fallocate(file, status.st_size, request.pointee.fst_length)
    _ = Glibc.ftruncate(file, status.st_size)
    guard code == 0 else {
        errno = code
        return -1
    }
    request.pointee.fst_bytesalloc = request.pointee.fst_length
    return 0
}
