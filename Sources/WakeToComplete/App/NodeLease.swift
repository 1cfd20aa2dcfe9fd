public import ProcessCoordination
internal import Threading

/// The node's lease, as both processes of a device share it: `Leases` behind `LeaseTaking`.
///
/// Waiting is done on a thread of its own, not on one of those that tasks run on.
public final class NodeLease: LeaseTaking {
    private let leases: Leases
    private let resource: LeasedResource

    /// Takes and gives back `resource` through `leases`.
    public init(_ leases: Leases, _ resource: LeasedResource = .lightning) {
        self.leases = leases
        self.resource = resource
    }

    /// Takes it; false too when the files of leases cannot be used.
    public func take(waiting wait: Duration) async -> Bool {
        await onThread { [leases, resource] in
            // Another part of this process may have it: then it is theirs, and not taken once more.
            guard !leases.isHeld(resource) else { return false }
            do throws(LeaseError) { try leases.lock(resource, wait: wait) } catch { return false }
            return true
        }
    }

    /// Makes it last.
    public func renew() async -> Bool {
        await onThread { [leases, resource] in
            do throws(LeaseError) { try leases.renew(resource) } catch { return false }
            return true
        }
    }

    /// Gives it back. What somebody else has by now stays theirs.
    public func release() async {
        _ = await onThread { [leases, resource] in
            try? leases.unlock(resource)
            return true
        }
    }

    /// Runs `body` where it may wait; false when the system gives no thread.
    private func onThread(_ body: @escaping @Sendable () -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let isStarted = Thread.detach(stackBytes: WakeLimits.leaseStackBytes) {
                continuation.resume(returning: body())
            }
            if !isStarted { continuation.resume(returning: false) }
        }
    }
}
