/// Alby's message, a wallet notification of NIP-47: `{"notification_type","notification":
/// {"amount","description"}}`, amounts in millisatoshi.
enum AlbyMessage {
    static func read(_ text: Span<UInt8>) throws(MessageError) -> Message {
        let root = try MessageObject(root: text)
        guard let name = try root.string("notification_type", in: text) else { throw .malformed }
        guard let type = type(of: name, in: text) else { throw .unknownType }
        var message = Message(type: type)
        guard let details = try root.member("notification", in: text), details.kind != .null
        else { return message }
        guard details.kind == .object else { throw .malformed }
        let notification = MessageObject(details)
        message.amountMsat = try notification.optional("amount", in: text, JSON.unsigned)
        message.paymentHash = try notification.optional(
            "payment_hash", in: text, Message.paymentHash)
        var words = Words()
        words.body = Words.body(try notification.string("description", in: text), in: text)
        message.words = words
        return message
    }

    private static func type(of name: JSONValue, in text: Span<UInt8>) -> NotificationType? {
        if JSON.equals(name, "payment_received", in: text) { return .paymentReceived }
        if JSON.equals(name, "payment_sent", in: text) { return .paymentSent }
        return JSON.equals(name, "hold_invoice_accepted", in: text) ? .holdInvoiceAccepted : nil
    }
}
