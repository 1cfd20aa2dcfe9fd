#if canImport(CryptoKit)
internal import CryptoKit
internal import Foundation

/// HKDF over SHA-256 by CryptoKit, which wipes its copies of keys. Lengths are the caller's to check.
struct CryptoKitHKDF: ~Copyable {
    /// Writes the pseudorandom key of `secret`, 32 bytes.
    mutating func extract(
        salt: Span<UInt8>, secret: Span<UInt8>, into key: inout MutableSpan<UInt8>
    ) {
        let extracted = unsafe salt.withUnsafeBytes { salt in
            unsafe secret.withUnsafeBytes { secret in
                // SAFETY: CryptoKit copies what it keeps; both live through the closure.
                unsafe HKDF<SHA256>.extract(
                    inputKeyMaterial: SymmetricKey(data: secret), salt: salt)
            }
        }
        unsafe extracted.withUnsafeBytes { bytes in unsafe copy(bytes, to: &key) }
    }

    /// Fills `output` from a pseudorandom key.
    mutating func expand(
        key: Span<UInt8>, info: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) {
        let count = output.count
        let expanded = unsafe key.withUnsafeBytes { key in
            unsafe info.withUnsafeBytes { info in
                // SAFETY: as above.
                unsafe HKDF<SHA256>.expand(
                    pseudoRandomKey: key, info: info, outputByteCount: count)
            }
        }
        unsafe expanded.withUnsafeBytes { bytes in unsafe copy(bytes, to: &output) }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, to target: inout MutableSpan<UInt8>) {
        precondition(bytes.count == target.count, "what was asked for is what comes")
        // SAFETY: the indices are those of the target, which is as long.
        for index in target.indices { target[index] = unsafe bytes[index] }
    }
}
#endif
