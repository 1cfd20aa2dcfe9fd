import Harness

nonisolated(unsafe) private var check = PushCheck()

/// A line says which wallet: `p` is Phoenix, `b` Breez at the top and `e` in `body`, the members on
/// lines of their own; `t` is Breez with a payload that is quoted here.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let breez = ["notification_type", "notification_payload"]
        switch fields.line().first ?? 0 {
        case UInt8(ascii: "b"): check.process(PushText.object(breez, &fields))
        case UInt8(ascii: "e"):
            var push = PushText(#"{"body":"#)
            push.bytes += PushText.object(breez, &fields)
            push.append("}")
            check.process(push.bytes)
        case UInt8(ascii: "t"):
            var push = PushText(#"{"notification_type":"#)
            push.bytes += fields.line()
            push.append(#","notification_payload":"#)
            push.appendQuoted(fields.remainder())
            push.append("}")
            check.process(push.bytes)
        default:
            check.process(
                PushText.object(["reason", "node_id_hash", "gcm.message_id"], &fields))
        }
    }
}
