/// Bark's encrypted pushes: `ciphertext`, base64, and perhaps `iv`, whose characters are the bytes.
///
/// Which of AES's modes it is, the push does not say: that goes with the key.
enum Bark {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let ciphertext = try push.member("ciphertext", in: text) else { return nil }
        guard
            let sealed = Base64.decode(
                ciphertext, in: text, into: &scratch.decoded, .standardLoose)
        else { throw .malformed }
        let iv: Range<Int>?
        if let value = try push.member("iv", in: text), value.kind != .null {
            let start = scratch.decoded.count
            guard JSON.unescape(value, in: text, into: &scratch.decoded) else { throw .malformed }
            iv = start..<scratch.decoded.count
        } else {
            iv = nil
        }
        return Envelope(
            .bark, .bark(BarkBox(ciphertext: sealed, iv: iv)), KeySlot(.bark))
    }
}

/// What Bark sealed; the last 16 bytes are a tag if its key is for GCM.
public struct BarkBox: Sendable {
    let ciphertext: Range<Int>
    /// The push's own IV; without one the key's counts.
    let iv: Range<Int>?
}
