// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

#if canImport(CryptoKit)
internal import CSodium
internal import CryptoKit
internal import Foundation
internal import SecretMemory

/// `Cryptography` on CryptoKit, for Apple's platforms: AES-GCM, with nonces of at least 12 bytes.
///
/// CryptoKit keeps its keys in memory that it wipes, and allocates for every call. SHA-256 is
/// libsodium's, as its state is in our memory: what is hashed here is secret, and a hash of
/// CryptoKit's is a value that is copied and never wiped.
public struct CryptoKitCryptography: Cryptography, ~Copyable {
    /// The shortest nonce of AES-GCM, in bytes.
    public static let nonceBytesMin = 12

    private var hash: SecretBytes

    /// Takes the memory of the hash's state, about 100 bytes.
    public init() {
        hash = SecretBytes(count: MemoryLayout<crypto_hash_sha256_state>.stride)
    }

    public mutating func sha256(_ input: Span<UInt8>, into digest: inout MutableSpan<UInt8>) {
        precondition(digest.count == Int(crypto_hash_sha256_BYTES), "SHA-256 gives 32 bytes")
        defer { hash.wipe() }
        hash.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe digest.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                // SAFETY: `memory` is a whole state, 8-byte aligned (its size is a multiple of 8 and
                // sodium_malloc aligns the end to a page); 32 writable bytes, checked above;
                // `source.count` readable ones.
                let state = unsafe memory.baseAddress!.assumingMemoryBound(
                    to: crypto_hash_sha256_state.self)
                unsafe crypto_hash_sha256_init(state)
                unsafe crypto_hash_sha256_update(state, source.baseAddress, UInt64(source.count))
                unsafe crypto_hash_sha256_final(state, target.baseAddress!)
            } } }
        }
    }

    public mutating func openAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard Self.isUsable(key: key, nonce: nonce), tag.count == Self.tagBytes,
            plaintext.count == ciphertext.count
        else { throw .lengthInvalid }
        guard
            var opened = Self.open(
                key: key, nonce: nonce, associatedData: associatedData,
                ciphertext: ciphertext, tag: tag),
            opened.count == plaintext.count
        else {
            for index in plaintext.indices { plaintext[index] = 0 }
            throw .authenticationFailed
        }
        Self.copy(opened, to: &plaintext)
        opened.resetBytes(in: opened.startIndex..<opened.endIndex)
    }

    /// Seals AES-GCM (NIST SP 800-38D): the sender's side. The lengths are those of `openAESGCM`.
    ///
    /// A nonce must never be used twice with one key; choosing it is the caller's.
    public mutating func sealAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>, plaintext: Span<UInt8>,
        into ciphertext: inout MutableSpan<UInt8>, tag: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard Self.isUsable(key: key, nonce: nonce), tag.count == Self.tagBytes,
            ciphertext.count == plaintext.count
        else { throw .lengthInvalid }
        let box = unsafe key.withUnsafeBytes { key in
            unsafe nonce.withUnsafeBytes { nonce in
            unsafe associatedData.withUnsafeBytes { data in
            unsafe plaintext.withUnsafeBytes { source in
                // SAFETY: CryptoKit copies what it keeps; the four spans live through the closure.
                guard let nonce = unsafe try? AES.GCM.Nonce(data: nonce) else { return nil }
                let key = unsafe SymmetricKey(data: key)
                return unsafe try? AES.GCM.seal(
                    source, using: key, nonce: nonce, authenticating: data)
            } } }
        } as AES.GCM.SealedBox?
        guard let box else { preconditionFailure("sealing what was checked cannot fail") }
        Self.copy(box.ciphertext, to: &ciphertext)
        Self.copy(box.tag, to: &tag)
    }

    private static let tagBytes = 16

    private static func isUsable(key: Span<UInt8>, nonce: Span<UInt8>) -> Bool {
        (key.count == 16 || key.count == 24 || key.count == 32) && nonce.count >= nonceBytesMin
    }

    private static func copy(_ bytes: Data, to target: inout MutableSpan<UInt8>) {
        precondition(bytes.count == target.count, "CryptoKit gives what it says")
        for index in target.indices { target[index] = bytes[bytes.startIndex + index] }
    }

    /// The plaintext in CryptoKit's own memory, or nil for every refusal.
    private static func open(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>
    ) -> Data? {
        unsafe key.withUnsafeBytes { key in
        unsafe nonce.withUnsafeBytes { nonce in
        unsafe associatedData.withUnsafeBytes { data in
        unsafe ciphertext.withUnsafeBytes { source in
        unsafe tag.withUnsafeBytes { tag in
            // SAFETY: CryptoKit copies what it keeps; the five spans live through the closure.
            guard let nonce = unsafe try? AES.GCM.Nonce(data: nonce),
                let box = unsafe try? AES.GCM.SealedBox(nonce: nonce, ciphertext: source, tag: tag)
            else { return nil }
            let key = unsafe SymmetricKey(data: key)
            return unsafe try? AES.GCM.open(box, using: key, authenticating: data)
        } } } } }
    }
}
#endif
