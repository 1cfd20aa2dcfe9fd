import Foundation

/// A payload as the system hands it to an extension: a dictionary of `Any`.
struct Push {
    static let bytesMax = 16 * 1024
    let userInfo: [String: Any]

    init(line: Data) throws(Refusal) {
        guard line.count <= Push.bytesMax else { throw .tooLarge }
        guard let value = try? JSONSerialization.jsonObject(with: line, options: .fragmentsAllowed)
        else { throw .malformedJSON }
        userInfo = value as? [String: Any] ?? [:]
    }

    func notification(with opener: Opener) throws(Refusal) -> PushNotification {
        let plaintext = try opener.open(try Box(try container()))
        guard let value = try? JSONSerialization.jsonObject(with: plaintext),
            let message = value as? [String: Any]
        else { throw .malformedMessage }
        return PushNotification(message: try Message(message))
    }

    private func container() throws(Refusal) -> Any {
        if let aps = userInfo["aps"] as? [String: Any],
            let alert = aps["alert"] as? [String: Any], let payload = alert["payload"]
        {
            return payload
        }
        for place in [userInfo["payload"] as? [String: Any], userInfo] {
            guard let place, place["cipher"] != nil || place["publicKey"] != nil else { continue }
            return place
        }
        throw .unknownEnvelope
    }
}

/// The four fields, decoded.
struct Box {
    let cipher: Data
    let iv: Data
    let tag: Data
    let publicKey: Data

    init(_ container: Any) throws(Refusal) {
        guard let container = container as? [String: Any], container["v"] == nil,
            let cipher = (container["cipher"] as? String).flatMap({ Data(base64Encoded: $0) }),
            let iv = (container["iv"] as? String).flatMap({ Data(hex: $0) }),
            let tag = (container["tag"] as? String).flatMap({ Data(hex: $0) }),
            let publicKey = (container["publicKey"] as? String).flatMap({ Data(hex: $0) }),
            iv.count == 12 || iv.count == 16, tag.count == 16, publicKey.count == 33
        else { throw .malformedEnvelope }
        self.cipher = cipher
        self.iv = iv
        self.tag = tag
        self.publicKey = publicKey
    }
}

/// What the plaintext says.
struct Message {
    let type: String
    var fields: [String: Any] = [:]

    init(_ root: [String: Any]) throws(Refusal) {
        guard let type = root["type"] as? String else { throw .malformedMessage }
        guard PushNotification.texts[type] != nil else { throw .unknownType }
        self.type = type
        try keep("createdAt", of: root, String.self) { text in text.utf8.count <= 128 }
        guard let payload = root["payload"], !(payload is NSNull) else { return }
        guard let payload = payload as? [String: Any] else { throw .malformedMessage }
        try keep("paymentHash", of: payload, String.self) { text in
            text.utf8.count == 64 && Data(hex: text) != nil
        }
        try keep("orderId", of: payload, String.self) { text in text.utf8.count <= 128 }
        try keep("lspId", of: payload, String.self) { text in text.utf8.count <= 128 }
        try keep("amountMsat", of: payload, UInt64.self) { _ in true }
    }

    private mutating func keep<Value>(
        _ name: String, of object: [String: Any], _: Value.Type, _ isUsable: (Value) -> Bool
    ) throws(Refusal) {
        guard let value = object[name], !(value is NSNull) else { return }
        guard let value = value as? Value, isUsable(value) else { throw .malformedMessage }
        fields[name] = value
    }
}
