import Foundation

/// Pushes in which nothing is sealed.
enum PlainPushes {
    static let hash = String(repeating: "e3", count: 32)

    static let phoenix = #"{"reason":"IncomingPayment","node_id_hash":"\#(hash)"}"#
    static let breez =
        #"{"notification_type":"swap_updated","notification_payload":"{\"id\":\"s1\"}"}"#
    static let check = #"{"notificationData":{"checkMessages":true}}"#
    static let threema = #"{"threema":{"cmd":"newmsg","from":"ECHOECHO","messageId":"01"}}"#
    static let silent =
        #"{"type":"incoming_htlc_wake","payment_hash":"\#(hash)","amount_msat":21000}"#
    static let fallback =
        #"{"wake_fallback":{"v":1,"id":"01a0c450-6c00-7000-8000-000000000001","#
        + #""topic":"blocktank.mutualClose"}}"#

    static let all = [phoenix, breez, check, threema, silent, fallback]
}

/// The members of several pushes in one; of members that are in two, the first push's counts.
func merged(_ pushes: String...) throws -> String {
    var members: [String: Any] = [:]
    for push in pushes {
        let object = try JSONSerialization.jsonObject(with: Data(push.utf8))
        members.merge(object as? [String: Any] ?? [:]) { first, _ in first }
    }
    let data = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
}
