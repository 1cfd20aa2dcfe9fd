internal import CSodium

/// Whether two byte sequences are equal, in a time that depends on their lengths alone.
///
/// Lengths are public here: sequences of different length are unequal at once.
/// The corresponding C function is `sodium_memcmp`. Allocates nothing.
public func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count > 0 else { return true }
    return unsafe left.withUnsafeBufferPointer { one in
        unsafe right.withUnsafeBufferPointer { other in
            // SAFETY: both have exactly `one.count` readable bytes, checked above.
            unsafe sodium_memcmp(one.baseAddress!, other.baseAddress!, one.count) == 0
        }
    }
}
