internal import CSodium
internal import SecretMemory

/// HMAC-SHA256 (RFC 2104, FIPS 198-1) over a message in parts, by libsodium.
///
/// Holds its state in locked memory, made once: authenticating allocates nothing. Every message is
/// `start`, any number of `update`, then `finish` or `verify`, after which the state is wiped.
public struct HMACSHA256: ~Copyable {
    /// A whole tag's length in bytes.
    public static let tagBytes = 32
    /// The shortest truncated tag taken: half of the hash (RFC 2104, 5).
    public static let truncatedTagBytesMin = 16

    /// libsodium's state, and behind it room for the tag computed last.
    private var state: SecretBytes
    private var isStarted = false

    /// Takes the state's memory, 240 bytes.
    public init() {
        state = SecretBytes(count: Self.stateBytes + Self.tagBytes)
    }

    /// Begins a message under a key of any length. What was begun before is forgotten.
    /// The corresponding C function is `crypto_auth_hmacsha256_init`.
    public mutating func start(key: Span<UInt8>) {
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
                unsafe key.withUnsafeBufferPointer { key in
                    // SAFETY: `memory` begins with a whole state, 8-byte aligned (240 bytes that
                    // sodium_malloc ends on a page); `key` goes with its own count. An empty key
                    // may have no address: `memory` stands in for it, and nothing is read.
                    let base = memory.baseAddress!
                    let code = unsafe crypto_auth_hmacsha256_init(
                        base.assumingMemoryBound(to: State.self),
                        key.baseAddress ?? UnsafePointer(base.assumingMemoryBound(to: UInt8.self)),
                        key.count)
                    precondition(code == 0, "starting HMAC-SHA256 cannot fail")
                }
            }
        }
        isStarted = true
    }

    /// Adds the next part of the message.
    /// The corresponding C function is `crypto_auth_hmacsha256_update`.
    public mutating func update(_ part: Span<UInt8>) {
        precondition(isStarted, "a message is started before it is added to")
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
                unsafe part.withUnsafeBufferPointer { part in
                    // SAFETY: a whole state, started above; `part` goes with its own count.
                    let code = unsafe crypto_auth_hmacsha256_update(
                        memory.baseAddress!.assumingMemoryBound(to: State.self),
                        part.baseAddress, UInt64(part.count))
                    precondition(code == 0, "adding to HMAC-SHA256 cannot fail")
                }
            }
        }
    }

    /// Ends the message and writes its tag: 32 bytes, or the first 16 to 31 where `tag` is shorter.
    ///
    /// Throws `lengthInvalid` for any other length; the message is over all the same.
    public mutating func finish(into tag: inout MutableSpan<UInt8>) throws(OpeningError) {
        compute()
        defer { state.wipe() }
        guard Self.isTagLength(tag.count) else { throw .lengthInvalid }
        state.withBytes { memory in
            for index in tag.indices { tag[index] = memory[Self.stateBytes + index] }
        }
    }

    /// Ends the message and compares its tag with `tag` in constant time; a tag of 16 to 31 bytes
    /// is compared with the first bytes of the whole one.
    ///
    /// Throws `lengthInvalid` for any other length, `authenticationFailed` when they differ.
    public mutating func verify(tag: Span<UInt8>) throws(OpeningError) {
        compute()
        defer { state.wipe() }
        guard Self.isTagLength(tag.count) else { throw .lengthInvalid }
        let isGenuine = state.withBytes { memory in
            let start = Self.stateBytes
            return constantTimeEqual(memory.extracting(start..<start + tag.count), tag)
        }
        guard isGenuine else { throw .authenticationFailed }
    }

    private typealias State = crypto_auth_hmacsha256_state
    private static let stateBytes = MemoryLayout<State>.stride

    private static func isTagLength(_ count: Int) -> Bool {
        count >= truncatedTagBytesMin && count <= tagBytes
    }

    /// Puts the whole tag behind the state. The C function is `crypto_auth_hmacsha256_final`.
    private mutating func compute() {
        precondition(isStarted, "a message is started before it ends")
        isStarted = false
        state.withMutableBytes { memory in
            unsafe memory.withUnsafeMutableBytes { memory in
                // SAFETY: a whole, started state; 32 writable bytes behind it.
                let base = memory.baseAddress!
                let target = unsafe base + Self.stateBytes
                let code = unsafe crypto_auth_hmacsha256_final(
                    base.assumingMemoryBound(to: State.self),
                    target.assumingMemoryBound(to: UInt8.self))
                precondition(code == 0, "ending HMAC-SHA256 cannot fail")
            }
        }
    }
}
