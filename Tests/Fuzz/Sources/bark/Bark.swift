import Harness
import NotificationPipeline
import Sealing

/// The key of Bark's documentation, 1234567890123456, in each mode.
private func keys(_ mode: String) -> FixedKeys {
    FixedKeys(["bark": #"{"secret":"31323334353637383930313233343536","mode":"\#(mode)"}"#])
}

private let counterKeys = keys("gcm")
private let chainKeys = keys("cbc")
private let bookKeys = keys("ecb")
nonisolated(unsafe) private var counter = PushCheck(payloadBytesMax: 8192, keys: counterKeys)
nonisolated(unsafe) private var chain = PushCheck(payloadBytesMax: 8192, keys: chainKeys)
nonisolated(unsafe) private var book = PushCheck(payloadBytesMax: 8192, keys: bookKeys)

/// A line says which mode the key is for: `G`, `C` and `E` with `ciphertext` and `iv` behind, a line
/// each, or in small letters with a message, which is sealed.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        switch fields.line().first ?? 0 {
        case UInt8(ascii: "g"): seal(fields.remainder(), counterKeys, &counter)
        case UInt8(ascii: "c"): seal(fields.remainder(), chainKeys, &chain)
        case UInt8(ascii: "e"): seal(fields.remainder(), bookKeys, &book)
        case UInt8(ascii: "C"): chain.process(PushText.object(["ciphertext", "iv"], &fields))
        case UInt8(ascii: "E"): book.process(PushText.object(["ciphertext", "iv"], &fields))
        default: counter.process(PushText.object(["ciphertext", "iv"], &fields))
        }
    }
}

private func seal(_ message: [UInt8], _ keys: FixedKeys, _ check: inout PushCheck) {
    var randomness = SeededRandomness(seed: message.span)
    let push = try? Seal.bark(message.span, to: keys["bark"].record, &randomness)
    if let push { check.process(sealed: push) }
}
