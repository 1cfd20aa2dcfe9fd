internal import CSodium
internal import NotificationPipeline
public import SecretMemory

/// Seals channel states with XChaCha20-Poly1305 before they leave, for the peer and for the disk alike.
///
/// The sealed bytes are, in this order: 1 byte format, 1 byte kind, 1 byte stage, 32 bytes channel, 8 bytes
/// version (big-endian), all of them authenticated and readable; 24 bytes nonce; the content; 16 bytes tag.
public struct BackupSealer: ~Copyable, Sendable {
    /// What sealing adds to a content.
    public static let overheadBytes = headerBytes + nonceBytes + ChaChaPoly.tagBytes
    /// The longest content.
    public static let contentBytesMax = CoordinationLimits.channelBackupBytesMax - overheadBytes

    private static let headerBytes = 3 + LightningChannelID.byteCount + 8
    private static let nonceBytes = 24
    private static let format: UInt8 = 1

    /// What the sealed bytes are for: one is never taken for another.
    enum Kind: UInt8 {
        case backup = 1
        case own = 2
    }

    /// How far a state has got. A backup is always `released`.
    enum Stage: UInt8 {
        /// Signing it has begun: it stays the only content of its version.
        case pending = 1
        /// The peer has stored it, and its signature has left.
        case released = 2
        /// Another content is known for its version.
        case conflicting = 3
    }

    /// A state and how far it has got.
    struct Opened: ~Copyable {
        var state: ChannelState
        var stage: Stage
    }

    private let key: SecretBytes
    private let nonce: @Sendable (inout MutableSpan<UInt8>) -> Void

    /// Derives the key from a secret of the wallet's, of `CoordinationLimits.channelSecretBytes` bytes.
    /// Throws `lengthInvalid`.
    public init(secret: borrowing SecretBytes) throws(ChannelStateError) {
        try self.init(secret: secret) { target in fillWithRandom(&target) }
    }

    /// The same with nonces from elsewhere, for test vectors: a nonce that is used twice gives the
    /// contents away.
    package init(
        secret: borrowing SecretBytes, nonce: @escaping @Sendable (inout MutableSpan<UInt8>) -> Void
    ) throws(ChannelStateError) {
        guard CoordinationLimits.channelSecretBytes.contains(secret.count) else {
            throw .lengthInvalid
        }
        var key = SecretBytes(count: ChaChaPoly.keyBytes)
        Self.derive(secret, into: &key)
        self.key = key
        self.nonce = nonce
    }

    /// BLAKE2b of the label, keyed with the secret. The corresponding C function is
    /// `crypto_generichash`.
    private static func derive(_ secret: borrowing SecretBytes, into key: inout SecretBytes) {
        let label: StaticString = "ntfdecrypt channel states v1"
        let code = key.withMutableBytes { key in
            secret.withBytes { secret in
                unsafe key.withUnsafeMutableBufferPointer { key in
                    unsafe secret.withUnsafeBufferPointer { secret in
                        // SAFETY: 32 writable bytes; a label that lives as long as the program; 16 to
                        // 64 bytes of key, checked by the caller.
                        unsafe crypto_generichash(
                            key.baseAddress!, key.count, label.utf8Start,
                            UInt64(label.utf8CodeUnitCount), secret.baseAddress!, secret.count)
                    }
                }
            }
        }
        precondition(code == 0, "hashing with checked lengths cannot fail")
    }

    /// The backup of a state, for the peer. Throws `lengthInvalid`. Allocates the result.
    public borrowing func seal(
        _ state: borrowing ChannelState
    ) throws(ChannelStateError) -> [UInt8] {
        try seal(state, kind: .backup, stage: .released)
    }

    /// The state in a backup of `channel`. Throws `formatUnknown`, and `authenticationFailed` also for
    /// what is a backup of another channel.
    public borrowing func open(
        _ sealed: Span<UInt8>, channel: LightningChannelID
    ) throws(ChannelStateError) -> ChannelState {
        let opened = try open(sealed, channel: channel, kind: .backup)
        return opened.state
    }

    borrowing func seal(
        _ state: borrowing ChannelState, kind: Kind, stage: Stage
    ) throws(ChannelStateError) -> [UInt8] {
        let count = state.content.count
        guard count <= Self.contentBytesMax else { throw .lengthInvalid }
        var sealed: [UInt8] = [Self.format, kind.rawValue, stage.rawValue]
        sealed.reserveCapacity(count + Self.overheadBytes)
        for index in 0..<LightningChannelID.byteCount { sealed.append(state.channel.bytes[index]) }
        for shift in stride(from: 56, through: 0, by: -8) {
            sealed.append(UInt8(truncatingIfNeeded: state.version >> UInt64(shift)))
        }
        let header = sealed
        var nonce = InlineArray<24, UInt8>(repeating: 0)
        var nonceSpan = nonce.mutableSpan
        self.nonce(&nonceSpan)
        var ciphertext = [UInt8](repeating: 0, count: count)
        var tag = InlineArray<16, UInt8>(repeating: 0)
        do throws(OpeningError) {
            var target = ciphertext.mutableSpan
            var tagTarget = tag.mutableSpan
            try key.withBytes { (key) throws(OpeningError) in
                try state.content.withBytes { (content) throws(OpeningError) in
                    try ChaChaPoly.xchacha20.seal(
                        key: key, nonce: nonce.span, associatedData: header.span,
                        plaintext: content, into: &target, tag: &tagTarget)
                }
            }
        } catch { preconditionFailure("the lengths are fixed") }
        for index in nonce.indices { sealed.append(nonce[index]) }
        sealed.append(contentsOf: ciphertext)
        for index in tag.indices { sealed.append(tag[index]) }
        return sealed
    }

    borrowing func open(
        _ sealed: Span<UInt8>, channel: LightningChannelID, kind: Kind
    ) throws(ChannelStateError) -> Opened {
        guard sealed.count > 0, sealed[0] == Self.format else { throw .formatUnknown }
        let count = sealed.count - Self.overheadBytes
        guard count > 0, count <= Self.contentBytesMax, sealed[1] == kind.rawValue,
            let stage = Stage(rawValue: sealed[2]),
            LightningChannelID(sealed.extracting(3..<(3 + LightningChannelID.byteCount))) == channel
        else { throw .authenticationFailed }
        var version: UInt64 = 0
        for index in (Self.headerBytes - 8)..<Self.headerBytes {
            version = version << 8 | UInt64(sealed[index])
        }
        let start = Self.headerBytes + Self.nonceBytes
        var content = SecretBytes(count: count)
        do throws(OpeningError) {
            try content.withMutableBytes { (target) throws(OpeningError) in
                try key.withBytes { (key) throws(OpeningError) in
                    try ChaChaPoly.xchacha20.open(
                        key: key, nonce: sealed.extracting(Self.headerBytes..<start),
                        associatedData: sealed.extracting(0..<Self.headerBytes),
                        ciphertext: sealed.extracting(start..<(start + count)),
                        tag: sealed.extracting((start + count)..<sealed.count), into: &target)
                }
            }
        } catch { throw .authenticationFailed }
        return Opened(
            state: ChannelState(channel: channel, version: version, content: content),
            stage: stage)
    }
}
