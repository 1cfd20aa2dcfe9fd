/// Writes a notification as one line of JSON: a valid APNs payload, with what is known under `ntf`.
public enum NotificationWriter {
    /// Appends the line, newline included, to `line`, which holds at least `Limits.lineBytesMax`
    /// free bytes. Allocates nothing.
    public static func write(
        _ notification: Notification, _ catalog: Catalog, to line: inout ByteBuffer
    ) {
        var json = JSONWriter(room: Limits.lineBytesMax)
        json.open("{", &line)
        writeAPS(notification, catalog, &json, &line)
        writeDetails(notification, &json, &line)
        json.close("}", &line)
        json.raw("\n", &line)
        precondition(json.fits, "a line of output stays below Limits.lineBytesMax")
    }

    private static func writeAPS(
        _ notification: Notification, _ catalog: Catalog,
        _ json: inout JSONWriter, _ line: inout ByteBuffer
    ) {
        json.key("aps", &line)
        json.open("{", &line)
        json.key("alert", &line)
        json.open("{", &line)
        catalog.withText(notification.text) { title, body in
            json.key("title", &line)
            json.string(title, &line)
            json.key("body", &line)
            json.string(body, &line)
        }
        json.close("}", &line)
        json.field("sound", "default", &line)
        json.field("interruption-level", "time-sensitive", &line)
        if let type = notification.shownType {
            json.key("relevance-score", &line)
            json.raw("1", &line)
            if type.isIncomingPayment { json.field("category", "INCOMING_PAYMENT", &line) }
            json.field("thread-id", type.topic, &line)
        }
        json.close("}", &line)
    }

    private static func writeDetails(
        _ notification: Notification, _ json: inout JSONWriter, _ line: inout ByteBuffer
    ) {
        json.key("ntf", &line)
        json.open("{", &line)
        json.field("outcome", notification.outcomeName, &line)
        if case .fallback(let refusal) = notification.outcome {
            json.field("reason", refusal.reason, &line)
        }
        if let envelope = notification.envelope { json.field("envelope", envelope.name, &line) }
        if let message = notification.message {
            json.field("type", message.type.name, &line)
            json.field("id", message.id, &line)
            json.field("paymentHash", message.paymentHash, &line)
            json.field("orderId", message.orderId, &line)
            json.field("lspId", message.lspId, &line)
            json.field("amountMsat", message.amountMsat, &line)
            json.field("createdAt", message.createdAt, &line)
            json.field("deadline", message.deadline, &line)
        }
        json.field("stored", notification.isStored, &line)
        if notification.storage == .duplicate { json.field("duplicate", true, &line) }
        if notification.isExpired { json.field("expired", true, &line) }
        json.close("}", &line)
    }
}

extension Notification {
    /// The type, unless the notification is a fallback.
    var shownType: NotificationType? {
        if case .fallback = outcome { return nil }
        return message?.type
    }

    /// Whether a record of this push lies in the group directory.
    public var isStored: Bool { storage == .recorded || storage == .duplicate }

    var outcomeName: StaticString {
        switch outcome {
        case .decrypted: "decrypted"
        case .plain: "plain"
        case .fallback: "fallback"
        }
    }
}
