internal import Glibc
internal import Threading

/// `peer connect`, `peer close`: a plain connection, without asking anybody. What goes through the gate
/// does it with `gate`.
final class PeerCommands: ProcessCommands {
    static let word = "peer"
    private let environment: ProcessEnvironment
    private let descriptor = Mutex<Int32>(-1)

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch words.first {
        case "connect":
            let connected = PeerSocket.connect(environment.peerAddress)
            guard connected >= 0 else { throw Refused("not-connected") }
            descriptor.withLock { descriptor in
                if descriptor >= 0 { _ = close(descriptor) }
                descriptor = connected
            }
            return ""
        case "close":
            descriptor.withLock { descriptor in
                if descriptor >= 0 { _ = close(descriptor) }
                descriptor = -1
            }
            return ""
        default: throw Refused("usage")
        }
    }
}
