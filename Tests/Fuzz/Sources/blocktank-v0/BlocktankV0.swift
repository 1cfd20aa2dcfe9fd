import Harness

nonisolated(unsafe) private var check = PushCheck()

/// A v0 box of the fuzzer's in each place one is sent in. A line each: the place, `cipher`, `iv`,
/// `tag`, `publicKey`, anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let place = fields.line().first ?? 0
        let box = PushText.object(["cipher", "iv", "tag", "publicKey"], &fields)
        var push = PushText()
        let (front, back) =
            switch place {
            case UInt8(ascii: "1"): (#"{"payload":"#, "}")
            case UInt8(ascii: "2"): ("", "")
            case UInt8(ascii: "3"): (#"{"message":{"android":{"data":"#, "}}}")
            case UInt8(ascii: "4"): (#"{"message":{"data":"#, "}}")
            default: (#"{"aps":{"alert":{"payload":"#, "}}}")
            }
        push.append(front)
        push.bytes += box
        push.append(back)
        check.process(push.bytes)
    }
}
