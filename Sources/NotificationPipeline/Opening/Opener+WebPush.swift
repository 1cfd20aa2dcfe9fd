internal import SecretMemory

extension Opener where Crypto: ~Copyable {
    /// Derives key and nonce, then opens record after record (RFC 8188, 2).
    mutating func open(
        _ box: WebPushBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        if webPush == nil { webPush = WebPushDerivation() }
        try decoded.withBytes { (bytes) throws(OpeningError) in
            try webPush!.derive(
                box.coding, sender: bytes.extracting(box.sender), salt: bytes.extracting(box.salt),
                with: record, into: &key)
            var start = box.records.lowerBound
            var number: UInt64 = 0
            var count = 0
            while start < box.records.upperBound {
                let end = min(start + box.recordBytes, box.records.upperBound)
                let isLast = end == box.records.upperBound
                let length = try openRecord(bytes.extracting(start..<end), number, at: count)
                count += try unpad(box.coding, count..<count + length, isLast: isLast)
                (start, number) = (end, number + 1)
            }
            place = 0..<count
        }
    }

    /// Opens one record into the plaintext; its nonce is the first one with the record's number,
    /// big endian, added bit by bit (RFC 8188, 2.3).
    private mutating func openRecord(
        _ record: Span<UInt8>, _ number: UInt64, at start: Int
    ) throws(OpeningError) -> Int {
        let length = record.count - WebPushBox.tagBytes
        guard length > 0 else { throw .malformed }
        plaintextCount = max(plaintextCount, start + length)
        key.withBytes { derived in
            once.withMutableBytes { nonce in
                for index in 0..<12 { nonce[index] = derived[16 + index] }
                for index in 0..<8 {
                    nonce[11 - index] ^= UInt8(truncatingIfNeeded: number >> (8 * index))
                }
            }
        }
        try key.withBytes { (derived) throws(OpeningError) in
            try once.withBytes { (nonce) throws(OpeningError) in
                try plaintext.withMutableBytes { (all) throws(OpeningError) in
                    var target = all._mutatingExtracting(start..<start + length)
                    try crypto.openAESGCM(
                        key: derived.extracting(..<16), nonce: nonce.extracting(..<12),
                        associatedData: Span(), ciphertext: record.extracting(..<length),
                        tag: record.extracting(length...), into: &target)
                }
            }
        }
        return length
    }

    /// Takes the padding off a record that was opened, and answers how much is left, at its start.
    ///
    /// `aes128gcm`: zeros behind a delimiter, 2 in the last record and 1 in the others. `aesgcm`:
    /// in front, a length of 2 bytes and so many zeros.
    private mutating func unpad(
        _ coding: WebPushBox.Coding, _ record: Range<Int>, isLast: Bool
    ) throws(OpeningError) -> Int {
        try plaintext.withMutableBytes { (all) throws(OpeningError) in
            switch coding {
            case .aes128gcm:
                var end = record.upperBound
                while end > record.lowerBound, all[end - 1] == 0 { end -= 1 }
                guard end > record.lowerBound, all[end - 1] == (isLast ? 2 : 1) else {
                    throw .malformed
                }
                return end - 1 - record.lowerBound
            case .aesgcm:
                guard record.count >= 2 else { throw .malformed }
                let start = record.lowerBound
                let padding = Int(all[start]) << 8 | Int(all[start + 1])
                let left = record.count - 2 - padding
                guard left >= 0, (0..<padding).allSatisfy({ all[start + 2 + $0] == 0 }) else {
                    throw .malformed
                }
                for index in 0..<left { all[start + index] = all[start + 2 + padding + index] }
                return left
            }
        }
    }
}

/// Web Push's way from two P-256 keys to a content key and a nonce (RFC 8291, 3.4; the older coding:
/// draft-ietf-webpush-encryption-04, 4.2). Its memory is wiped after every use.
struct WebPushDerivation: ~Copyable {
    private var hkdf = HKDFSHA256()
    private var shared = SecretBytes(count: P256.keyBytes)
    private var input = SecretBytes(count: 32)
    private var pseudorandom = SecretBytes(count: 32)
    private var info = KeyInfo()
    /// The public half of the key that was used last, and which that was: making it costs as much
    /// as the agreement.
    private var ownPoint = ByteBuffer(capacity: P256.pointBytes)
    private var owner: UInt64 = 0

    /// Writes the content key (16 bytes) and, behind it, the nonce of the first record (12).
    mutating func derive(
        _ coding: WebPushBox.Coding, sender: Span<UInt8>, salt: Span<UInt8>,
        with record: borrowing KeyRecord, into key: inout SecretBytes
    ) throws(OpeningError) {
        defer {
            shared.wipe()
            input.wipe()
            pseudorandom.wipe()
        }
        let number = record.number
        let isAgreed: Void? = try record.withField(.secret) { (secret) throws(OpeningError) in
            try agree(secret, number, sender)
        }
        let isBound: Void? = try record.withField(.auth) { (auth) throws(OpeningError) in
            guard auth.count == 16 else { throw .keyUnusable }
            try bind(coding, auth, sender)
        }
        guard isAgreed != nil, isBound != nil else { throw .keyUnusable }
        try extract(salt)
        let isOlder = coding == .aesgcm
        info.start(isOlder ? "Content-Encoding: aesgcm" : "Content-Encoding: aes128gcm")
        if isOlder { ownPoint.withBytes { own in info.addContext(own, sender) } }
        try expand(0..<16, of: &key)
        info.start("Content-Encoding: nonce")
        if isOlder { ownPoint.withBytes { own in info.addContext(own, sender) } }
        try expand(16..<28, of: &key)
    }

    private mutating func agree(
        _ secret: Span<UInt8>, _ number: UInt64, _ sender: Span<UInt8>
    ) throws(OpeningError) {
        guard secret.count == P256.keyBytes else { throw .keyUnusable }
        if owner != number {
            // A key that is none leaves nobody's point behind.
            owner = 0
            try ownPoint.write(P256.pointBytes) { (target) throws(OpeningError) in
                try P256.publicKey(of: secret, into: &target)
            }
            owner = number
        }
        try shared.withMutableBytes { (target) throws(OpeningError) in
            do throws(OpeningError) {
                try P256.sharedSecret(secret: secret, point: sender, into: &target)
            } catch {
                // The key was checked when it was stored; the sender's point was not until now.
                throw .malformed
            }
        }
    }

    /// Input keying material: the shared secret, bound to the authentication secret and, in the
    /// newer coding, to both points.
    private mutating func bind(
        _ coding: WebPushBox.Coding, _ auth: Span<UInt8>, _ sender: Span<UInt8>
    ) throws(OpeningError) {
        try shared.withBytes { (shared) throws(OpeningError) in
            try pseudorandom.withMutableBytes { (target) throws(OpeningError) in
                try hkdf.extract(salt: auth, secret: shared, into: &target)
            }
        }
        switch coding {
        case .aes128gcm:
            info.start("WebPush: info")
            ownPoint.withBytes { own in info.add(own) }
            info.add(sender)
        case .aesgcm: info.start("Content-Encoding: auth")
        }
        try info.withBytes { (info) throws(OpeningError) in
            try pseudorandom.withBytes { (key) throws(OpeningError) in
                try input.withMutableBytes { (target) throws(OpeningError) in
                    try hkdf.expand(key: key, info: info, into: &target)
                }
            }
        }
    }

    private mutating func extract(_ salt: Span<UInt8>) throws(OpeningError) {
        try input.withBytes { (input) throws(OpeningError) in
            try pseudorandom.withMutableBytes { (target) throws(OpeningError) in
                try hkdf.extract(salt: salt, secret: input, into: &target)
            }
        }
    }

    private mutating func expand(
        _ place: Range<Int>, of output: inout SecretBytes
    ) throws(OpeningError) {
        try info.withBytes { (info) throws(OpeningError) in
            try pseudorandom.withBytes { (key) throws(OpeningError) in
                try output.withMutableBytes { (all) throws(OpeningError) in
                    var target = all._mutatingExtracting(place)
                    try hkdf.expand(key: key, info: info, into: &target)
                }
            }
        }
    }
}

/// What binds a derived key to its use: a label, and whose keys it is for.
private struct KeyInfo: ~Copyable {
    private var buffer = ByteBuffer(capacity: 256)

    /// Begins with a label and the zero behind it.
    mutating func start(_ label: StaticString) {
        buffer.removeAll()
        label.withUTF8Buffer { text in
            // SAFETY: the bytes of a literal.
            add(unsafe Span(_unsafeElements: text))
        }
        add(0)
    }

    /// The older coding's context: the curve's name, then each point behind its length.
    mutating func addContext(_ own: Span<UInt8>, _ sender: Span<UInt8>) {
        for byte in "P-256".utf8 { add(byte) }
        add(0)
        add(0)
        add(UInt8(P256.pointBytes))
        add(own)
        add(0)
        add(UInt8(P256.pointBytes))
        add(sender)
    }

    mutating func add(_ bytes: Span<UInt8>) {
        let fits = buffer.append(bytes)
        precondition(fits, "an info has its limit")
    }

    private mutating func add(_ byte: UInt8) {
        let fits = buffer.append(byte)
        precondition(fits, "an info has its limit")
    }

    borrowing func withBytes<Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try buffer.withBytes(body)
    }
}
