/// The Breez SDK's pushes, which are in the clear: `notification_type` and `notification_payload`,
/// a JSON text, at the top or in `body` (Expo).
enum Breez {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        var (type, payload): (JSONValue?, JSONValue?)
        if let body = try push.object("body", in: text) {
            type = try Push.member("notification_type", of: body, in: text)
            payload = try Push.member("notification_payload", of: body, in: text)
        } else {
            type = try push.member("notification_type", in: text)
            payload = try push.member("notification_payload", in: text)
        }
        guard let type else { return nil }
        guard type.kind == .string else { throw .malformed }
        guard let known = Breez.type(of: type, in: text) else { throw .unknownType }
        var message = Message(type: known)
        if let payload, payload.kind != .null {
            try Wake.unpack(payload, in: text, into: &scratch.nested)
            do { try read(scratch.nested, &scratch.decoded, into: &message) } catch {
                throw .malformed
            }
        }
        return Envelope(.breez, message)
    }

    private static func read(
        _ nested: borrowing ByteBuffer, _ inner: inout ByteBuffer, into message: inout Message
    ) throws(MessageError) {
        try nested.withBytes { (text) throws(MessageError) in
            let payload = MessageObject(JSON.root(of: text))
            switch message.type {
            case .swapUpdated: message.id = try payload.optional("id", in: text, JSON.text)
            case .lnurlpayInvoice:
                message.amountMsat = try payload.optional("amount", in: text, JSON.unsigned)
            case .lnurlpayVerify:
                message.paymentHash = try payload.optional(
                    "payment_hash", in: text, Message.paymentHash)
            case .nwcEvent:
                guard let event = try payload.member("event", in: text) else { return }
                // JSON in a string in a string.
                do throws(EnvelopeError) {
                    try Wake.unpack(event, in: text, into: &inner)
                } catch { throw .malformed }
                message.id = try eventIdentifier(inner)
            default: break
            }
        }
    }

    /// The `id` of a Nostr event.
    private static func eventIdentifier(
        _ event: borrowing ByteBuffer
    ) throws(MessageError) -> BoundedText? {
        try event.withBytes { (text) throws(MessageError) in
            try MessageObject(JSON.root(of: text)).optional("id", in: text, JSON.text)
        }
    }

    private static func type(of name: JSONValue, in text: Span<UInt8>) -> NotificationType? {
        if JSON.equals(name, "swap_updated", in: text) { return .swapUpdated }
        if JSON.equals(name, "invoice_request", in: text) { return .invoiceRequest }
        if JSON.equals(name, "lnurlpay_info", in: text) { return .lnurlpayInfo }
        if JSON.equals(name, "lnurlpay_invoice", in: text) { return .lnurlpayInvoice }
        if JSON.equals(name, "lnurlpay_verify", in: text) { return .lnurlpayVerify }
        return JSON.equals(name, "nwc_event", in: text) ? .nwcEvent : nil
    }
}
