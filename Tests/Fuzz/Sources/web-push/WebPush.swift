import Harness
import NotificationPipeline
import Sealing

/// The subscription of RFC 8291, section 5.
private let keys = FixedKeys([
    "webpush": """
    {"secret":"ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de",\
    "auth":"05305932a1c7eabe13b6cec9fda48882"}
    """
])
nonisolated(unsafe) private var check = PushCheck(
    payloadBytesMax: 8192, keys: keys, blocksMax: 32)

/// A line says what follows: `m` and `p` the members of the relays' pushes, a line each, `s` and `o`
/// a message, sealed in the new coding and in the old one; else the members of the request.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        switch fields.line().first ?? 0 {
        case UInt8(ascii: "m"): check.process(PushText.object(["m", "k", "s", "i"], &fields))
        case UInt8(ascii: "p"): check.process(PushText.object(["p", "k", "s", "x"], &fields))
        case UInt8(ascii: "s"): seal(fields.remainder(), .aes128gcm)
        case UInt8(ascii: "o"): seal(fields.remainder(), .aesgcm)
        default:
            var push = PushText(#"{"webpush":"#)
            push.bytes += PushText.object(
                ["content-encoding", "body", "crypto-key", "encryption", "label"], &fields)
            push.append("}")
            check.process(push.bytes)
        }
    }
}

/// In records of 64 bytes. What cannot be sealed, being empty or too long, is left out.
private func seal(_ message: [UInt8], _ encoding: WebPushForm.Encoding) {
    var randomness = SeededRandomness(seed: message.span)
    let form = WebPushForm(encoding, .generic, recordBytes: 64)
    guard let recipient = try? WebPushRecipient(keys["webpush"].record),
        let push = try? Seal.webPush(message.span, to: recipient, form, &randomness)
    else { return }
    check.process(sealed: push)
}
