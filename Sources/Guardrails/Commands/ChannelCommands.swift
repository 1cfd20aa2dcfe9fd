internal import Glibc
internal import ProcessCoordination
internal import SecretMemory
internal import SecureFiles
internal import Threading

/// `channel open` re-establishes and answers `VERSION TEXT`, with `unfinished` and `behind` where
/// that is so; `channel sign VERSION TEXT`, `channel finish`, `channel again`, `channel permit
/// yes|no`, `channel key NUMBER`: another wallet's secret from then on; `channel die STEP COMMAND…`
/// kills this process behind a step of signing. A signature that leaves is an entry `VERSION-TEXT`
/// in `signed`.
final class ChannelCommands: ProcessCommands {
    static let word = "channel"
    /// The peer's storage and the signatures it got, both beside the group directory.
    static let (peerName, signedName) = ("channel-peer", "signed")

    private struct State: ~Copyable {
        var session: ChannelSession?
        var secret: UInt8 = 1
        var dyingStep: ChannelStates.Step?
        var isPermitted = true
    }

    private let environment: ProcessEnvironment
    private let state = Mutex(State())

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
    }

    /// The one channel there is.
    private static var channel: LightningChannelID {
        let bytes = [UInt8](repeating: 0xc4, count: LightningChannelID.byteCount)
        guard let channel = LightningChannelID(bytes.span) else {
            preconditionFailure("an id has 32 bytes")
        }
        return channel
    }

    func run(_ words: [String]) throws(Refused) -> String {
        try state.withLock { (state) throws(Refused) in
            do throws(ChannelStateError) {
                return try run(words[...], &state)
            } catch { throw Refused("\(error)") }
        }
    }

    private func run(
        _ words: ArraySlice<String>, _ state: inout State
    ) throws(ChannelStateError) -> String {
        let rest = words.dropFirst()
        let peer = try peer()
        switch words.first {
        case "die":
            state.dyingStep = ChannelStates.Step.allCases.first { "\($0)" == rest.first }
            // The steps are told to the store the session was opened with.
            state.session = try open(&state, peer)
            return try run(rest.dropFirst(), &state)
        case "open":
            state.session = try open(&state, peer)
            return description(state)
        case "key":
            state.secret = rest.first.flatMap { UInt8($0) } ?? 1
            return ""
        case "permit":
            state.isPermitted = rest.first == "yes"
            return ""
        case "sign":
            guard rest.count == 2, let version = rest.first.flatMap({ UInt64($0) }),
                let text = rest.last
            else { return "usage" }
            let next = ChannelState(
                channel: Self.channel, version: version,
                content: SecretBytes(copying: Array(text.utf8).span))
            let isPermitted = state.isPermitted
            try state.session?.sign(next, at: peer, mayAct: { isPermitted }, release: release)
            return description(state)
        case "finish":
            let isPermitted = state.isPermitted
            try state.session?.finish(at: peer, mayAct: { isPermitted }, release: release)
            return description(state)
        case "again":
            let isPermitted = state.isPermitted
            try state.session?.storeAgain(at: peer, mayAct: { isPermitted })
            return description(state)
        default: return "usage"
        }
    }

    private func peer() throws(ChannelStateError) -> FilePeerStorage {
        do throws(PeerStorageError) {
            return try FilePeerStorage(path: "\(environment.directory)/\(Self.peerName)")
        } catch { throw .peer(error) }
    }

    private func open(
        _ state: inout State, _ peer: FilePeerStorage
    ) throws(ChannelStateError) -> ChannelSession {
        state.session = nil
        let secret = [UInt8](repeating: state.secret, count: 32)
        let dyingStep = state.dyingStep
        let states = try ChannelStates(
            groupDirectory: environment.groupDirectory, secret: SecretBytes(copying: secret.span)
        ) { step in
            if step == dyingStep { _ = raise(SIGKILL) }
        }
        return try states.reestablish(Self.channel, with: peer)
    }

    private func release(_ state: borrowing ChannelState) {
        let entry = "\(state.version)-\(text(of: state))"
        guard let name = FileName(Array(entry.utf8).span) else { return }
        let signed = try? SecureDirectory(
            path: "\(environment.directory)/\(Self.signedName)", creating: true)
        _ = try? signed?.openShared(name, size: 1)
    }

    private func text(of state: borrowing ChannelState) -> String {
        state.content.withBytes { bytes in
            String(decoding: bytes.indices.map { index in bytes[index] }, as: UTF8.self)
        }
    }

    private func description(_ state: borrowing State) -> String {
        switch state.session {
        case .none: return "closed"
        case .some(let session):
            let content = session.withState { state in text(of: state) } ?? "nothing"
            return "\(session.version) \(content)" + (session.isUnfinished ? " unfinished" : "")
                + (session.isPeerBehind ? " behind" : "")
        }
    }
}
