import NotificationPipeline
import Sealing
import SecretMemory

/// The pushes the audit sends through the pipeline, sealed here with fixed keys, all different.
struct AuditPushes {
    /// The slots and texts of keys that seal nobody's money.
    static let keys: [(slot: String, text: String)] = [
        ("blocktank", secret("22")), ("zulip:10", secret("23")), ("threema", secret("24")),
        ("session", secret("25")), ("homeassistant", secret("26")), ("bisq", secret("27")),
        ("reown:" + topic, secret("28")), ("webpush", object("auth", secret("2a", count: 16))),
        ("simplex", object("peer", secret("09"))),
        ("simplex:" + queue, #"{"shared":"\#(secret("2b"))"}"#),
        ("alby:" + app, object("version", "1.0")), ("bark", object("mode", "gcm")),
    ]

    private static let topic = secret("0a")
    private static let app = secret("0b")
    private static let queue = "ZRFqIw0dJ8IWtJ_DpNrl2x7gagw3FR0S"

    private static func secret(_ byte: String, count: Int = 32) -> String {
        String(repeating: byte, count: count)
    }

    private static func object(_ name: String, _ value: String) -> String {
        #"{"secret":"\#(secret("29"))","\#(name)":"\#(value)"}"#
    }

    /// The record of a slot, as its owner and its sender have it.
    private static func record(_ slot: String) -> KeyRecord {
        do { return try KeyRecord(generation: 1, material: material(slot)) } catch {
            preconditionFailure("a fixed key is a key")
        }
    }

    /// The fields of a slot's key.
    static func material(_ name: String) -> SecretBytes {
        guard let slot = KeySlot(name), let key = keys.first(where: { key in key.slot == name }),
            let material = try? KeyText.read(Array(key.text.utf8).span, for: slot.format)
        else { preconditionFailure("a fixed key is a key") }
        return material
    }

    /// Push number `number` of a kind.
    func push(_ kind: AuditKind, _ number: Int) -> [UInt8] {
        // The sender's key and the nonce come from the seed.
        let sender = kind == .repeatingSender ? 0 : number
        var randomness = SeededRandomness(seed: Array("\(kind.rawValue) \(sender)".utf8).span)
        let message = Array(AuditPushes.message(kind, number).utf8)
        do throws(SealingError) {
            switch kind {
            case .wakeFallback, .incomingHtlcWake, .phoenix: return message
            case .refused: return refused(number)
            default: return Array(try seal(kind, message.span, &randomness).text.utf8)
            }
        } catch { preconditionFailure("fixed keys seal") }
    }

    private func seal(
        _ kind: AuditKind, _ message: Span<UInt8>, _ randomness: inout SeededRandomness
    ) throws(SealingError) -> SealedPush {
        switch kind {
        case .wakeV1: try Seal.wake(message, to: try device(), &randomness)
        case .webPush: try webPush(message, &randomness)
        case .simplex: try simplex(&randomness)
        case .zulip:
            try Seal.zulip(message, to: AuditPushes.record("zulip:10"), keyID: 10, &randomness)
        case .threema: try Seal.threema(message, to: AuditPushes.record("threema"), &randomness)
        case .session: try Seal.session(message, to: AuditPushes.record("session"), &randomness)
        case .homeAssistant:
            try Seal.homeAssistant(message, to: AuditPushes.record("homeassistant"), &randomness)
        case .reown:
            try Seal.reown(
                message, to: AuditPushes.record("reown:" + AuditPushes.topic),
                topic: AuditPushes.topic, tag: 1108, &randomness)
        case .alby:
            try Seal.alby(
                message, to: AuditPushes.record("alby:" + AuditPushes.app),
                appPublicKey: AuditPushes.app, &randomness)
        case .bark: try Seal.bark(message, to: AuditPushes.record("bark"), &randomness)
        case .bisq: try Seal.bisq(message, to: AuditPushes.record("bisq"), &randomness)
        default: try Seal.blocktank(message, to: try device(), &randomness)
        }
    }

    private func device() throws(SealingError) -> Secp256k1Point {
        try Secp256k1Point(publicHalfOf: AuditPushes.record("blocktank"))
    }

    private func webPush(
        _ message: Span<UInt8>, _ randomness: inout SeededRandomness
    ) throws(SealingError) -> SealedPush {
        let recipient = try WebPushRecipient(AuditPushes.record("webpush"))
        return try Seal.webPush(
            message, to: recipient, WebPushForm(.aes128gcm, .generic), &randomness)
    }

    private func simplex(_ randomness: inout SeededRandomness) throws(SealingError) -> SealedPush {
        let item = try Seal.simplexItem(
            queue: "smp://AAAA@example.org/" + AuditPushes.queue, seconds: 1_700_000_000,
            to: AuditPushes.record("simplex:" + AuditPushes.queue), &randomness)
        return try Seal.simplex(
            Array(item.utf8).span, to: AuditPushes.record("simplex"), &randomness)
    }

    /// The ways a push goes wrong, one after another.
    private func refused(_ number: Int) -> [UInt8] {
        var push = self.push(.blocktankV0, number)
        switch number % 5 {
        case 1: push.removeLast()  // no JSON
        case 2: push = Array(#"{"aps":{"alert":"hello"}}"#.utf8)  // nothing of ours
        case 3: push = Array(#"{"cipher":"AAAA","iv":"00","tag":"00","publicKey":"02"}"#.utf8)
        case 0:  // another tag; first, so that the keystore is read for the first push
            let tag = Array(#""tag":""#.utf8)
            let start = push.indices.first { index in push[index...].starts(with: tag) }
            if let start {
                let digit = start + tag.count
                push[digit] =
                    push[digit] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            }
        default:
            push = Array(
                #"{"wake_fallback":{"v":1,"id":"x","topic":"blocktank.mutualClose"}}"#.utf8)
        }
        return push
    }
}

extension AuditPushes {
    /// What is sealed, or for a format in the clear the push itself.
    private static func message(_ kind: AuditKind, _ number: Int) -> String {
        switch kind {
        case .blocktankV0, .repeatingSender, .refused:
            #"{"source":"blocktank","type":"incomingHtlc","payload":{"paymentHash":null,"#
                + #""orderId":"order-\#(number)","amountMsat":21000},"#
                + #""createdAt":"2024-01-01T00:00:00.000Z"}"#
        case .wakeV1:
            #"{"v":1,"id":"\#(identifier(number))","topic":"blocktank.incomingHtlc","#
                + #""urgency":"alert","deadline":4000000000,"payload":{"orderId":"wake-\#(number)"}}"#
        case .wakeFallback:
            #"{"wake_fallback":{"v":1,"id":"\#(identifier(number))","#
                + #""topic":"blocktank.mutualClose"}}"#
        case .incomingHtlcWake:
            #"{"type":"incoming_htlc_wake","payment_hash":"\#(padded(number, 64))","#
                + #""amount_msat":21000}"#
        case .webPush:
            #"{"notification_id":\#(number),"notification_type":"mention","title":"Anna &amp; Bo","#
                + #""body":"You have a new mention \u2026"}"#
        case .simplex: ""
        case .zulip:
            #"{"type":"message","message_id":\#(number),"sender_full_name":"Zoë","content":"Hi 👋🏽","#
                + #""recipient_type":"channel","channel_name":"general","topic":"greetings"}"#
        case .threema: #"{"cmd":"newmsg","from":"ABCDEFGH","messageId":"\#(padded(number, 16))"}"#
        case .session: ##"{"@":"05","#":"hash-\##(number)","n":0,"t":1700000000}"##
        case .homeAssistant: #"{"title":"Door","message":"Somebody rang, number \#(number)"}"#
        case .reown: #"{"id":\#(number),"jsonrpc":"2.0","method":"wc_sessionRequest","params":{}}"#
        case .alby:
            #"{"notification_type":"payment_received","#
                + #""notification":{"amount":\#(number * 1000),"description":"coffee"}}"#
        case .bark: #"{"title":"Weather","body":"Rain at \#(number)","id":"\#(number)"}"#
        case .bisq:
            #"{"id":"\#(number)","title":"Trade","message":"Payment sent","tradeId":"t"}"#
        case .phoenix: #"{"reason":"IncomingPayment","gcm.message_id":\#(number)}"#
        }
    }

    private static func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: count - digits.utf8.count) + digits
    }

    private static func identifier(_ number: Int) -> String {
        "00000000-0000-4000-8000-" + padded(number, 12)
    }
}
