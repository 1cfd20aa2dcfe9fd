internal import NotificationPipeline
internal import SecretMemory

/// Where nonces, salts and senders' keys come from.
public protocol Randomness: ~Copyable {
    /// Fills all of `target`.
    mutating func fill(_ target: inout MutableSpan<UInt8>)
}

/// The operating system's randomness: the one for real pushes.
public struct SystemRandomness: Randomness, ~Copyable {
    /// An address of its own: the thread sanitizer follows the one of a value that has none, too.
    private var place: UInt8 = 0

    /// Takes nothing.
    public init() {}

    /// Asks the system; allocates nothing.
    public mutating func fill(_ target: inout MutableSpan<UInt8>) {
        fillWithRandom(&target)
    }
}

/// The same bytes for the same seed: for test vectors and nothing else, since sealing twice with
/// one seed repeats nonces, which breaks the encryption.
///
/// The bytes are ChaCha20's under the SHA-256 of the seed; the nonce counts the calls.
public struct SeededRandomness: Randomness, ~Copyable {
    private var key = SecretBytes(count: 32)
    private var calls: UInt64 = 0

    /// A stream of its own for each seed, which may have any length.
    public init(seed: Span<UInt8>) {
        var crypto = PlatformCryptography()
        key.withMutableBytes { target in crypto.sha256(seed, into: &target) }
    }

    /// Takes the next bytes of the stream.
    public mutating func fill(_ target: inout MutableSpan<UInt8>) {
        guard target.count > 0 else { return }
        calls += 1
        var nonce = [UInt8](repeating: 0, count: ChaCha20.nonceBytes)
        for index in 0..<8 { nonce[index] = UInt8(truncatingIfNeeded: calls >> UInt64(8 * index)) }
        let zeros = SecretBytes(count: target.count)
        do throws(OpeningError) {
            try key.withBytes { (key) throws(OpeningError) in
                try zeros.withBytes { (zeros) throws(OpeningError) in
                    try ChaCha20.apply(key: key, nonce: nonce.span, to: zeros, into: &target)
                }
            }
        } catch { preconditionFailure("the lengths are fixed") }
    }
}

extension Randomness where Self: ~Copyable {
    /// So many bytes that are no secret: a nonce, a salt.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var target = bytes.mutableSpan
        fill(&target)
        return bytes
    }

    /// A private key of 32 bytes; `keyUnusable` when `Limits.keyDrawsMax` draws in a row were none,
    /// which says that the randomness is broken.
    mutating func privateKey(
        _ isKey: (Span<UInt8>) -> Bool
    ) throws(SealingError) -> SecretBytes {
        var secret = SecretBytes(count: 32)
        for _ in 0..<Limits.keyDrawsMax {
            secret.withMutableBytes { target in fill(&target) }
            if secret.withBytes(isKey) { return secret }
        }
        throw .keyUnusable
    }
}
