import Harness

nonisolated(unsafe) private var check = PushCheck(payloadBytesMax: 2048)

/// Bytes of any kind as one payload.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in check.process(input) }
}
