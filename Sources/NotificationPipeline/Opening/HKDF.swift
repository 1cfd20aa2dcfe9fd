// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

internal import CNettle
internal import SecretMemory

/// HKDF over SHA-256 (RFC 5869), by nettle.
///
/// Holds its HMAC state in locked memory, made once: deriving allocates nothing.
public struct HKDFSHA256: ~Copyable {
    /// A pseudorandom key's length in bytes.
    public static let pseudorandomKeyBytes = 32
    /// The most that one expansion gives (RFC 5869, 2.3).
    public static let outputBytesMax = 255 * 32

    private var state: SecretBytes

    /// Takes the state's memory, about 400 bytes.
    public init() {
        state = SecretBytes(count: MemoryLayout<hmac_sha256_ctx>.stride)
    }

    /// The pseudorandom key of `secret` (RFC 5869, 2.2), 32 bytes. An empty salt means zeros.
    ///
    /// Throws `lengthInvalid` when `key` has another length.
    /// The corresponding C function is `hkdf_extract`.
    public mutating func extract(
        salt: Span<UInt8>, secret: Span<UInt8>, into key: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count == Self.pseudorandomKeyBytes else { throw .lengthInvalid }
        defer { state.wipe() }
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe salt.withUnsafeBufferPointer { salt in
            unsafe secret.withUnsafeBufferPointer { secret in
            unsafe key.withUnsafeMutableBufferPointer { key in
                // SAFETY: `memory` is a whole state, 8-byte aligned (its size is a multiple of 8
                // and sodium_malloc aligns the end to a page); salt and secret go with their own
                // counts; 32 writable bytes of key, checked above.
                unsafe ntf_hkdf_sha256_extract(
                    memory.baseAddress!.assumingMemoryBound(to: hmac_sha256_ctx.self),
                    salt.count, salt.baseAddress, secret.count, secret.baseAddress,
                    key.baseAddress)
            } } } }
        }
    }

    /// Fills `output` from a pseudorandom key of at least 32 bytes (RFC 5869, 2.3).
    ///
    /// Throws `lengthInvalid` for a shorter key and for more than `outputBytesMax` bytes of output;
    /// nothing is written then. The corresponding C function is `hkdf_expand`.
    public mutating func expand(
        key: Span<UInt8>, info: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) throws(OpeningError) {
        guard key.count >= Self.pseudorandomKeyBytes, output.count <= Self.outputBytesMax
        else { throw .lengthInvalid }
        guard output.count > 0 else { return }
        defer { state.wipe() }
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
            unsafe key.withUnsafeBufferPointer { key in
            unsafe info.withUnsafeBufferPointer { info in
            unsafe output.withUnsafeMutableBufferPointer { output in
                // SAFETY: a whole state, aligned as above; every pointer goes with its own count.
                unsafe ntf_hkdf_sha256_expand(
                    memory.baseAddress!.assumingMemoryBound(to: hmac_sha256_ctx.self),
                    key.count, key.baseAddress, info.count, info.baseAddress,
                    output.count, output.baseAddress)
            } } } }
        }
    }
}
