internal import CLinux
internal import Glibc

/// Tells one process from every other, also from a later one that was given the same number.
public struct ProcessIdentity: Equatable, Sendable {
    /// What is known of a process by its identity.
    public enum Liveness: Sendable {
        /// It runs, or is stopped, and may go on at any moment.
        case alive
        /// It has ended, by the kernel's word, and never comes back.
        case dead
        /// The kernel does not say, as between two containers.
        case unknown
    }

    /// Its number.
    public let pid: Int32
    /// When it was started, in the kernel's ticks since boot; 0 when that is not known.
    public let startedAt: UInt64
    /// The namespace its number belongs to; 0 when that is not known.
    public let namespace: UInt64
    /// The start of the device it lived under.
    public let bootID: BootID

    /// Puts together what was written down before.
    public init(pid: Int32, startedAt: UInt64, namespace: UInt64, bootID: BootID) {
        self.pid = pid
        self.startedAt = startedAt
        self.namespace = namespace
        self.bootID = bootID
    }

    /// This process. Allocates nothing.
    public static func current(bootID: BootID) -> ProcessIdentity {
        let pid = getpid()
        return ProcessIdentity(
            pid: pid, startedAt: state(of: pid)?.startedAt ?? 0, namespace: ownNamespace(),
            bootID: bootID)
    }

    /// What the kernel says of it, asked by a process of the boot `bootID`. Allocates nothing.
    public func liveness(bootID now: BootID) -> Liveness {
        if bootID.isKnown && now.isKnown && bootID != now { return .dead }
        guard pid > 0, startedAt != 0, namespace != 0, namespace == Self.ownNamespace() else {
            return .unknown
        }
        if let state = Self.state(of: pid) {
            return state.startedAt == startedAt && !state.hasEnded ? .alive : .dead
        }
        return kill(pid, 0) != 0 && errno == ESRCH ? .dead : .unknown
    }

    /// Whether somebody stopped the process `pid`, as `SIGSTOP` does; nil when that is not known.
    /// Allocates nothing.
    static func isStopped(_ pid: Int32) -> Bool? {
        pid > 0 ? state(of: pid)?.isStopped : nil
    }

    /// Field 22 of `/proc/PID/stat`; whether fields 3 and 20 say that only the end is left to be
    /// told (a process whose main thread has ended looks the same, but has other threads); whether
    /// field 3 says that it is stopped.
    private static func state(
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
    private static func ownNamespace() -> UInt64 {
        var status = stat()
        // SAFETY: the path is a C string, `status` is ours for the length of the call.
        guard unsafe stat("/proc/self/ns/pid", &status) == 0 else { return 0 }
        return UInt64(status.st_ino)
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
