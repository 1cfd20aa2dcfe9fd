import Foundation
import NotificationPipeline
import Sealing
import Testing

/// The whole message under `ntf.message`, for looking for faults.
@Suite struct ShownMessageTests {
    /// Pushes through one pipeline, and the lines that `--show-message` writes.
    private func lines(_ pushes: [String], _ keys: some Keystore) -> [String] {
        var shared = pipeline(keys, keepsMessage: true)
        return pushes.map { push in
            let notification = shared.process(Array(push.utf8).span, now: 0)
            var line = ByteBuffer(
                capacity: NotificationWriter.lineBytesMax(messageBytes: push.utf8.count))
            shared.withMessage { message in
                if message.count > 0 {
                    NotificationWriter.write(notification, Catalog(), message: message, to: &line)
                } else {
                    NotificationWriter.write(notification, Catalog(), to: &line)
                }
            }
            return line.withBytes { bytes in String(utf8: bytes) }
        }
    }

    private func shown(_ name: String, _ message: String) throws -> String {
        let sealed = try Sealed.named(name).saying(message)
        return lines([try sealed.push()], try Keyring([sealed.own]))[0]
    }

    @Test func jsonIsShownAsItWasOnOneLine() throws {
        let message =
            "{\"title\": \"a\\nb\",\r\n\n  \"body\":\t1.50e1, \"x\": [\"\\u0041\" , null]\n}"
        let line = try shown("bark gcm", message)
        let oneLine = message.replacing("\r\n", with: "  ").replacing("\n", with: " ")
        #expect(line.contains(#""message":\#(oneLine)}}"#))
        #expect(line.split(separator: "\n").count == 1)
        let scalar = try shown("aes128gcm generic", "\n17\n")
        #expect(scalar.contains(#""message": 17 }}"#))
    }

    @Test func textIsShownAsAString() throws {
        let line = try shown("aes128gcm generic", "He said \"hi\"\n\u{202e}\u{1}")
        #expect(line.contains("\"message\":\"He said \\\"hi\\\"\\n\u{202e}\\u0001\"}}"))
        #expect(line.split(separator: "\n").count == 1)
        #expect(
            try shown("session", ##"{"#":"1"}"##).contains(##""message":"l9:{\"#\":\"1\"}e"}}"##))
    }

    @Test func whatIsNoTextIsShownInHex() throws {
        let sealed = try Sealed.named("simplex verification")
        let key = try SealedPushTests.OneKey(sealed.slot, sealed.key).key
        var randomness = ScriptedRandomness([UInt8](repeating: 5, count: 24))
        let code: [UInt8] = [0xff, 0x00, 0x7b, 0xc0]
        let push = try Seal.simplexVerification(code.span, to: key.record, &randomness).text
        let line = lines([push], try Keyring([sealed.own]))[0]
        #expect(line.contains(#""message":{"hex":"ff007bc0"}}}"#))
        #expect(line.contains(#""type":"verification""#))
    }

    @Test func whatWasRefusedOrInTheClearShowsNothing() throws {
        let sealed = try Sealed.named("bisq")
        let push = try sealed.push()
        let keys = try Keyring([sealed.own])
        let damaged = try SealedFields(sealed, push).changing(0) { bytes in
            bytes.dropLast() + [bytes[bytes.count - 1] ^ 1]
        }
        let others = [damaged, "{}", "x", PlainPushes.breez, PlainPushes.silent, PlainPushes.check]
        let lines = lines([push] + others.flatMap { other in [other, push] }, keys)
        for (number, line) in lines.enumerated() {
            #expect(line.contains(#""message":{"#) == (number % 2 == 0), "\(line)")
        }
        #expect(lines[2] == lines[0])
    }

    @Test func aMessageThatIsBrokenIsShownWithItsRefusal() throws {
        let line = try shown("bisq", #"{"title":"no message"}"#)
        #expect(line.contains(#""reason":"malformed-message""#))
        #expect(line.contains(#""message":{"title":"no message"}}}"#))
        #expect(try shown("alby nip44", "no JSON").contains(#""message":"no JSON"}}"#))
    }

    @Test(arguments: SealedPushTests.cases) func withoutBeingAskedNothingIsKept(
        _ sealed: Sealed
    ) throws {
        var silent = pipeline(try Keyring([sealed.own]))
        let push = Array(try sealed.push().utf8)
        #expect(silent.process(push.span, now: 0).outcome == .decrypted)
        #expect(silent.withMessage { message in message.count } == 0)
        var shared = pipeline(try Keyring([sealed.own]), keepsMessage: true)
        _ = shared.process(push.span, now: 0)
        #expect(shared.withMessage { message in message.count } > 0)
        _ = shared.process(Array("{}".utf8).span, now: 0)
        #expect(shared.withMessage { message in message.count } == 0)
    }
}
