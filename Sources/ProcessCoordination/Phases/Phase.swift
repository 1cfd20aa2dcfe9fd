/// What a process is to the system, as the app tells it.
public enum Phase: UInt8, CaseIterable, Sendable {
    /// It is used, or works on a notification: everything is permitted.
    case active = 1
    /// It will be suspended soon: no network operation that would need the database begins.
    case background = 2
    /// It may be suspended at any moment: nothing begins, the database included.
    case suspended = 3

    /// As it is written in a command.
    public var name: StaticString {
        switch self {
        case .active: "active"
        case .background: "background"
        case .suspended: "suspended"
        }
    }
}

/// Why a text is no command about a phase.
public enum PhaseCommandError: Error, Equatable, Sendable {
    /// It does not begin with `phase` or `/_app phase`.
    case notAPhaseCommand
    /// What it names is no phase; `PhaseCommand.usage` has those there are.
    case phaseUnknown
}

/// `phase active`, `phase background` or `phase suspended`; `/_app phase …` means the same.
public struct PhaseCommand: Equatable, Sendable {
    /// The phase that begins.
    public let phase: Phase

    /// Everything that is allowed, for whoever typed something else.
    public static let usage: StaticString =
        "phase active | phase background | phase suspended, also with /_app in front"

    /// The command for `phase`.
    public init(phase: Phase) { self.phase = phase }

    /// Reads one command: words apart by spaces, nothing behind the phase but spaces or the end of
    /// the line. Allocates nothing.
    public init(parsing text: Span<UInt8>) throws(PhaseCommandError) {
        var position = 0
        var word = Self.word(of: text, at: &position)
        if Self.isWord(word, of: text, "/_app") { word = Self.word(of: text, at: &position) }
        guard Self.isWord(word, of: text, "phase") else { throw .notAPhaseCommand }
        let name = Self.word(of: text, at: &position)
        let phase = Phase.allCases.first { phase in Self.isWord(name, of: text, phase.name) }
        guard let phase, Self.word(of: text, at: &position).isEmpty else { throw .phaseUnknown }
        self.init(phase: phase)
    }

    /// The same for a `String`.
    public init(parsing text: String) throws(PhaseCommandError) {
        try self.init(parsing: Array(text.utf8).span)
    }

    /// The next word from `position` on; empty at the end of the line.
    private static func word(of text: Span<UInt8>, at position: inout Int) -> Range<Int> {
        while position < text.count && isSpace(text[position]) { position += 1 }
        let start = position
        while position < text.count && !isSpace(text[position]) { position += 1 }
        return start..<position
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func isWord(
        _ word: Range<Int>, of text: Span<UInt8>, _ expected: StaticString
    ) -> Bool {
        guard word.count == expected.utf8CodeUnitCount else { return false }
        // SAFETY: a literal's bytes live as long as the program; the index stays below their count.
        return word.indices.allSatisfy { index in
            unsafe text[index] == expected.utf8Start[index - word.lowerBound]
        }
    }
}
