internal import CSodium

extension SecretBytes {
    /// A secret that holds a copy of `bytes`; the caller wipes the source if it was secret too.
    public init(copying bytes: Span<UInt8>) {
        self.init(count: bytes.count)
        withMutableBytes { target in
            for index in bytes.indices { target[index] = bytes[index] }
        }
    }

    /// `count` fresh random bytes from the operating system.
    public static func random(count: Int) -> SecretBytes {
        var secret = SecretBytes(count: count)
        secret.withMutableBytes { target in fillWithRandom(&target) }
        return secret
    }
}

/// Fills the caller's memory with random bytes of the operating system: nonces, salts, file names.
///
/// Allocates nothing. The corresponding C function is `randombytes_buf`.
public func fillWithRandom(_ target: inout MutableSpan<UInt8>) {
    Sodium.start()
    unsafe target.withUnsafeMutableBytes { raw in
        guard let base = raw.baseAddress else { return }
        // SAFETY: randombytes_buf writes exactly `raw.count` bytes.
        unsafe randombytes_buf(base, raw.count)
    }
}
