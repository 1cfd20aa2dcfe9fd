/// The silent push that goes before Blocktank's alert: `type` is `incoming_htlc_wake`, with
/// `payment_hash` and `amount_msat` in the clear (seed plan 1.6).
enum IncomingHtlcWake {
    static func read(_ push: borrowing Push, _ text: Span<UInt8>) throws(EnvelopeError) -> Envelope?
    {
        guard let type = try push.member("type", in: text),
            JSON.equals(type, "incoming_htlc_wake", in: text)
        else { return nil }
        guard let hashValue = try push.member("payment_hash", in: text),
            let hash = Message.paymentHash(hashValue, in: text),
            let amountValue = try push.member("amount_msat", in: text),
            let amount = JSON.unsigned(amountValue, in: text)
        else { throw .malformed }
        var message = Message(type: .incomingHtlc)
        message.paymentHash = hash
        message.amountMsat = amount
        return Envelope(.incomingHtlcWake, message)
    }
}
