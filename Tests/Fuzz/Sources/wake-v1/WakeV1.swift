import Harness

nonisolated(unsafe) private var check = PushCheck()

/// A wake box of the fuzzer's, as an object and as text. A line each: the place, `v`, `cipher`,
/// `iv`, `tag`, `publicKey`, anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let place = fields.line().first ?? 0
        let box = PushText.object(["v", "cipher", "iv", "tag", "publicKey"], &fields)
        var push = PushText()
        switch place {
        case UInt8(ascii: "1"):
            push.append(#"{"wake":"#)
            push.appendQuoted(box)
            push.append("}")
        case UInt8(ascii: "2"):
            push.append(#"{"message":{"android":{"data":{"wake":"#)
            push.appendQuoted(box)
            push.append("}}}}")
        default:
            push.append(#"{"wake":"#)
            push.bytes += box
            push.append("}")
        }
        check.process(push.bytes)
    }
}
