internal import NotificationPipeline
internal import SecretMemory

/// What came of sealing once; nothing of it is secret.
struct SealedBytes {
    let nonce: [UInt8]
    var ciphertext: [UInt8]
    var tag: [UInt8]

    /// The nonce, and behind it NaCl's order.
    var tagFirst: [UInt8] { nonce + tag + ciphertext }
    /// The nonce, and behind it the order of AEADs (RFC 5116, 5.1).
    var tagLast: [UInt8] { nonce + ciphertext + tag }
}

/// A cipher with a key, a nonce and a tag.
enum Cipher {
    case secretBox, chacha20, xchacha20, aesGCM

    var nonceBytes: Int {
        switch self {
        case .secretBox, .xchacha20: 24
        case .chacha20, .aesGCM: 12
        }
    }

    /// Seals under a new nonce.
    func seal(
        _ message: Span<UInt8>, key: Span<UInt8>, _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedBytes {
        try seal(message, key: key, nonce: randomness.bytes(nonceBytes))
    }

    /// Seals under a nonce that the caller answers for. A key of the wrong length is unusable.
    func seal(
        _ message: Span<UInt8>, key: Span<UInt8>, nonce: [UInt8]
    ) throws(SealingError) -> SealedBytes {
        var ciphertext = [UInt8](repeating: 0, count: message.count)
        var tag = [UInt8](repeating: 0, count: 16)
        do throws(OpeningError) {
            var target = ciphertext.mutableSpan
            var tagTarget = tag.mutableSpan
            switch self {
            case .secretBox:
                try SecretBox.seal(
                    key: key, nonce: nonce.span, plaintext: message, into: &target,
                    tag: &tagTarget)
            case .chacha20, .xchacha20:
                let algorithm = nonceBytes == 12 ? ChaChaPoly.chacha20 : .xchacha20
                try algorithm.seal(
                    key: key, nonce: nonce.span, associatedData: Span(), plaintext: message,
                    into: &target, tag: &tagTarget)
            case .aesGCM:
                var crypto = PlatformCryptography()
                try crypto.sealAESGCM(
                    key: key, nonce: nonce.span, associatedData: Span(), plaintext: message,
                    into: &target, tag: &tagTarget)
            }
        } catch { throw .keyUnusable }
        return SealedBytes(nonce: nonce, ciphertext: ciphertext, tag: tag)
    }
}

extension KeyRecord {
    /// Lends a field of exactly so many bytes; throws `keyUnusable` when the key has none such.
    borrowing func withKey<Result>(
        _ field: KeyField = .secret, count: Int = 32,
        _ body: (Span<UInt8>) throws(SealingError) -> Result
    ) throws(SealingError) -> Result {
        let result = try withField(field) { (value) throws(SealingError) -> Result in
            guard value.count == count else { throw .keyUnusable }
            return try body(value)
        }
        guard let result else { throw .keyUnusable }
        return result
    }

    /// A field that is a word; empty when the key has none.
    borrowing func word(_ field: KeyField) -> String {
        withField(field) { value in String(utf8: value) } ?? ""
    }
}

extension SecretBytes {
    /// Copies `bytes` to a place in here.
    mutating func put(_ bytes: Span<UInt8>, at start: Int) {
        withMutableBytes { target in
            for index in bytes.indices { target[start + index] = bytes[index] }
        }
    }

    /// Pads as SimpleX and NIP-44 begin: the length in two bytes, big endian, then the message.
    init(lengthPrefixed message: Span<UInt8>, count: Int, fill: UInt8) {
        precondition(message.count + 2 <= count, "the message fits, and its length before it")
        self.init(count: count)
        withMutableBytes { target in
            target[0] = UInt8(message.count >> 8)
            target[1] = UInt8(message.count & 0xff)
            for index in 2 + message.count..<count { target[index] = fill }
        }
        put(message, at: 2)
    }
}
