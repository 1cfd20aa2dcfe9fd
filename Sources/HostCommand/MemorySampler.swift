import CommandSupport
import Glibc

/// How much memory a process holds, in bytes.
struct Memory: Equatable, Sendable {
    var resident = 0
    var anonymous = 0
}

/// Reads a process's memory from its status file, and keeps the peaks.
struct MemorySampler: ~Copyable {
    private let descriptor: Int32
    private var text = [UInt8](repeating: 0, count: HostLimits.statusBytesMax)
    /// The highest so far. The resident one is the kernel's own and misses nothing; the anonymous
    /// one is that of the samples.
    private(set) var peak = Memory()

    /// Of a process that is our child: its number is its own as long as we have not reaped it.
    init(pid: Int32) {
        // SAFETY: the path is a C string for the length of the call.
        descriptor = unsafe open("/proc/\(pid)/status", O_RDONLY | O_CLOEXEC)
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
    }

    /// What it holds now; nil when it has ended.
    mutating func sample() -> Memory? {
        // SAFETY: `bytes` is writable for its length while the call runs.
        let count = unsafe text.withUnsafeMutableBytes { bytes in
            unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        guard count > 0 else { return nil }
        let now = MemoryUse(status: text.span.extracting(0..<count))
        // A process that has ended is still there for its parent, without memory.
        guard now.resident > 0 else { return nil }
        note(residentPeak: max(now.peakResident, now.resident))
        peak.anonymous = max(peak.anonymous, now.anonymous)
        return Memory(resident: now.resident, anonymous: now.anonymous)
    }

    /// Takes over a peak known from elsewhere, in bytes.
    mutating func note(residentPeak: Int) {
        peak.resident = max(peak.resident, residentPeak)
    }
}
