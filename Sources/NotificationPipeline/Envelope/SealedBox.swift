/// What is sealed in an envelope, by how it is opened: places in `Scratch.decoded`.
public enum SealedBox: Sendable {
    /// To a secp256k1 key of this device.
    case blocktank(BlocktankBox)
    /// To a P-256 key of this device.
    case webPush(WebPushBox)
    /// With a key both sides hold, or, for `cryptoBox`, agree on.
    case symmetric(SymmetricBox)
    /// With the secret of a Nostr wallet connection.
    case nostr(NostrBox)
    /// With Bark's key, in the mode that goes with the key.
    case bark(BarkBox)

    /// The part that no two pushes share: what the fallback identity of a record is made of.
    var ciphertext: Range<Int> {
        switch self {
        case .blocktank(let box): box.ciphertext
        case .webPush(let box): box.records
        case .symmetric(let box): box.ciphertext
        case .nostr(let box): box.ciphertext
        case .bark(let box): box.ciphertext
        }
    }
}

/// One key, one nonce, one tag.
public struct SymmetricBox: Sendable {
    /// Which cipher, never guessed from a length.
    enum Cipher: Sendable {
        /// XSalsa20-Poly1305 (NaCl `secretbox`).
        case secretBox
        /// The same behind X25519 and HSalsa20 (NaCl `box`).
        case cryptoBox
        /// ChaCha20-Poly1305 (RFC 8439).
        case chacha20
        /// XChaCha20-Poly1305.
        case xchacha20
        /// AES-256-GCM.
        case aes256GCM

        /// A nonce's length in bytes.
        var nonceBytes: Int {
            switch self {
            case .secretBox, .cryptoBox, .xchacha20: 24
            case .chacha20, .aes256GCM: 12
            }
        }
    }

    /// What lies around the message in the plaintext.
    enum Padding: Sendable {
        case none
        /// A length of 2 bytes, big endian, in front; what is behind the message does not matter.
        case lengthPrefixed
        /// Zeros behind the message.
        case trailingZeros
    }

    let cipher: Cipher
    let padding: Padding
    let nonce: Range<Int>
    let tag: Range<Int>
    let ciphertext: Range<Int>

    static let tagBytes = 16

    /// A nonce of its own, and behind it NaCl's order: the tag, then the ciphertext. Nil when a
    /// length does not fit.
    init?(
        _ cipher: Cipher, nonce: Range<Int>, tagFirst sealed: Range<Int>,
        _ padding: Padding = .none
    ) {
        guard nonce.count == cipher.nonceBytes, sealed.count >= SymmetricBox.tagBytes else {
            return nil
        }
        self.cipher = cipher
        self.padding = padding
        self.nonce = nonce
        let split = sealed.lowerBound + SymmetricBox.tagBytes
        tag = sealed.lowerBound..<split
        ciphertext = split..<sealed.upperBound
    }

    /// Nonce, tag and ciphertext in one piece, in NaCl's order.
    init?(_ cipher: Cipher, nonceAndTagFirst sealed: Range<Int>) {
        guard sealed.count >= cipher.nonceBytes else { return nil }
        let split = sealed.lowerBound + cipher.nonceBytes
        self.init(cipher, nonce: sealed.lowerBound..<split, tagFirst: split..<sealed.upperBound)
    }

    /// Nonce, ciphertext and tag in one piece, as AEADs have it (RFC 5116, 5.1).
    init?(_ cipher: Cipher, nonceFirst sealed: Range<Int>, _ padding: Padding = .none) {
        guard sealed.count >= cipher.nonceBytes + SymmetricBox.tagBytes else { return nil }
        self.cipher = cipher
        self.padding = padding
        let start = sealed.lowerBound + cipher.nonceBytes
        let end = sealed.upperBound - SymmetricBox.tagBytes
        nonce = sealed.lowerBound..<start
        ciphertext = start..<end
        tag = end..<sealed.upperBound
    }
}
