internal import SecretMemory

extension Opener where Crypto: ~Copyable {
    /// NIP-44, whose MAC is checked before anything is decrypted, or NIP-04, which has none: what is
    /// opened then could be anybody's, and the answer is false.
    mutating func open(
        _ box: NostrBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) -> Bool {
        // A key is for one of the two and never used for the other.
        let version = record.withField(.version, NostrVersion.init) ?? nil
        guard version == box.version else { throw .keyUnusable }
        switch box.version {
        case .nip44:
            try openNIP44(box, record, decoded)
            return true
        case .nip04:
            try openNIP04(box, record, decoded)
            return false
        }
    }

    private mutating func openNIP44(
        _ box: NostrBox, _ record: borrowing KeyRecord, _ decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        if nostr == nil { nostr = NostrDerivation() }
        take(box.ciphertext.count)
        try decoded.withBytes { (bytes) throws(OpeningError) in
            let found: Void? = try record.withField(.secret) { (secret) throws(OpeningError) in
                try plaintext.withMutableBytes { (all) throws(OpeningError) in
                    var target = all._mutatingExtracting(..<box.ciphertext.count)
                    try nostr!.open(
                        key: secret, nonce: bytes.extracting(box.nonce),
                        ciphertext: bytes.extracting(box.ciphertext),
                        mac: bytes.extracting(box.mac), into: &target)
                }
            }
            guard found != nil else { throw .keyUnusable }
        }
        let count = plaintextCount
        let length = plaintext.withBytes { bytes in Int(bytes[0]) << 8 | Int(bytes[1]) }
        guard length >= 1, count == 2 + NostrDerivation.paddedBytes(length) else {
            throw .malformed
        }
        place = 2..<2 + length
    }

    private mutating func openNIP04(
        _ box: NostrBox, _ record: borrowing KeyRecord, _ decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        take(box.ciphertext.count)
        let count: Int? = try decoded.withBytes { (bytes) throws(OpeningError) in
            try record.withField(.secret) { (secret) throws(OpeningError) in
                guard secret.count == 32 else { throw .keyUnusable }
                return try openCBC(
                    bytes.extracting(box.ciphertext), secret, iv: bytes.extracting(box.nonce))
            }
        }
        guard let count else { throw .keyUnusable }
        place = 0..<count
    }
}

/// NIP-44's keys for one message, and its cipher. The memory is wiped after every use.
struct NostrDerivation: ~Copyable {
    private var hkdf = HKDFSHA256()
    private var hmac = HMACSHA256()
    /// A ChaCha20 key (32 bytes), its nonce (12) and an HMAC key (32).
    private var keys = SecretBytes(count: 76)

    /// Opens `ciphertext`, which is at least two bytes long, with a conversation key.
    mutating func open(
        key: Span<UInt8>, nonce: Span<UInt8>, ciphertext: Span<UInt8>, mac: Span<UInt8>,
        into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == 32 else { throw .keyUnusable }
        defer { keys.wipe() }
        try keys.withMutableBytes { (keys) throws(OpeningError) in
            try hkdf.expand(key: key, info: nonce, into: &keys)
        }
        try keys.withBytes { (keys) throws(OpeningError) in
            hmac.start(key: keys.extracting(44..<76))
            hmac.update(nonce)
            hmac.update(ciphertext)
            try hmac.verify(tag: mac)
            try ChaCha20.apply(
                key: keys.extracting(0..<32), nonce: keys.extracting(32..<44), to: ciphertext,
                into: &plaintext)
        }
    }

    /// How long a text of `length` bytes, 1 to 65535, is after padding: to 32 at least, then in
    /// steps that grow with it.
    static func paddedBytes(_ length: Int) -> Int {
        guard length > 32 else { return 32 }
        let power = 1 << (Int.bitWidth - (length - 1).leadingZeroBitCount)
        let step = power <= 256 ? 32 : power / 8
        return step * ((length - 1) / step + 1)
    }
}
