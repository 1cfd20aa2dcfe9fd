#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Tells one process from every other, also from a later one that was given the same number.
public struct ProcessIdentity: Equatable, Sendable {
    /// What is known of a process by its identity.
    public enum Liveness: Sendable {
        /// It runs, or is stopped, and may go on at any moment.
        case alive
        /// It has ended, by the kernel's word, and never comes back.
        case dead
        /// The kernel does not say, as between two containers, or in a sandbox.
        case unknown
    }

    /// Its number.
    public let pid: Int32
    /// When it was started, in the kernel's own unit and from any beginning; 0 when that is not known.
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
}
