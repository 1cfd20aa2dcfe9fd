internal import SecretMemory

/// Opens envelopes with keys it is lent. Owns the memory for shared points, derived keys and the
/// plaintext, taken once and wiped after every use.
struct Opener<Crypto: Cryptography & ~Copyable>: ~Copyable {
    private var crypto: Crypto
    /// The compressed shared point (33 bytes) and, behind it, a label of at most 31 bytes.
    private var agreed = SecretBytes(count: 64)
    /// The hash of that, and the hash of the hash: the AES key.
    private var once = SecretBytes(count: 32)
    private var key = SecretBytes(count: 32)
    private var agreements = AgreementCache()
    private var plaintext: SecretBytes
    private var plaintextCount = 0

    init(crypto: consuming Crypto, payloadBytesMax: Int) {
        self.crypto = crypto
        plaintext = SecretBytes(count: payloadBytesMax)
    }

    /// Opens a Blocktank box with one generation of the key, leaving the plaintext in here.
    ///
    /// key = SHA-256(SHA-256(shared point, compressed ‖ label)), AES-256-GCM, no associated data.
    mutating func open(
        _ box: BlocktankBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        defer {
            agreed.wipe()
            once.wipe()
            key.wipe()
        }
        let number = record.number
        let isKnown = decoded.withBytes(in: box.senderBytes) { sender in
            agreements.find(sender, box.label, record: number, into: &key)
        }
        if !isKnown {
            try agree(box.sender, with: record)
            deriveKey(box.label)
        }
        try decrypt(box, decoded)
        guard !isKnown else { return }
        decoded.withBytes(in: box.senderBytes) { sender in
            agreements.keep(key, for: sender, box.label, record: number)
        }
    }

    /// Forgets every agreed key: the keystore has none to lend any more.
    mutating func forgetAgreements() {
        agreements.removeAll()
    }

    private mutating func decrypt(
        _ box: BlocktankBox, _ decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        try decoded.withBytes { (bytes) throws(OpeningError) in
            let ciphertext = bytes.extracting(box.ciphertext)
            try key.withBytes { (key) throws(OpeningError) in
                try plaintext.withMutableBytes { (all) throws(OpeningError) in
                    var target = all._mutatingExtracting(..<ciphertext.count)
                    try crypto.openAESGCM(
                        key: key, nonce: bytes.extracting(box.nonce), associatedData: Span(),
                        ciphertext: ciphertext, tag: bytes.extracting(box.tag), into: &target)
                }
            }
        }
        plaintextCount = box.ciphertext.count
    }

    private mutating func agree(
        _ sender: Secp256k1Point, with record: borrowing KeyRecord
    ) throws(OpeningError) {
        let found: Void? = try record.withField(.secret) { (secret) throws(OpeningError) in
            try agreed.withMutableBytes { (all) throws(OpeningError) in
                var point = all._mutatingExtracting(..<33)
                try Secp256k1.sharedPoint(secret: secret, point: sender, into: &point)
            }
        }
        guard found != nil else { throw .keyUnusable }
    }

    private mutating func deriveKey(_ label: BlocktankBox.Label) {
        let length = 33 + label.text.utf8CodeUnitCount
        precondition(length <= agreed.count, "a label has 31 bytes at most")
        agreed.withMutableBytes { all in
            label.text.withUTF8Buffer { text in
                // SAFETY: the indices are those of the buffer.
                for index in text.indices { all[33 + index] = unsafe text[index] }
            }
        }
        agreed.withBytes { all in
            once.withMutableBytes { digest in
                crypto.sha256(all.extracting(..<length), into: &digest)
            }
        }
        once.withBytes { first in
            key.withMutableBytes { digest in crypto.sha256(first, into: &digest) }
        }
    }

    /// Lends the plaintext of the last success until `wipePlaintext`.
    borrowing func withPlaintext<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try plaintext.withBytes { (all) throws(Failure) -> Result in
            try body(all.extracting(..<plaintextCount))
        }
    }

    /// Ends the plaintext's life.
    mutating func wipePlaintext() {
        plaintext.wipe(first: plaintextCount)
        plaintextCount = 0
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
