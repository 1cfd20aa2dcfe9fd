public import SecretMemory
public import SecureFiles

/// Tells one channel from every other: 32 bytes (`channel_id`, BOLT 2).
public struct LightningChannelID: Equatable, Sendable {
    /// Its length in bytes.
    public static let byteCount = 32

    /// The bytes as the peer has them, too.
    public let bytes: InlineArray<32, UInt8>

    /// A copy of `bytes`; nil unless there are 32.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = InlineArray { index in bytes[index] }
    }

    /// Whether all 32 bytes are the same.
    public static func == (left: LightningChannelID, right: LightningChannelID) -> Bool {
        left.bytes.indices.allSatisfy { index in left.bytes[index] == right.bytes[index] }
    }

    /// The name of its file: 64 hexadecimal digits.
    var fileName: FileName {
        let digits = InlineArray<64, UInt8> { index in
            let digit = index % 2 == 0 ? bytes[index / 2] >> 4 : bytes[index / 2] & 15
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
        guard let name = FileName(digits.span) else { preconditionFailure("64 digits are a name") }
        return name
    }
}

/// One state of a channel: what a wallet has to know to go on, and never to go back.
public struct ChannelState: ~Copyable, Sendable {
    /// Which channel it is a state of.
    public let channel: LightningChannelID
    /// Grows by one with each state.
    public let version: UInt64
    /// What the wallet makes of it, at least one byte and at most `BackupSealer.contentBytesMax`.
    public let content: SecretBytes

    /// Puts a state together; takes over the content.
    public init(channel: LightningChannelID, version: UInt64, content: consuming SecretBytes) {
        self.channel = channel
        self.version = version
        self.content = content
    }

    /// Whether both say the same of the same channel and version.
    borrowing func isSame(as other: borrowing ChannelState) -> Bool {
        channel == other.channel && version == other.version
            && content.withBytes { mine in
                other.content.withBytes { theirs in constantTimeEqual(mine, theirs) }
            }
    }

    borrowing func copy() -> ChannelState {
        ChannelState(
            channel: channel, version: version,
            content: content.withBytes { bytes in SecretBytes(copying: bytes) })
    }
}

/// Why a channel state was not read, not taken or not signed.
public enum ChannelStateError: Error, Equatable, Sendable {
    /// The wallet's secret, or a state's content, has a length that is not permitted.
    case lengthInvalid
    /// The sealed bytes are of another version of this library, or none of ours.
    case formatUnknown
    /// The key does not fit, or something was changed.
    case authenticationFailed
    /// Two contents are known for one version. Nothing is signed for this channel any more.
    case conflict
    /// The version is not the one behind the newest that is known.
    case notNext
    /// A state that may have been signed already comes first: `finish` it.
    case unfinished
    /// Another process went on with this channel: re-establish it first.
    case outdated
    /// Whoever was asked says that this process may not act towards the peer now.
    case notPermitted
    /// Another process held the store for too long.
    case busy
    /// `CoordinationLimits.channelsMax` channels are stored.
    case full
    /// The peer's storage could not be used.
    case peer(PeerStorageError)
    /// The file or its directory could not be used.
    case file(FileError)
}
