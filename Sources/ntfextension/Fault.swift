import Glibc
import Threading

/// The ways an extension goes wrong, rehearsed on the first push for a host that asks
/// (docs/extension-protocol.md).
enum Fault: String {
    case hang, leak, crash, silent, twice, late
    case slowStart = "slow-start"

    /// Longer than any host's patience; a rehearsal that nobody ends, ends itself.
    private static let patienceSeconds: Int32 = 120
    /// What a leak takes in all, and at once.
    private static let leakBytesMax = 1 << 30
    private static let leakPortionBytes = 256 * 1024

    /// Does nothing at all for as long as a host may wait.
    static func hang() {
        // No descriptors, only the pause.
        _ = poll(nil, 0, patienceSeconds * 1000)
    }

    /// Dies as a program does that followed a wild pointer.
    static func crash() {
        _ = signal(SIGSEGV, SIG_DFL)
        _ = kill(getpid(), SIGSEGV)
        hang()
    }

    /// Takes memory and uses it, a portion a millisecond.
    static func leak() {
        for _ in 0..<leakBytesMax / leakPortionBytes {
            // Asked of the system: an optimiser leaves out memory that nobody reads. It is never
            // given back, which is the point.
            _ = unsafe mmap(
                nil, leakPortionBytes, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
            _ = poll(nil, 0, 1)
        }
        hang()
    }
}
