/// Threema's pushes: `threema`, an object with `box` and `nonce`, a NaCl secretbox. Without `box`
/// the message stands there in the clear.
enum Threema {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let threema = try push.object("threema", in: text) else { return nil }
        guard let boxValue = try Push.member("box", of: threema, in: text) else {
            do { return Envelope(.threema, try ThreemaMessage.read(threema, in: text)) } catch {
                throw error == .unknownType ? .unknownType : .malformed
            }
        }
        guard let nonceValue = try Push.member("nonce", of: threema, in: text),
            let nonce = Base64.decode(nonceValue, in: text, into: &scratch.decoded, .standardLoose),
            let sealed = Base64.decode(boxValue, in: text, into: &scratch.decoded, .standardLoose),
            let box = SymmetricBox(.secretBox, nonce: nonce, tagFirst: sealed)
        else { throw .malformed }
        return Envelope(.threema, .symmetric(box), KeySlot(.threema))
    }
}
