internal import CommandSupport
public import ProcessCoordination

/// What a process of the device works with.
public struct ProcessEnvironment: Sendable {
    /// Which of the two it is.
    public let side: Side
    /// The group directory both share.
    public let groupDirectory: String
    /// The directory of the whole device: besides the group directory, what a rule wants to keep.
    public let directory: String
    /// The device's clock.
    public let clock: ClockPage
    /// Where the peer listens.
    let peerAddress: String
    /// Whether the process connects without the gate, as a rehearsal of what the gate is for.
    var isSpoiled: Bool { System.environment("NTF_GUARDRAILS_SPOILED") == "gate" }
    /// Tells the host something it did not ask for: `event TEXT`.
    public let report: @Sendable (String) -> Void
}

/// Why a command was refused: one word, mostly an error's case.
public struct Refused: Error {
    /// Without white space at its ends.
    public let reason: String

    /// Keeps the reason.
    public init(_ reason: String) {
        self.reason = reason
    }
}

/// One room's commands in a process of the device. The host says `WORD ARGUMENT…`; each command runs on a
/// thread of its own, so that one may wait while others come.
public protocol ProcessCommands: Sendable {
    /// The first word of every command of this room.
    static var word: String { get }

    /// Made when the first command comes, once for a process.
    init(_ environment: ProcessEnvironment)

    /// Does what the words behind the first say. The answer is one line.
    func run(_ words: [String]) throws(Refused) -> String
}

extension ProcessCommands {
    /// `run`, with whatever a library throws as the reason: the error's own words.
    public func refusing<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Refused) -> Result {
        do { return try body() } catch { throw Refused("\(error)") }
    }

    /// A number of milliseconds.
    public func milliseconds(_ word: String?) throws(Refused) -> Duration {
        guard let word, let number = Int(word) else { throw Refused("usage") }
        return .milliseconds(number)
    }
}

/// Every room that can be told something. A new one is one line here.
enum Registry {
    static let commands: [any ProcessCommands.Type] = [
        PeerCommands.self, SelfCommands.self,
        LeaseCommands.self, ShippedLockCommands.self,
        GateCommands.self,
        PresenceCommands.self, ExtensionCommands.self, TaskCommands.self,
        PartsCommands.self, ChannelCommands.self,
        PhaseCommands.self, DatabaseCommands.self, MessageCommands.self,
        StoryCommands.self,
    ]
}
