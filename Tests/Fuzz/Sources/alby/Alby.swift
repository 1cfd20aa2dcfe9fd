import Harness
import NotificationPipeline
import Sealing

private let app = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
private let olderApp = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
/// The conversation key of nip44.vectors.json's first vector, and an older wallet's X coordinate.
private let keys = FixedKeys([
    "alby:\(app)": """
    {"secret":"c41c775356fd92eadc63ff5a0dc1da211b268cbea22316767095b2871ea1412d","version":"1.0"}
    """,
    "alby:\(olderApp)": #"{"secret":"\#(FixedKeys.secret)","version":"0.0"}"#,
])
nonisolated(unsafe) private var check = PushCheck(payloadBytesMax: 8192, keys: keys)

/// A line says what follows: `n` and `o` a message, sealed by NIP-44 and by NIP-04; else the members
/// of `body`, a line each, with `t` as JSON in a string.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let what = fields.line().first ?? 0
        switch what {
        case UInt8(ascii: "n"): seal(fields.remainder(), app)
        case UInt8(ascii: "o"): seal(fields.remainder(), olderApp)
        default:
            var push = PushText(#"{"body":"#)
            let body = PushText.object(["appPubkey", "content"], &fields)
            if what == UInt8(ascii: "t") { push.appendQuoted(body) } else { push.bytes += body }
            push.append("}")
            check.process(push.bytes)
        }
    }
}

private func seal(_ message: [UInt8], _ app: String) {
    var randomness = SeededRandomness(seed: message.span)
    let record = keys["alby:\(app)"]
    let push = try? Seal.alby(message.span, to: record.record, appPublicKey: app, &randomness)
    if let push { check.process(sealed: push) }
}
