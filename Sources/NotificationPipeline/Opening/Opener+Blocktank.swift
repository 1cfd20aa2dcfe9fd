internal import SecretMemory

extension Opener where Crypto: ~Copyable {
    /// key = SHA-256(SHA-256(shared point, compressed ‖ label)), AES-256-GCM, no associated data.
    mutating func open(
        _ box: BlocktankBox, with record: borrowing KeyRecord, decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
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

    private mutating func decrypt(
        _ box: BlocktankBox, _ decoded: borrowing ByteBuffer
    ) throws(OpeningError) {
        take(box.ciphertext.count)
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
    }

    private mutating func agree(
        _ sender: Secp256k1Point, with record: borrowing KeyRecord
    ) throws(OpeningError) {
        let found: Void? = try record.withField(.secret) { (secret) throws(OpeningError) in
            guard secret.count == 32 else { throw .keyUnusable }
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
}
