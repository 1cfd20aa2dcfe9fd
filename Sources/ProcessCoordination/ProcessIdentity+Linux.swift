#if !canImport(Darwin)
internal import CLinux
internal import Glibc

extension ProcessIdentity {
    /// Field 22 of `/proc/PID/stat`; whether fields 3 and 20 say that only the end is left to be
    /// told (a process whose main thread has ended looks the same, but has other threads); whether
    /// field 3 says that it is stopped.
    static func state(
        of pid: Int32
    ) -> (startedAt: UInt64, hasEnded: Bool, isStopped: Bool)? {
        var text = InlineArray<1024, UInt8>(repeating: 0)
        var target = text.mutableSpan
        let path = ProcPath(pid)
        guard let count = path.read(into: &target) else { return nil }
        // The second field is the program's name in brackets, and may hold anything.
        var position = count - 1
        while position > 0 && text[position] != UInt8(ascii: ")") { position -= 1 }
        position += 2
        guard position < count else { return nil }
        let hasEnded = text[position] == UInt8(ascii: "Z") || text[position] == UInt8(ascii: "X")
        let isStopped = text[position] == UInt8(ascii: "T")
        var (field, ticks, threads) = (3, UInt64(0), UInt64(0))
        while position < count && field <= 22 {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: " ") {
                field += 1
            } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let digit = UInt64(byte - UInt8(ascii: "0"))
                if field == 20 { threads = threads &* 10 &+ digit }
                if field == 22 { ticks = ticks &* 10 &+ digit }
            }
        }
        return ticks > 0 ? (ticks, hasEnded && threads <= 1, isStopped) : nil
    }

    /// The inode of `/proc/self/ns/pid`: numbers mean the same processes where it is the same.
    static func ownNamespace() -> UInt64 {
        var status = stat()
        // SAFETY: the path is a C string, `status` is ours for the length of the call.
        guard unsafe stat("/proc/self/ns/pid", &status) == 0 else { return 0 }
        return UInt64(status.st_ino)
    }

    /// A descriptor that can be read from once the process has ended; -1 with `errno` when there is
    /// none. The caller's to close.
    static func endDescriptor(of pid: Int32) -> Int32 { ntf_pidfd_open(pid) }
}

extension BootID {
    /// Reads the kernel's text for it and answers the count; 0 when it has none.
    static func readSystem(into target: inout MutableSpan<UInt8>) -> Int {
        SystemFile.read("/proc/sys/kernel/random/boot_id", into: &target) ?? 0
    }
}

/// `/proc/PID/stat` as a C string, in place.
@safe private struct ProcPath {
    private var bytes = InlineArray<32, CChar>(repeating: 0)
    private var count = 0

    init(_ pid: Int32) {
        append("/proc/")
        var divisor: Int32 = 1_000_000_000
        while divisor > 1 && pid / divisor == 0 { divisor /= 10 }
        while divisor > 0 {
            bytes[count] = CChar(pid / divisor % 10) + CChar(UInt8(ascii: "0"))
            count += 1
            divisor /= 10
        }
        append("/stat")
    }

    private mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount {
            // SAFETY: the index stays below the literal's length.
            bytes[count] = unsafe CChar(bitPattern: text.utf8Start[index])
            count += 1
        }
    }

    /// Reads the file; at most 6 + 10 + 5 of the 32 bytes are the path, so a zero is behind it.
    func read(into target: inout MutableSpan<UInt8>) -> Int? {
        // SAFETY: the bytes live through the call and end with a zero.
        unsafe bytes.span.withUnsafeBufferPointer { path -> Int? in
            guard let start = path.baseAddress else { return nil }
            return unsafe SystemFile.read(cString: start, into: &target)
        }
    }
}

/// Small files in which the kernel tells something.
package enum SystemFile {
    /// Reads the beginning of the file at `path`; nil when it cannot be read. Allocates nothing.
    package static func read(_ path: StaticString, into target: inout MutableSpan<UInt8>) -> Int? {
        // SAFETY: a literal is a C string that lives as long as the program.
        unsafe read(
            cString: UnsafeRawPointer(path.utf8Start).assumingMemoryBound(to: CChar.self),
            into: &target)
    }

    /// The same for a path made at run time; `path` is a C string.
    @unsafe static func read(
        cString path: UnsafePointer<CChar>, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        let descriptor = unsafe openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        return unsafe target.withUnsafeMutableBytes { memory -> Int? in
            for _ in 0..<CoordinationLimits.interruptionsMax {
                // SAFETY: `memory.count` writable bytes.
                let count = unsafe Glibc.read(descriptor, memory.baseAddress!, memory.count)
                if count >= 0 { return count }
                guard errno == EINTR else { return nil }
            }
            return nil
        }
    }
}
#endif
