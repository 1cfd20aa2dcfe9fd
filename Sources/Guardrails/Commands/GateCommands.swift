internal import ProcessCoordination
internal import Threading

/// `gate enter MILLISECONDS` goes through the gate and connects to the peer, `gate close` the other
/// way; `gate valid` asks the permit, `gate beat` reads the heartbeat. Reports `gate waiting
/// REASON` and `gate open`.
final class GateCommands: ProcessCommands {
    static let word = "gate"

    /// A connection and the right to it.
    private struct Passage: ~Copyable {
        let permit: PeerPermit
        let descriptor: Int32

        deinit { PeerSocket.close(descriptor) }
    }

    private let environment: ProcessEnvironment
    private let passage = Mutex<Passage?>(nil)
    private let gate: Result<PeerGate, GateError>
    private let heartbeat: Result<HeartbeatReader, GateError>

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        gate = Result { () throws(GateError) in
            try PeerGate(
                side: environment.side, groupDirectory: environment.groupDirectory,
                clock: environment.clock)
        }
        heartbeat = Result { () throws(GateError) in
            try HeartbeatReader(
                groupDirectory: environment.groupDirectory, clock: environment.clock)
        }
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch words.first {
        case "enter":
            try enter(within: try milliseconds(words.dropFirst().first))
            return ""
        case "close":
            passage.withLock { passage in passage = nil }
            return ""
        case "valid":
            return passage.withLock { passage in
                switch passage {
                case .some(let passage): passage.permit.isValid() ? "yes" : "no"
                case .none: "none"
                }
            }
        case "beat":
            switch try refusing({ () throws(GateError) in try heartbeat.get().read() }) {
            case .fresh: return "fresh"
            case .stale: return "stale"
            case .ended: return "ended"
            case .none: return "none"
            case .unreadable: return "unreadable"
            }
        default: throw Refused("usage")
        }
    }

    private func enter(within wait: Duration) throws(Refused) {
        let permit: PeerPermit
        do throws(GateError) {
            permit = try gate.get().enter(within: wait) { [environment] state in
                switch state {
                case .waiting(let reason): environment.report("gate waiting \(reason)")
                case .open: environment.report("gate open")
                }
            }
        } catch {
            throw Refused("\(error)")
        }
        let isValid = permit.isValid()
        guard isValid else { throw Refused("invalid") }
        let descriptor = PeerSocket.connect(environment.peerAddress)
        guard descriptor >= 0 else { throw Refused("not-connected") }
        var entered: Passage? = Passage(permit: permit, descriptor: descriptor)
        passage.withLock { passage in passage = entered.take() }
    }
}
