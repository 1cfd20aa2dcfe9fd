/// Writes a notification as one line of JSON: a valid APNs payload, with what is known under `ntf`.
public enum NotificationWriter {
    /// Appends the line, newline included, to `line`, which holds at least `lineBytesMax` free
    /// bytes. Allocates nothing.
    ///
    /// - Parameter message: the plaintext, to be shown whole under `ntf.message`; nil leaves it out.
    public static func write(
        _ notification: Notification, _ catalog: Catalog, message: Span<UInt8>? = nil,
        to line: inout ByteBuffer
    ) {
        var json = JSONWriter(room: lineBytesMax(messageBytes: message?.count ?? 0))
        json.open("{", &line)
        writeAPS(notification, catalog, &json, &line)
        writeDetails(notification, message, &json, &line)
        json.close("}", &line)
        json.raw("\n", &line)
        precondition(json.fits, "a line of output stays below its limit")
    }

    /// The longest line with a message of so many bytes in it, or with none.
    public static func lineBytesMax(messageBytes: Int) -> Int {
        Limits.lineBytesMax + 6 * messageBytes
    }

    private static func writeAPS(
        _ notification: Notification, _ catalog: Catalog,
        _ json: inout JSONWriter, _ line: inout ByteBuffer
    ) {
        json.key("aps", &line)
        json.open("{", &line)
        json.key("alert", &line)
        json.open("{", &line)
        notification.withTexts(catalog) { title, subtitle, body in
            json.key("title", &line)
            json.string(title, &line)
            if subtitle.count > 0 {
                json.key("subtitle", &line)
                json.string(subtitle, &line)
            }
            json.key("body", &line)
            json.string(body, &line)
        }
        json.close("}", &line)
        json.field("sound", "default", &line)
        json.field(
            "interruption-level", (notification.shownType?.urgency ?? .timeSensitive).name, &line)
        if let type = notification.shownType, let envelope = notification.envelope {
            json.key("relevance-score", &line)
            json.raw(type.relevance, &line)
            if type.isIncomingPayment { json.field("category", "INCOMING_PAYMENT", &line) }
            json.key("thread-id", &line)
            json.raw("\"", &line)
            json.raw(envelope.family, &line)
            json.raw(".", &line)
            json.raw(type.name, &line)
            json.raw("\"", &line)
        }
        json.close("}", &line)
    }

    private static func writeDetails(
        _ notification: Notification, _ message: Span<UInt8>?, _ json: inout JSONWriter,
        _ line: inout ByteBuffer
    ) {
        json.key("ntf", &line)
        json.open("{", &line)
        json.field("outcome", notification.outcomeName, &line)
        if case .fallback(let refusal) = notification.outcome {
            json.field("reason", refusal.reason, &line)
        }
        if let envelope = notification.envelope { json.field("envelope", envelope.name, &line) }
        if !notification.isAuthenticated { json.field("unauthenticated", true, &line) }
        if let message = notification.message {
            json.field("type", message.type.name, &line)
            json.field("account", message.account, &line)
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
        if let message { writeMessage(message, &json, &line) }
        json.close("}", &line)
    }

    /// JSON as it is, in one line; else text; else, what is no text at all, its bytes in hex.
    private static func writeMessage(
        _ message: Span<UInt8>, _ json: inout JSONWriter, _ line: inout ByteBuffer
    ) {
        json.key("message", &line)
        if (try? JSON.check(message)) != nil {
            json.oneLine(message, &line)
        } else if UTF8Check.isValid(message) {
            json.string(message, &line)
        } else {
            json.open("{", &line)
            json.key("hex", &line)
            json.hex(message, &line)
            json.close("}", &line)
        }
    }
}

extension Notification {
    /// The type, unless the notification is a fallback.
    var shownType: NotificationType? {
        if case .fallback = outcome { return nil }
        return message?.type
    }

    /// Lends the texts it is shown with while `use` runs: the message's own where it has some and
    /// may say them, else the catalog's. The subtitle may be empty. Allocates nothing.
    public func withTexts<Result>(
        _ catalog: Catalog,
        _ use: (_ title: Span<UInt8>, _ subtitle: Span<UInt8>, _ body: Span<UInt8>) -> Result
    ) -> Result {
        let said = catalog.isDiscreet || shownType == nil ? nil : message
        let words = said?.words ?? Words()
        return catalog.withText(text, sats: said?.amountMsat.map(Amount.sats)) { title, body in
            words.title.withBytes { ownTitle in
                words.subtitle.withBytes { subtitle in
                    words.body.withBytes { ownBody in
                        use(
                            ownTitle.count > 0 ? ownTitle : title, subtitle,
                            ownBody.count > 0 ? ownBody : body)
                    }
                }
            }
        }
    }

    /// Whether it is shown with the mark of something that cannot wait.
    public var isTimeSensitive: Bool {
        (shownType?.urgency ?? .timeSensitive) == .timeSensitive
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
