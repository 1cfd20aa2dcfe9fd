internal import SecretMemory

/// Opens envelopes with keys it is lent. Owns the memory for everything in between and for the
/// plaintext, taken once and wiped after every use; what only some formats need is made when the
/// first of them comes.
struct Opener<Crypto: Cryptography & ~Copyable>: ~Copyable {
    var crypto: Crypto
    /// The compressed shared point (33 bytes) and, behind it, a label of at most 31 bytes.
    var agreed = SecretBytes(count: 64)
    /// The hash of that; for other formats another step in between.
    var once = SecretBytes(count: 32)
    /// The key that opens.
    var key = SecretBytes(count: 32)
    var agreements = AgreementCache()
    var webPush: WebPushDerivation?
    var nostr: NostrDerivation?
    var blocks: AESBlocks?
    var plaintext: SecretBytes
    /// How much of the plaintext's memory was written to.
    var plaintextCount = 0
    /// Where in it the message lies, without its padding.
    var place = 0..<0

    init(crypto: consuming Crypto, payloadBytesMax: Int) {
        self.crypto = crypto
        plaintext = SecretBytes(count: payloadBytesMax)
    }

    /// Opens a box with one generation of its key, leaving the plaintext in here. Says whether
    /// anything vouches for it.
    mutating func open(
        _ box: SealedBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) -> Bool {
        defer {
            agreed.wipe()
            once.wipe()
            key.wipe()
        }
        do throws(OpeningError) {
            switch box {
            case .blocktank(let box): try open(box, with: record, decoded: decoded)
            case .webPush(let box): try open(box, with: record, decoded: decoded)
            case .symmetric(let box): try open(box, with: record, decoded: decoded)
            case .nostr(let box): return try open(box, with: record, decoded: decoded)
            case .bark(let box): return try open(box, with: record, decoded: decoded)
            }
            return true
        } catch {
            wipePlaintext()
            throw error
        }
    }

    /// Forgets every agreed key: the keystore has none to lend any more.
    mutating func forgetAgreements() {
        agreements.removeAll()
    }

    /// Lends the plaintext of the last success until `wipePlaintext`.
    borrowing func withPlaintext<Context: ~Copyable, Result, Failure: Error>(
        _ context: inout Context,
        _ body: (Span<UInt8>, inout Context) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try plaintext.withBytes { (all) throws(Failure) -> Result in
            try body(all.extracting(place), &context)
        }
    }

    /// Ends the plaintext's life.
    mutating func wipePlaintext() {
        plaintext.wipe(first: plaintextCount)
        plaintextCount = 0
        place = 0..<0
    }

    /// Says what was written, before it is.
    mutating func take(_ count: Int) {
        plaintextCount = count
        place = 0..<count
    }

    /// The first 16 bytes of the SHA-256 of something public, in hex: a record's identity.
    mutating func identity(of name: Span<UInt8>) -> BoundedText {
        once.withMutableBytes { digest in crypto.sha256(name, into: &digest) }
        return once.withBytes { digest in
            var text = BoundedText()
            for index in 0..<16 {
                text.append(hexCharacter(digest[index] >> 4))
                text.append(hexCharacter(digest[index] & 15))
            }
            return text
        }
    }
}
