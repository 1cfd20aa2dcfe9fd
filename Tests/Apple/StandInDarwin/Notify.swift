import CLinux
import Glibc
import Synchronization

// notify(3) between real processes, without a daemon. A name is a directory, a registration a file in
// it that its process keeps locked: whoever finds it unlocked knows that the process has ended. The
// state is a file beside them, and goes with the last of them. A ring is a datagram.

public let NOTIFY_STATUS_OK: Int32 = 0
public let NOTIFY_STATUS_INVALID_NAME: Int32 = 1
public let NOTIFY_STATUS_INVALID_TOKEN: Int32 = 2
public let NOTIFY_STATUS_FAILED: Int32 = 1_000_000
public let NOTIFY_REUSE: Int32 = 1

private struct Registration {
    let name: String
    let file: String
    /// Keeps `file` locked.
    let lock: Int32
    /// What is rung at; -1 for who only asks.
    let bell: Int32
}

private struct Registry {
    var registrations: [Int32: Registration] = [:]
    var next: Int32 = 1
}

private let registry = Mutex(Registry())

/// Where the names are: of one machine's user, or of a test's own.
private let root: String = {
    let path = getenv("NTF_STAND_IN_NOTIFY").map { value in String(cString: value) }
        ?? "/tmp/ntf-stand-in-notify-\(getuid())"
    mkdir(path, 0o700)
    return path
}()

/// Runs `body` while no other process, nor thread, looks at the names. A daemon is never stopped in the
/// middle of this, as a process of a test's is: what takes that long is not waited for.
private func alone<Answer>(_ body: (inout Registry) -> Answer) -> Answer {
    registry.withLock { registry in
        let lock = open("\(root)/lock", Glibc.O_CREAT | Glibc.O_RDWR | Glibc.O_CLOEXEC, 0o600)
        for _ in 0..<20 where flock(lock, LOCK_EX | LOCK_NB) != 0 { usleep(500) }
        defer { Glibc.close(lock) }
        return body(&registry)
    }
}

/// The files of registrations whose processes live; those of others go, and the state with the last.
private func living(_ name: String) -> [String] {
    guard let directory = opendir("\(root)/\(name)") else { return [] }
    var files: [String] = []
    while let entry = Glibc.readdir(directory) {
        let file = withUnsafePointer(to: &entry.pointee.d_name) { text in
            String(cString: UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self))
        }
        guard file != ".", file != "..", file != "state" else { continue }
        let path = "\(root)/\(name)/\(file)"
        let descriptor = open(path, Glibc.O_RDWR | Glibc.O_CLOEXEC)
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
            unlink(path)
        } else {
            files.append(file)
        }
        Glibc.close(descriptor)
    }
    closedir(directory)
    if files.isEmpty { forget(name) }
    return files
}

private func forget(_ name: String) {
    unlink("\(root)/\(name)/state")
    rmdir("\(root)/\(name)")
}

private func register(_ name: UnsafePointer<CChar>, bell: Int32, _ token: UnsafeMutablePointer<Int32>)
    -> UInt32
{
    let name = String(cString: name)
    guard !name.isEmpty, !name.contains("/") else { return UInt32(NOTIFY_STATUS_INVALID_NAME) }
    return alone { registry in
        _ = living(name)
        mkdir("\(root)/\(name)", 0o700)
        let number = registry.next
        registry.next += 1
        let file = "\(bell >= 0 ? "b" : "c").\(getpid()).\(number)"
        let lock = open(
            "\(root)/\(name)/\(file)", Glibc.O_CREAT | Glibc.O_RDWR | Glibc.O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            return UInt32(NOTIFY_STATUS_FAILED)
        }
        if bell >= 0 {
            let address = Array("\(root)/\(name)/\(file)".utf8.suffix(100))
            guard ntf_bind_abstract(bell, address, address.count) == 0 else {
                Glibc.close(lock)
                return UInt32(NOTIFY_STATUS_FAILED)
            }
        }
        registry.registrations[number] = Registration(
            name: name, file: file, lock: lock, bell: bell)
        token.pointee = number
        return UInt32(NOTIFY_STATUS_OK)
    }
}

public func notify_register_check(
    _ name: UnsafePointer<CChar>!, _ out_token: UnsafeMutablePointer<Int32>!
) -> UInt32 { register(name, bell: -1, out_token) }

public func notify_register_file_descriptor(
    _ name: UnsafePointer<CChar>!, _ notify_fd: UnsafeMutablePointer<Int32>!, _ flags: Int32,
    _ out_token: UnsafeMutablePointer<Int32>!
) -> UInt32 {
    guard flags == 0 else { return UInt32(NOTIFY_STATUS_FAILED) }
    let bell = ntf_datagram_socket()
    guard bell >= 0 else { return UInt32(NOTIFY_STATUS_FAILED) }
    let status = register(name, bell: bell, out_token)
    if status == UInt32(NOTIFY_STATUS_OK) {
        notify_fd.pointee = bell
    } else {
        Glibc.close(bell)
    }
    return status
}

public func notify_cancel(_ token: Int32) -> UInt32 {
    alone { registry in
        guard let one = registry.registrations.removeValue(forKey: token) else {
            return UInt32(NOTIFY_STATUS_INVALID_TOKEN)
        }
        unlink("\(root)/\(one.name)/\(one.file)")
        Glibc.close(one.lock)
        if one.bell >= 0 { Glibc.close(one.bell) }
        _ = living(one.name)
        return UInt32(NOTIFY_STATUS_OK)
    }
}

public func notify_post(_ name: UnsafePointer<CChar>!) -> UInt32 {
    let name = String(cString: name)
    return alone { _ in
        let sender = ntf_datagram_socket()
        defer { Glibc.close(sender) }
        for file in living(name) where file.hasPrefix("b") {
            let address = Array("\(root)/\(name)/\(file)".utf8.suffix(100))
            // The token, in the network's order.
            var token = (UInt32(file.split(separator: ".")[2]) ?? 0).bigEndian
            ntf_send_abstract(sender, &token, 4, address, address.count)
        }
        return UInt32(NOTIFY_STATUS_OK)
    }
}

public func notify_set_state(_ token: Int32, _ state64: UInt64) -> UInt32 {
    alone { registry in
        guard let one = registry.registrations[token] else {
            return UInt32(NOTIFY_STATUS_INVALID_TOKEN)
        }
        let file = open(
            "\(root)/\(one.name)/state", Glibc.O_CREAT | Glibc.O_RDWR | Glibc.O_CLOEXEC, 0o600)
        var state = state64
        let count = Glibc.write(file, &state, 8)
        Glibc.close(file)
        return UInt32(count == 8 ? NOTIFY_STATUS_OK : NOTIFY_STATUS_FAILED)
    }
}

public func notify_get_state(_ token: Int32, _ state64: UnsafeMutablePointer<UInt64>!) -> UInt32 {
    alone { registry in
        guard let one = registry.registrations[token] else {
            return UInt32(NOTIFY_STATUS_INVALID_TOKEN)
        }
        state64.pointee = 0
        let file = open("\(root)/\(one.name)/state", Glibc.O_RDONLY | Glibc.O_CLOEXEC)
        guard file >= 0 else { return UInt32(NOTIFY_STATUS_OK) }
        Glibc.read(file, state64, 8)
        Glibc.close(file)
        return UInt32(NOTIFY_STATUS_OK)
    }
}
