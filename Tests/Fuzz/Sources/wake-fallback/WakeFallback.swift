import Harness

nonisolated(unsafe) private var check = PushCheck()

/// A `wake_fallback` of the fuzzer's, as an object and as text. A line each: the place, `v`, `id`,
/// `topic`, anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let place = fields.line().first ?? 0
        let object = PushText.object(["v", "id", "topic"], &fields)
        var push = PushText(#"{"wake_fallback":"#)
        if place == UInt8(ascii: "1") { push.appendQuoted(object) } else { push.bytes += object }
        push.append("}")
        check.process(push.bytes)
    }
}
