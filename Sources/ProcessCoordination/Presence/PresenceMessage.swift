/// One message of one side to the other: 32 bytes, numbers in little-endian order.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | `NTFP` |
/// | 4 | 1 | version, 1 |
/// | 5 | 1 | the word, of which each side has three of its own |
/// | 6 | 1 | flags |
/// | 7 | 1 | 0 |
/// | 8 | 8 | sequence: whose question this is, or answers |
/// | 16 | 8 | nanoseconds since boot when it was sent |
/// | 24 | 8 | checksum of the bytes before |
struct PresenceMessage: Equatable, Sendable {
    /// As it travels.
    typealias Bytes = InlineArray<32, UInt8>

    /// What is said. The codes are Phoenix' for the app; the extension's are the same two bits
    /// higher.
    enum Word: UInt8, Sendable {
        /// I am active; who is there?
        case ping = 0b01
        /// I am active: the answer.
        case pong = 0b10
        /// I am not: unasked, or as an answer.
        case unavailable = 0b11
    }

    /// Who says it.
    let side: Side
    let word: Word
    /// The sender is connected to the peer.
    let isConnected: Bool
    /// The sender goes for good.
    let isLeaving: Bool
    /// The question's own; in an answer the question's that it answers.
    let sequence: UInt64
    /// When it was sent, in nanoseconds since boot.
    let sentAt: UInt64

    private static let version: UInt8 = 1
    private static let kind = UInt8(ascii: "P")
    private static let connectedFlag: UInt8 = 1
    private static let leavingFlag: UInt8 = 2

    /// Puts a message together.
    init(
        side: Side, word: Word, isConnected: Bool, isLeaving: Bool = false, sequence: UInt64,
        sentAt: UInt64
    ) {
        self.side = side
        self.word = word
        self.isConnected = isConnected
        self.isLeaving = isLeaving
        self.sequence = sequence
        self.sentAt = sentAt
    }

    /// What `side` wrote; nil when it is no message of that side's. Allocates nothing.
    init?(_ bytes: Span<UInt8>, from side: Side) {
        guard bytes.count == CoordinationLimits.presenceMessageBytes,
            bytes[0] == UInt8(ascii: "N"), bytes[1] == UInt8(ascii: "T"),
            bytes[2] == UInt8(ascii: "F"), bytes[3] == UInt8(ascii: "P"),
            bytes[4] == Self.version, bytes[6] & ~(Self.connectedFlag | Self.leavingFlag) == 0,
            bytes[7] == 0,
            Self.number(bytes, at: 24) == Checksum.of(bytes.extracting(0..<24), kind: Self.kind)
        else { return nil }
        let shift = Self.shift(of: side)
        guard let word = Word(rawValue: bytes[5] >> shift), word.rawValue << shift == bytes[5]
        else { return nil }
        self.init(
            side: side, word: word, isConnected: bytes[6] & Self.connectedFlag != 0,
            isLeaving: bytes[6] & Self.leavingFlag != 0, sequence: Self.number(bytes, at: 8),
            sentAt: Self.number(bytes, at: 16))
    }

    /// As it travels. Allocates nothing.
    var bytes: Bytes {
        var bytes = Bytes(repeating: 0)
        bytes[0] = UInt8(ascii: "N")
        bytes[1] = UInt8(ascii: "T")
        bytes[2] = UInt8(ascii: "F")
        bytes[3] = UInt8(ascii: "P")
        bytes[4] = Self.version
        bytes[5] = word.rawValue << Self.shift(of: side)
        bytes[6] =
            (isConnected ? Self.connectedFlag : 0) | (isLeaving ? Self.leavingFlag : 0)
        Self.put(sequence, into: &bytes, at: 8)
        Self.put(sentAt, into: &bytes, at: 16)
        let sum = Checksum.of(bytes.span.extracting(0..<24), kind: Self.kind)
        Self.put(sum, into: &bytes, at: 24)
        return bytes
    }

    /// What tells a broken message from a whole one, and its word and flags, in eight bytes.
    var seal: UInt64 {
        let bytes = bytes
        return Self.number(bytes.span, at: 24) & ~0xffff | UInt64(bytes[5]) << 8 | UInt64(bytes[6])
    }

    /// What `side` sealed; nil when it is no message of that side's. Allocates nothing.
    init?(seal: UInt64, sequence: UInt64, sentAt: UInt64, from side: Side) {
        let shift = Self.shift(of: side)
        let (code, flags) = (UInt8(truncatingIfNeeded: seal >> 8), UInt8(truncatingIfNeeded: seal))
        guard let word = Word(rawValue: code >> shift) else { return nil }
        self.init(
            side: side, word: word, isConnected: flags & Self.connectedFlag != 0,
            isLeaving: flags & Self.leavingFlag != 0, sequence: sequence, sentAt: sentAt)
        // The seal of what is meant says the same of every other bit.
        guard self.seal == seal else { return nil }
    }

    private static func shift(of side: Side) -> UInt8 { side == .app ? 0 : 2 }

    private static func number(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<8 { number |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        return number
    }

    private static func put(_ number: UInt64, into bytes: inout Bytes, at offset: Int) {
        for index in 0..<8 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
    }
}
