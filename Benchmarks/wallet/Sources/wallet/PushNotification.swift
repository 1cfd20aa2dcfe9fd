/// What is shown, and what is said about it.
struct PushNotification {
    /// The title and the body of each type.
    static let texts = [
        "incomingHtlc": ("Payment Incoming", "Open now to receive - funds are being held"),
        "cjitPaymentArrived": ("Payment Incoming", "Open now to receive via new channel"),
        "orderPaymentConfirmed": ("Channel Ready", "Open Bitkit to complete setup"),
        "mutualClose": ("Channel Closed", "Funds moved to savings"),
        "wakeToTimeout": ("Payment Pending", "Open Bitkit to process pending payment"),
    ]

    let userInfo: [String: Any]

    init(message: Message) {
        let (title, body) = PushNotification.texts[message.type] ?? ("", "")
        var aps = PushNotification.aps(title, body)
        aps["relevance-score"] = 1
        aps["thread-id"] = "blocktank." + message.type
        if message.type == "incomingHtlc" || message.type == "cjitPaymentArrived" {
            aps["category"] = "INCOMING_PAYMENT"
        }
        var details = message.fields
        details["outcome"] = "decrypted"
        details["envelope"] = "blocktank-v0"
        details["type"] = message.type
        details["stored"] = false
        userInfo = ["aps": aps, "ntf": details]
    }

    init(fallback refusal: Refusal) {
        var details: [String: Any] = [
            "outcome": "fallback", "reason": refusal.rawValue, "stored": false,
        ]
        if refusal.isBehindEnvelope { details["envelope"] = "blocktank-v0" }
        userInfo = [
            "aps": PushNotification.aps("Bitkit", "Open Bitkit to check for new activity"),
            "ntf": details,
        ]
    }

    private static func aps(_ title: String, _ body: String) -> [String: Any] {
        [
            "alert": ["title": title, "body": body], "sound": "default",
            "interruption-level": "time-sensitive",
        ]
    }
}
