/// Phoenix' pushes, which are in the clear: `reason` says what to do, `node_id_hash` for which
/// wallet.
enum Phoenix {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>
    ) throws(EnvelopeError) -> Envelope? {
        guard let reason = try push.string("reason", in: text) else { return nil }
        let node = try push.member("node_id_hash", in: text)
        guard let type = type(of: reason, in: text) else {
            // The name alone is anybody's.
            if node != nil { throw .unknownType }
            return nil
        }
        var message = Message(type: type)
        if let node, node.kind != .null {
            guard let hash = JSON.text(node, in: text) else { throw .malformed }
            message.account = hash.lowercasedHex
        }
        // Firebase numbers its messages; nothing else tells two of them apart.
        if let id = try push.member("gcm.message_id", in: text) {
            message.id = JSON.identifier(id, in: text)
        }
        return Envelope(.phoenix, message)
    }

    private static func type(of reason: JSONValue, in text: Span<UInt8>) -> NotificationType? {
        if JSON.equals(reason, "IncomingPayment", in: text) { return .incomingPayment }
        if JSON.equals(reason, "IncomingOnionMessage", in: text) { return .incomingOnionMessage }
        // A server wrote it so for a while, and Phoenix reads it.
        if JSON.equals(reason, "IncomingOnionMessage$", in: text) { return .incomingOnionMessage }
        return JSON.equals(reason, "PendingSettlement", in: text) ? .pendingSettlement : nil
    }
}
