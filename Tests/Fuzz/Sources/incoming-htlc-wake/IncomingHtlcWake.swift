import Harness

nonisolated(unsafe) private var check = PushCheck()

/// The silent push in the clear. A line each: the place, `payment_hash`, `amount_msat`, anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let place = fields.line().first ?? 0
        let names = ["payment_hash", "amount_msat"]
        let object = PushText.object(names, &fields).dropFirst()
        var push = PushText(place == UInt8(ascii: "1") ? #"{"message":{"data":"# : "")
        push.append(#"{"type":"incoming_htlc_wake""#)
        if object.count > 1 { push.append(",") }
        push.bytes += object
        if place == UInt8(ascii: "1") { push.append("}}") }
        check.process(push.bytes)
    }
}
