import Harness
import NotificationPipeline
import Sealing

private let topic = String(repeating: "a", count: 64)
private let keys = FixedKeys([
    "zulip:10": FixedKeys.secret, "homeassistant": FixedKeys.secret, "threema": FixedKeys.secret,
    "session": FixedKeys.secret, "reown:\(topic)": FixedKeys.secret, "bisq": FixedKeys.secret,
])
nonisolated(unsafe) private var check = PushCheck(payloadBytesMax: 8192, keys: keys)

/// A line says which format: in capitals its members follow, a line each, in small letters a
/// message, which is sealed.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let what = fields.line().first ?? 0
        switch what {
        case UInt8(ascii: "Z"):
            check.process(
                PushText.object(["push_key_id", "push_account_id", "encrypted_data"], &fields))
        case UInt8(ascii: "H"):
            check.process(PushText.object(["encrypted", "encrypted_data", "push_key_id"], &fields))
        case UInt8(ascii: "T"):
            var push = PushText(#"{"threema":"#)
            push.bytes += PushText.object(["box", "nonce", "cmd", "voip"], &fields)
            push.append("}")
            check.process(push.bytes)
        case UInt8(ascii: "S"): check.process(PushText.object(["spns", "enc_payload"], &fields))
        case UInt8(ascii: "R"):
            check.process(PushText.object(["topic", "message", "tag"], &fields))
        case UInt8(ascii: "B"): check.process(PushText.object(["encrypted"], &fields))
        default:
            if let push = seal(fields.remainder(), what) { check.process(sealed: push) }
        }
    }
}

/// Nil for a format that is not there, and for what cannot be sealed.
private func seal(_ bytes: [UInt8], _ what: UInt8) -> SealedPush? {
    var randomness = SeededRandomness(seed: bytes.span)
    let message = bytes.span
    switch what {
    case UInt8(ascii: "z"):
        return try? Seal.zulip(message, to: keys["zulip:10"].record, keyID: 10, &randomness)
    case UInt8(ascii: "h"):
        return try? Seal.homeAssistant(message, to: keys["homeassistant"].record, &randomness)
    case UInt8(ascii: "t"):
        return try? Seal.threema(message, to: keys["threema"].record, &randomness)
    case UInt8(ascii: "s"):
        return try? Seal.session(message, to: keys["session"].record, &randomness)
    case UInt8(ascii: "r"):
        let record = keys["reown:\(topic)"]
        return try? Seal.reown(message, to: record.record, topic: topic, tag: 1108, &randomness)
    case UInt8(ascii: "b"):
        return try? Seal.bisq(message, to: keys["bisq"].record, &randomness)
    default: return nil
    }
}
