import Harness
import NotificationPipeline
import Sealing

/// A token, and one queue with the notifier id AAAA.
private let keys = FixedKeys([
    "simplex": """
    {"secret":"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",\
    "peer":"5869aff450549732cbaaed5e5df9b30a6da31cb0e5742bad5ad4a1a768f1a67b"}
    """,
    "simplex:AAAA": #"{"shared":"\#(FixedKeys.secret)"}"#,
])
nonisolated(unsafe) private var check = PushCheck(payloadBytesMax: 16 * 1024, keys: keys)

/// A line says what follows: `s` a list of items, sealed to the token, `v` a code, sealed; else the
/// members of `notificationData`, a line each.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let what = fields.line().first ?? 0
        guard what == UInt8(ascii: "s") || what == UInt8(ascii: "v") else {
            var push = PushText(#"{"notificationData":"#)
            push.bytes += PushText.object(
                ["nonce", "message", "verification", "checkMessages"], &fields)
            push.append("}")
            check.process(push.bytes)
            return
        }
        let message = fields.remainder()
        var randomness = SeededRandomness(seed: message.span)
        let token = keys["simplex"]
        let push =
            what == UInt8(ascii: "s")
            ? try? Seal.simplex(message.span, to: token.record, &randomness)
            : try? Seal.simplexVerification(message.span, to: token.record, &randomness)
        if let push { check.process(sealed: push) }
    }
}
