internal import ProcessCoordination

/// `lease lock RESOURCE [MILLISECONDS]`, `lease unlock|renew RESOURCE`, `lease held|locked
/// RESOURCE`, `lease holder RESOURCE`, and `lease visit RESOURCE MILLISECONDS`: takes the lease, is
/// connected to the peer for a moment, and gives it back.
final class LeaseCommands: ProcessCommands {
    static let word = "lease"
    private let environment: ProcessEnvironment
    private let leases: Result<Leases, LeaseError>

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        leases = Result { () throws(LeaseError) in
            try Leases(
                groupDirectory: environment.groupDirectory,
                context: environment.side == .app ? .foregroundApp : .pushNotificationExtension,
                clock: environment.clock)
        }
    }

    func run(_ words: [String]) throws(Refused) -> String {
        guard words.count >= 2, let resource = LeasedResource(rawValue: words[1]) else {
            throw Refused("usage")
        }
        let wait = words.count > 2 ? try milliseconds(words[2]) : .zero
        let verb = words[0]
        do {
            let leases = try leases.get()
            switch verb {
            case "lock": try leases.lock(resource, wait: wait)
            case "unlock": try leases.unlock(resource)
            case "renew": try leases.renew(resource)
            case "held": return leases.isHeld(resource) ? "yes" : "no"
            case "locked": return leases.isLocked(resource) ? "yes" : "no"
            case "holder":
                guard let holder = try leases.holder(resource) else { return "nobody" }
                return holder.context?.rawValue ?? "somebody"
            case "visit":
                try leases.lock(resource, wait: wait)
                let connected = PeerSocket.connect(environment.peerAddress)
                PeerSocket.close(connected)
                try leases.unlock(resource)
            default: throw Refused("usage")
            }
            return ""
        } catch let refusal as Refused {
            throw refusal
        } catch {
            throw Refused("\(error)")
        }
    }
}
