internal import SecretMemory

extension Opener where Crypto: ~Copyable {
    /// AES in the mode the key is for. CBC and ECB vouch for nothing, and the answer is false.
    ///
    /// A length that the mode does not have is no fault of the push: it may be of another mode.
    mutating func open(
        _ box: BarkBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) -> Bool {
        guard let mode = record.withField(.mode, BarkMode.init) ?? nil else { throw .keyUnusable }
        take(box.ciphertext.count)
        let count: Int? = try decoded.withBytes { (bytes) throws(OpeningError) in
            try record.withField(.secret) { (secret) throws(OpeningError) in
                let ciphertext = bytes.extracting(box.ciphertext)
                guard mode == .gcm || AESBlocks.isSealedLength(ciphertext.count) else {
                    throw .keyUnusable
                }
                if mode == .ecb { return try openECB(ciphertext, secret) }
                if let iv = box.iv {
                    return try open(ciphertext, mode, secret, iv: bytes.extracting(iv))
                }
                let opened = try record.withField(.iv) { (iv) throws(OpeningError) in
                    try open(ciphertext, mode, secret, iv: iv)
                }
                // Neither the push nor the key has one.
                guard let opened else { throw .keyUnusable }
                return opened
            }
        }
        guard let count else { throw .keyUnusable }
        place = 0..<count
        return mode == .gcm
    }

    private mutating func open(
        _ ciphertext: Span<UInt8>, _ mode: BarkMode, _ secret: Span<UInt8>, iv: Span<UInt8>
    ) throws(OpeningError) -> Int {
        guard iv.count == mode.ivBytes else { throw .keyUnusable }
        guard mode == .gcm else { return try openCBC(ciphertext, secret, iv: iv) }
        let length = ciphertext.count - SymmetricBox.tagBytes
        guard length >= 0 else { throw .keyUnusable }
        try plaintext.withMutableBytes { (all) throws(OpeningError) in
            var target = all._mutatingExtracting(..<length)
            try crypto.openAESGCM(
                key: secret, nonce: iv, associatedData: Span(),
                ciphertext: ciphertext.extracting(..<length),
                tag: ciphertext.extracting(length...), into: &target)
        }
        return length
    }

    /// AES-CBC into the plaintext, which Nostr's older cipher is, too; answers the message's length.
    mutating func openCBC(
        _ ciphertext: Span<UInt8>, _ secret: Span<UInt8>, iv: Span<UInt8>
    ) throws(OpeningError) -> Int {
        if blocks == nil { blocks = AESBlocks() }
        return try plaintext.withMutableBytes { (all) throws(OpeningError) in
            var target = all._mutatingExtracting(..<ciphertext.count)
            return try blocks!.openCBC(key: secret, iv: iv, ciphertext: ciphertext, into: &target)
        }
    }

    private mutating func openECB(
        _ ciphertext: Span<UInt8>, _ secret: Span<UInt8>
    ) throws(OpeningError) -> Int {
        if blocks == nil { blocks = AESBlocks() }
        return try plaintext.withMutableBytes { (all) throws(OpeningError) in
            var target = all._mutatingExtracting(..<ciphertext.count)
            return try blocks!.openECB(key: secret, ciphertext: ciphertext, into: &target)
        }
    }
}
