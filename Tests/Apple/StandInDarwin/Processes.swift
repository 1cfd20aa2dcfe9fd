import CStandInDarwin
import Glibc

// What the kernel tells of processes and of itself.

public func sysctl(
    _ name: UnsafeMutablePointer<Int32>!, _ count: UInt32, _ answer: UnsafeMutableRawPointer!,
    _ size: UnsafeMutablePointer<Int>!, _ new: UnsafeMutableRawPointer!, _ newSize: Int
) -> Int32 {
    guard count == 4, name[0] == CTL_KERN, name[1] == KERN_PROC, name[2] == KERN_PROC_PID else {
        errno = ENOENT
        return -1
    }
    guard size.pointee >= MemoryLayout<kinfo_proc>.size else {
        errno = ENOMEM
        return -1
    }
    let pid = name[3]
    guard !Device.isSandboxed || pid == getpid(), let process = process(pid) else {
        size.pointee = 0
        return 0
    }
    answer.assumingMemoryBound(to: kinfo_proc.self).pointee.kp_proc = process
    size.pointee = MemoryLayout<kinfo_proc>.size
    return 0
}

private func process(_ pid: pid_t) -> extern_proc? {
    guard let text = text(of: "/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else {
        return nil
    }
    let fields = text[name...].split(separator: " ").dropFirst()
    guard let state = fields.first, let ticks = Int(fields[fields.startIndex + 19]) else {
        return nil
    }
    var process = extern_proc()
    process.p_pid = pid
    process.p_stat = CChar(state == "T" ? SSTOP : state == "Z" || state == "X" ? SZOMB : SRUN)
    // In microseconds the number Linux has, so that a test of both can compare.
    process.p_un.__p_starttime = timeval(tv_sec: ticks / 1_000_000, tv_usec: ticks % 1_000_000)
    return process
}

private func text(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
}

public func sysctlbyname(
    _ name: UnsafePointer<CChar>!, _ answer: UnsafeMutableRawPointer!,
    _ size: UnsafeMutablePointer<Int>!, _ new: UnsafeMutableRawPointer!, _ newSize: Int
) -> Int32 {
    guard String(cString: name) == "kern.bootsessionuuid", !Device.isSandboxed,
        let text = Device.bootSession ?? text(of: "/proc/sys/kernel/random/boot_id")
    else {
        errno = Device.isSandboxed ? EPERM : ENOENT
        return -1
    }
    let uuid = String(text.uppercased().prefix(36)).utf8CString
    guard size.pointee >= uuid.count else {
        errno = ENOMEM
        return -1
    }
    uuid.withUnsafeBytes { bytes in answer.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count) }
    size.pointee = uuid.count
    return 0
}

public func kill(_ pid: pid_t, _ signal: Int32) -> Int32 {
    let answer = Glibc.kill(pid, signal)
    guard answer == 0, Device.isSandboxed, pid != getpid() else { return answer }
    errno = EPERM
    return -1
}
