internal import SecretMemory

extension Opener where Crypto: ~Copyable {
    /// One key, one nonce, one tag; then the padding goes.
    mutating func open(
        _ box: SymmetricBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        if box.cipher == .cryptoBox { try agreeOnBox(record) } else { try takeSecret(of: record) }
        take(box.ciphertext.count)
        try decoded.withBytes { (bytes) throws(OpeningError) in
            let nonce = bytes.extracting(box.nonce)
            let tag = bytes.extracting(box.tag)
            let ciphertext = bytes.extracting(box.ciphertext)
            try key.withBytes { (key) throws(OpeningError) in
                try plaintext.withMutableBytes { (all) throws(OpeningError) in
                    var target = all._mutatingExtracting(..<ciphertext.count)
                    switch box.cipher {
                    case .secretBox, .cryptoBox:
                        try SecretBox.open(
                            key: key, nonce: nonce, ciphertext: ciphertext, tag: tag, into: &target)
                    case .chacha20:
                        try ChaChaPoly.chacha20.open(
                            key: key, nonce: nonce, associatedData: Span(),
                            ciphertext: ciphertext, tag: tag, into: &target)
                    case .xchacha20:
                        try ChaChaPoly.xchacha20.open(
                            key: key, nonce: nonce, associatedData: Span(),
                            ciphertext: ciphertext, tag: tag, into: &target)
                    case .aes256GCM:
                        try crypto.openAESGCM(
                            key: key, nonce: nonce, associatedData: Span(),
                            ciphertext: ciphertext, tag: tag, into: &target)
                    }
                }
            }
        }
        try unpad(box.padding)
    }

    /// A key both sides hold.
    private mutating func takeSecret(of record: borrowing KeyRecord) throws(OpeningError) {
        let isThere = record.withField(.secret) { secret in
            guard secret.count == 32 else { return false }
            key.withMutableBytes { target in
                for index in secret.indices { target[index] = secret[index] }
            }
            return true
        }
        guard isThere == true else { throw .keyUnusable }
    }

    /// NaCl's `box`: HSalsa20 over what X25519 gives, or over what it gave once and was kept.
    private mutating func agreeOnBox(_ record: borrowing KeyRecord) throws(OpeningError) {
        let isShared: Void? = try record.withField(.shared) { (shared) throws(OpeningError) in
            guard shared.count == 32 else { throw .keyUnusable }
            try key.withMutableBytes { (target) throws(OpeningError) in
                try SecretBox.boxKey(shared: shared, into: &target)
            }
        }
        guard isShared == nil else { return }
        let isAgreed: Void?? = try record.withField(.secret) { (secret) throws(OpeningError) in
            try record.withField(.peer) { (peer) throws(OpeningError) in
                guard secret.count == 32, peer.count == 32 else { throw .keyUnusable }
                try once.withMutableBytes { (shared) throws(OpeningError) in
                    try X25519.sharedSecret(secret: secret, publicKey: peer, into: &shared)
                }
            }
        }
        guard let isAgreed, isAgreed != nil else { throw .keyUnusable }
        try once.withBytes { (shared) throws(OpeningError) in
            try key.withMutableBytes { (target) throws(OpeningError) in
                try SecretBox.boxKey(shared: shared, into: &target)
            }
        }
    }

    /// Narrows the place to the message. What is wrong with authenticated padding is the sender's
    /// fault, and no secret.
    private mutating func unpad(_ padding: SymmetricBox.Padding) throws(OpeningError) {
        let count = plaintextCount
        switch padding {
        case .none: return
        case .lengthPrefixed:
            let length = plaintext.withBytes { bytes in
                count >= 2 ? Int(bytes[0]) << 8 | Int(bytes[1]) : Int.max
            }
            guard length <= count - 2 else { throw .malformed }
            place = 2..<2 + length
        case .trailingZeros:
            let end = plaintext.withBytes { bytes in
                var end = count
                while end > 0, bytes[end - 1] == 0 { end -= 1 }
                return end
            }
            place = 0..<end
        }
    }
}
