import Harness
import NotificationPipeline

nonisolated(unsafe) private var check = PushCheck(payloadBytesMax: 16 * 1024)
nonisolated(unsafe) private var sealer = Sealer()

/// A plaintext of the fuzzer's, sealed as the sender would: the first byte says to which format.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let isWake = fields.byte() == UInt8(ascii: "w")
        let push = sealer.push(of: fields.remainder(), isWake: isWake)
        let notification = check.process(push)
        switch notification.outcome {
        case .decrypted, .fallback(.message): break
        default: promise(false, "what was sealed opens, and only its message can be refused")
        }
        promise(notification.envelope == (isWake ? .wakeV1 : .blocktankV0), "the format is known")
    }
}
