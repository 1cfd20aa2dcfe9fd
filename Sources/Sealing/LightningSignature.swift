// The pyramids of lent pointers read better flat.
// swift-format-ignore-file

internal import CSecp256k1
public import NotificationPipeline
internal import SecretMemory

/// A signed message as Lightning nodes have it: over SHA-256 twice of `Lightning Signed Message:` and
/// the message, recoverable, and deterministic (RFC 6979).
public struct LightningSignature: Sendable {
    /// 31 and the recovery id, then r and s, 32 bytes each.
    public let bytes: [UInt8]

    /// Signs with a node's key. Throws `keyUnusable` when `record` has no secp256k1 secret.
    /// The corresponding C function is `secp256k1_ecdsa_sign_recoverable`.
    public init(_ message: String, signedBy record: borrowing KeyRecord) throws(SealingError) {
        let digest = LightningSignature.digest(of: message)
        bytes = try record.withKey { (secret) throws(SealingError) in
            guard Secp256k1.isPrivateKey(secret) else { throw .keyUnusable }
            return LightningSignature.sign(digest, secret)
        }
    }

    /// Lower-case hexadecimal digits, 130 of them.
    public var hex: String { Spelling.hex(bytes) }

    /// z-base-32, as nodes print it, 104 characters.
    public var zbase32: String { Spelling.zbase32(bytes) }

    private static func digest(of message: String) -> [UInt8] {
        var digest = Array("Lightning Signed Message:\(message)".utf8)
        var crypto = PlatformCryptography()
        for _ in 0..<2 {
            let input = digest
            digest = [UInt8](repeating: 0, count: 32)
            var target = digest.mutableSpan
            crypto.sha256(input.span, into: &target)
        }
        return digest
    }

    private static func sign(_ digest: [UInt8], _ secret: Span<UInt8>) -> [UInt8] {
        // SAFETY: created here and destroyed here; nil only when memory ran out.
        guard let context = unsafe secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))
        else { fatalError("no memory left for a secp256k1 context") }
        defer { unsafe secp256k1_context_destroy(context) }
        var signature = secp256k1_ecdsa_recoverable_signature()
        var compact = [UInt8](repeating: 0, count: 64)
        var recovery: Int32 = 0
        let made = unsafe secret.withUnsafeBufferPointer { secret in
            unsafe digest.withUnsafeBufferPointer { digest in
            unsafe compact.withUnsafeMutableBufferPointer { target in
                // SAFETY: 32 bytes of digest, 32 of a secret that was checked, 64 writable ones;
                // without a function of its own the library takes RFC 6979's.
                let made = unsafe secp256k1_ecdsa_sign_recoverable(
                    context, &signature, digest.baseAddress!, secret.baseAddress!, nil, nil)
                unsafe secp256k1_ecdsa_recoverable_signature_serialize_compact(
                    context, target.baseAddress!, &recovery, &signature)
                return made
            } }
        }
        precondition(made == 1, "a checked key signs")
        return [31 + UInt8(recovery)] + compact
    }
}
