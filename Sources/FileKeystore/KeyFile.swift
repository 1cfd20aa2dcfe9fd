// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

internal import CSodium
internal import NotificationPipeline
internal import SecretMemory

/// The `keys` file as bytes: header, then the records under XChaCha20-Poly1305 (IETF form) with
/// the header as associated data, so that neither can be changed without the key.
enum KeyFile {
    static let tagCount = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    static let keyCount = Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES)

    /// Opens a file whose header was read; nil when the key does not fit or a byte was changed.
    static func open(
        _ file: Span<UInt8>, header: KeyFileHeader, key: borrowing SecretBytes
    ) -> SecretBytes? {
        let plainCount = file.count - KeyFileHeader.count - tagCount
        guard plainCount > 0, key.count == keyCount else { return nil }
        var plain = SecretBytes(count: plainCount)
        let nonce = KeyFileHeader.nonceRange.lowerBound
        let opened = plain.withMutableBytes { plain in
            key.withBytes { key in
                unsafe plain.withUnsafeMutableBufferPointer { plain in
                unsafe file.withUnsafeBufferPointer { file in
                unsafe key.withUnsafeBufferPointer { key in
                    // SAFETY: `plain` is shorter than the ciphertext by the tag; the header with
                    // its 24 bytes of nonce is the front of `file`; the key has 32 bytes.
                    unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                        plain.baseAddress!, nil, nil,
                        file.baseAddress! + KeyFileHeader.count, UInt64(plainCount + tagCount),
                        file.baseAddress!, UInt64(KeyFileHeader.count),
                        file.baseAddress! + nonce, key.baseAddress!) == 0
                } } }
            }
        }
        guard opened else { return nil }
        return plain
    }

    /// Seals records under a header whose nonce was just renewed; answers the whole file.
    static func seal(
        _ plain: borrowing SecretBytes, header: KeyFileHeader, key: borrowing SecretBytes
    ) -> SecretBytes {
        precondition(key.count == keyCount, "a file key has 32 bytes")
        let plainCount = plain.count
        var file = SecretBytes(count: KeyFileHeader.count + plainCount + tagCount)
        file.withMutableBytes { file in
            for index in header.bytes.indices { file[index] = header.bytes[index] }
            plain.withBytes { plain in
                key.withBytes { key in
                    unsafe file.withUnsafeMutableBufferPointer { file in
                    unsafe plain.withUnsafeBufferPointer { plain in
                    unsafe key.withUnsafeBufferPointer { key in
                        let front = unsafe UnsafePointer(file.baseAddress!)
                        // SAFETY: `file` has room for header, ciphertext and tag; the header with
                        // its nonce is already at its front, which is only read.
                        _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                            file.baseAddress! + KeyFileHeader.count, nil,
                            plain.baseAddress!, UInt64(plainCount),
                            front, UInt64(KeyFileHeader.count), nil,
                            front + KeyFileHeader.nonceRange.lowerBound, key.baseAddress!)
                    } } }
                }
            }
        }
        return file
    }

    /// Argon2id (RFC 9106) over a passphrase, with cost and salt of `header`; nil when the system
    /// has not enough memory. The corresponding C function is `crypto_pwhash`.
    static func derive(
        _ passphrase: borrowing SecretBytes, header: KeyFileHeader, passes: UInt32,
        memoryKibibytes: UInt32
    ) -> SecretBytes? {
        var key = SecretBytes(count: keyCount)
        let salt = Array(header.bytes[KeyFileHeader.saltRange])
        let derived = key.withMutableBytes { key in
            passphrase.withBytes { passphrase in
                unsafe key.withUnsafeMutableBufferPointer { key in
                unsafe passphrase.withUnsafeBytes { passphrase in
                unsafe salt.withUnsafeBufferPointer { salt in
                    // SAFETY: each pointer goes with its own count; the salt has 16 bytes.
                    unsafe crypto_pwhash(
                        key.baseAddress!, UInt64(key.count),
                        passphrase.baseAddress!.assumingMemoryBound(to: CChar.self),
                        UInt64(passphrase.count), salt.baseAddress!, UInt64(passes),
                        Int(memoryKibibytes) * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0
                } } }
            }
        }
        guard derived else { return nil }
        return key
    }
}
