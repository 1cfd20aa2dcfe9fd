internal import CLinux
internal import Glibc
internal import ProcessCoordination
internal import Threading

/// `presence start|ensure|stop|suspend|resume|probe|wait STATE|connected YES|other|dropped|flood …|mirror …`:
/// one side's presence. Reports `presence STATE` when the other side has changed.
final class PresenceCommands: ProcessCommands {
    static let word = "presence"
    private let environment: ProcessEnvironment
    private let state = Monitor(State())

    private struct State {
        var presence: Presence?
        var isSuspended = false
        var heard = PeerPresence.gone
    }

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch words.first {
        case "start": return try start()
        case "ensure": return try ensure()
        case "wait": return try wait(for: words.dropFirst().first)
        case "cpu": return "\(Self.processorMilliseconds())"
        case "files": return "\(Self.openFiles())"
        case "memory": return "\(ntf_heap_bytes())"
        case "flood": return try flood(words.dropFirst().map { $0 })
        case "mirror": return try mirror(words.dropFirst().first)
        default: return try speak(words)
        }
    }

    /// What needs one that was started.
    private func speak(_ words: [String]) throws(Refused) -> String {
        guard let presence = state.withLock({ state in state.presence }) else {
            throw Refused("not-started")
        }
        switch words.first {
        case "stop":
            state.withLock { state in state.presence = nil }
            presence.stop()
            return ""
        case "suspend":
            presence.suspend()
            state.withLock { state in state.isSuspended = true }
            return ""
        case "resume":
            presence.resume()
            state.withLock { state in state.isSuspended = false }
            return ""
        case "probe": return "\(presence.probe())"
        case "current": return "\(presence.current)"
        case "connected":
            presence.setConnected(words.last == "yes")
            return ""
        case "other": return presence.isOtherConnected ? "connected" : "not-connected"
        case "dropped": return "\(presence.droppedCount)"
        default: throw Refused("usage")
        }
    }

    private func start() throws(Refused) -> String {
        let presence = Presence(
            side: environment.side, groupDirectory: environment.groupDirectory,
            clock: environment.clock)
        presence.onChange { [state, environment] heard in
            state.withLock { state in state.heard = heard }
            environment.report("presence \(heard)")
        }
        state.withLock { state in
            state.heard = .gone
            state.isSuspended = false
        }
        try refusing { () throws(PresenceError) in try presence.start() }
        state.withLock { state in state.presence = presence }
        return ""
    }

    /// Started and active, whatever it was before.
    private func ensure() throws(Refused) -> String {
        let (presence, isSuspended) = state.withLock { state in
            defer { state.isSuspended = false }
            return (state.presence, state.isSuspended)
        }
        guard let presence else { return try start() }
        if isSuspended { presence.resume() }
        return ""
    }

    /// Waits until this was the last that was told.
    private func wait(for word: String?) throws(Refused) -> String {
        let told = state.waiting(atMost: GuardrailsLimits.answerTime / 2) { state in
            "\(state.heard)" == word ? true : nil
        }
        guard told == true else {
            throw Refused("told-\(state.withLock { state in state.heard })")
        }
        return ""
    }

    /// What this process has worked so far.
    private static func processorMilliseconds() -> Int {
        // In millionths of a second, by POSIX.
        clock() / 1000
    }

    /// How many descriptors are open.
    private static func openFiles() -> Int {
        (0..<1024).count { descriptor in fcntl(Int32(descriptor), F_GETFD) >= 0 }
    }
}

extension PresenceCommands {
    /// `flood MILLISECONDS SEED`: writes garbage of many kinds to every place of the other side, as
    /// fast as it goes. Answers how much arrived.
    private func flood(_ words: [String]) throws(Refused) -> String {
        guard words.count == 2, let seed = UInt64(words[1]) else { throw Refused("usage") }
        let end = ContinuousClock.now + (try milliseconds(words[0]))
        let noise = try noise(at: 3)
        var random = Random(seed: seed)
        var arrived = 0
        while ContinuousClock.now < end {
            for place in 0..<4 {
                if noise.send(Self.garbage(&random), to: place) { arrived += 1 }
            }
        }
        return "\(arrived)"
    }

    /// `mirror COUNT`: takes a place and sends whatever comes there back to where it came from, so
    /// that the other side hears its own words from this one. Answers how many it was.
    private func mirror(_ word: String?) throws(Refused) -> String {
        guard let word, let count = Int(word) else { throw Refused("usage") }
        let noise = try noise(at: 3)
        let end = ContinuousClock.now + GuardrailsLimits.answerTime / 2
        var mirrored = 0
        while mirrored < count, ContinuousClock.now < end {
            guard let heard = noise.receive(within: .milliseconds(100)) else { continue }
            for place in 0..<4 where noise.send(heard, to: place) { mirrored += 1 }
        }
        return "\(mirrored)"
    }

    private func noise(at place: Int) throws(Refused) -> NoiseSocket {
        guard
            let noise = NoiseSocket(
                environment.side, place: place, groupDirectory: environment.groupDirectory)
        else { throw Refused("no-channel") }
        return noise
    }

    /// Nothing, something long, something that begins like a message, or anything.
    private static func garbage(_ random: inout Random) -> [UInt8] {
        let kind = Int.random(in: 0..<4, using: &random)
        let count = [0, 32, 32, Int.random(in: 0..<2_000, using: &random)][kind]
        var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        if kind == 2 {
            let beginning: [UInt8] = Array("NTFP".utf8) + [1, UInt8.random(in: 0...15), 0, 0]
            bytes.replaceSubrange(0..<8, with: beginning)
        }
        return bytes
    }
}
