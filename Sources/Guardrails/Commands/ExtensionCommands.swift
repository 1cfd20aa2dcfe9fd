internal import Glibc
internal import NotificationExtension
internal import ProcessCoordination
internal import Threading

/// `extension begin|connect|close|active|end`: what a notification extension does towards its app while
/// a push is under way. Reports `takeover` when it has to stop for the app.
final class ExtensionCommands: ProcessCommands {
    static let word = "extension"
    private let environment: ProcessEnvironment
    private let coordination: AppCoordination
    private let state = Mutex(State())

    private struct State {
        var isStarted = false
        var peer: Int32 = -1
    }

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        coordination = AppCoordination(
            groupDirectory: environment.groupDirectory, clock: environment.clock)
        coordination.onTakeover { environment.report("takeover") }
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch words.first {
        case "begin":
            coordination.extensionChanged(to: .working)
            guard !state.withLock({ state in state.isStarted }) else { return "" }
            try refusing { () throws(PresenceError) in try coordination.start() }
            state.withLock { state in state.isStarted = true }
            return ""
        case "end":
            coordination.extensionChanged(to: .idle)
            return ""
        case "connect":
            let connected = PeerSocket.connect(environment.peerAddress)
            guard connected >= 0 else { throw Refused("not-connected") }
            state.withLock { state in state.peer = connected }
            coordination.peerChanged(isConnected: true)
            return ""
        case "close":
            coordination.peerChanged(isConnected: false)
            let connected = state.withLock { state in state.peer }
            if connected >= 0 { _ = close(connected) }
            return ""
        case "active": return coordination.isAppActive ? "yes" : "no"
        default: throw Refused("usage")
        }
    }
}
