import Glibc

/// A memory cgroup of our own that stops an extension however fast it grows.
///
/// Made below our own group, or beside it where processes may not lie between groups (v2), and
/// removed at the end. Where neither is allowed there is none.
struct MemoryGroup: ~Copyable {
    /// The two kinds of hierarchy.
    enum Version: String, Sendable {
        case v1, v2
    }

    let version: Version
    private let path: String
    /// Its cgroup.procs, open for a process to put itself in.
    let processes: Int32

    /// Makes the group and sets its limit. Nil where the system does not let us.
    init?(memoryMax: Int) {
        for (version, directory) in MemoryGroup.candidates() {
            let path = directory + "/ntfhost-\(getpid())"
            // One of the same name is a run's that was killed: empty, or not ours to remove.
            // SAFETY (all of mkdir and rmdir here): the path is a C string for the call.
            _ = unsafe rmdir(path)
            guard unsafe mkdir(path, 0o755) == 0 else { continue }
            if MemoryGroup.limit(path, version, memoryMax + memoryMax / HostLimits.groupSlackPart) {
                // SAFETY: the path is a C string for the length of the call.
                let processes = unsafe open(path + "/cgroup.procs", O_WRONLY | O_CLOEXEC)
                if processes >= 0 {
                    self.processes = processes
                    self.version = version
                    self.path = path
                    return
                }
            }
            _ = unsafe rmdir(path)
        }
        return nil
    }

    deinit {
        _ = close(processes)
        killAll()
        for _ in 0..<HostLimits.groupRemovalsMax {
            if unsafe rmdir(path) == 0 || errno != EBUSY { return }
            _ = poll(nil, 0, 1)
        }
    }

    /// How many processes the kernel has stopped here for want of memory.
    func kills() -> Int {
        let file = version == .v1 ? "/memory.oom_control" : "/memory.events"
        guard let text = SmallFile.read(path + file) else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix("oom_kill ") {
            return Int(line.dropFirst("oom_kill ".count)) ?? 0
        }
        return 0
    }

    /// Ends every process that is left here, whatever it has done to hide.
    func killAll() {
        guard let text = SmallFile.read(path + "/cgroup.procs") else { return }
        for line in text.split(separator: "\n").prefix(HostLimits.groupProcessesMax) {
            if let pid = Int32(line), pid > 1, pid != getpid() { _ = kill(pid, SIGKILL) }
        }
    }

    private static func limit(_ path: String, _ version: Version, _ bytes: Int) -> Bool {
        switch version {
        case .v1:
            guard SmallFile.write("\(bytes)", to: path + "/memory.limit_in_bytes") else {
                return false
            }
            // Without swap accounting there is no such file, and nothing to limit.
            _ = SmallFile.write("\(bytes)", to: path + "/memory.memsw.limit_in_bytes")
            return true
        case .v2:
            guard SmallFile.write("\(bytes)", to: path + "/memory.max") else { return false }
            _ = SmallFile.write("0", to: path + "/memory.swap.max")
            return true
        }
    }

    /// Where a group may be made, best first.
    private static func candidates() -> [(Version, String)] {
        guard let own = SmallFile.read("/proc/self/cgroup") else { return [] }
        var found: [(Version, String)] = []
        for line in own.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let below = parts[2] == "/" ? "" : String(parts[2])
            if parts[1].split(separator: ",").contains("memory") {
                found.append((.v1, "/sys/fs/cgroup/memory" + below))
            } else if parts[0] == "0" && parts[1].isEmpty {
                found.append((.v2, "/sys/fs/cgroup" + below))
                if let slash = below.lastIndex(of: "/") {
                    found.append((.v2, "/sys/fs/cgroup" + below[..<slash]))
                }
            }
        }
        return found
    }
}

/// The little files the kernel shows its figures in.
enum SmallFile {
    /// The first `HostLimits.statusBytesMax` bytes; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        // SAFETY: the path is a C string for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: HostLimits.statusBytesMax)
        // SAFETY: `raw` is writable for its length while the call runs.
        let count = unsafe bytes.withUnsafeMutableBytes { raw in
            unsafe Glibc.read(descriptor, raw.baseAddress, raw.count)
        }
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Writes `text` in one call; false when the kernel does not take it.
    static func write(_ text: String, to path: String) -> Bool {
        // SAFETY: the path is a C string for the length of the call.
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        let bytes = Array(text.utf8)
        // SAFETY: `raw` is readable for its length while the call runs.
        return unsafe bytes.withUnsafeBytes { raw in
            unsafe Glibc.write(descriptor, raw.baseAddress, raw.count) == raw.count
        }
    }
}
