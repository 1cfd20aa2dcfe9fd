// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

#if canImport(CryptoKit) || NTF_SWIFT_CRYPTO
#if canImport(CryptoKit)
internal import CryptoKit
internal import Foundation
#else
internal import Crypto
internal import FoundationEssentials
public import NotificationPipeline
#endif

/// `Cryptography` on CryptoKit, for Apple's platforms; elsewhere the tests compile this very file
/// against swift-crypto, which has the same API, and compare it with `NettleCryptography`.
///
/// CryptoKit keeps its keys in memory that it wipes, allocates for every call, and takes no nonce
/// of fewer than 12 bytes.
public struct CryptoKitCryptography: Cryptography, ~Copyable {
    public init() {}

    public mutating func sha256(_ input: Span<UInt8>, into digest: inout MutableSpan<UInt8>) {
        precondition(digest.count == SHA256.byteCount, "SHA-256 gives 32 bytes")
        var hash = SHA256()
        unsafe input.withUnsafeBytes { source in
            // SAFETY: `source` lives through the call, which keeps nothing of it.
            unsafe hash.update(bufferPointer: source)
        }
        var index = 0
        for byte in hash.finalize() {
            digest[index] = byte
            index += 1
        }
    }

    public mutating func openAESGCM(
        key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>,
        ciphertext: Span<UInt8>, tag: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == 16 || key.count == 24 || key.count == 32, nonce.count >= 12,
            tag.count == 16, plaintext.count == ciphertext.count
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
        for index in plaintext.indices { plaintext[index] = opened[opened.startIndex + index] }
        opened.resetBytes(in: opened.startIndex..<opened.endIndex)
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
