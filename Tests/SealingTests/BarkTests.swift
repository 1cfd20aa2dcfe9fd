import NotificationPipeline
import Sealing
import SecretMemory
import Testing

@Suite struct BarkTests {
    private func seal(
        _ message: String, _ secret: String, _ mode: String,
        _ random: consuming some Randomness & ~Copyable
    ) throws -> ReadPush {
        let record = try key((.secret, Array(secret.utf8)), (.mode, Array(mode.utf8)))
        return ReadPush(try Seal.bark(Array(message.utf8).span, to: record, &random))
    }

    /// What is drawn for an IV of these characters.
    private func draws(_ iv: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return iv.map { UInt8(alphabet.firstIndex(of: $0)!) }
    }

    @Test(arguments: [
        (
            16,
            "M31imDGJqdEEszZWcWfgiMTooJniyhmvnRIIrUSrWDVi3FxcD9cl1Dyre2wQ8a5I2bhFyBrGPeMEwp1+Uw=="
        ),
        (
            24,
            "QyuvztP2Yktq2khUWXw6hYrjLnhuc+kC44lyGOaVYBRJC4vsYaB6RewayvX+4ZKjUUIifRWDtIiVFq/KgA=="
        ),
        (
            32,
            "a9CkBbe9d0qkskyAzKyb4pV/WjH6D1J/JLm0EOUTMcoTpJEs10gqANkkLKaOPqVXL0yo0AaxElYjmLmynw=="
        ),
    ])
    func theKnownGCMTextsAreMade(_ keyBytes: Int, _ ciphertext: String) throws {
        let push = try seal(
            #"{"body":"Encrypted weather","level":"active"}"#,
            String(repeating: "k", count: keyBytes), "gcm",
            ScriptedRandomness(draws("fixed-iv-123")))
        #expect(push.text("ciphertext") == ciphertext)
        #expect(push.text("iv") == "fixed-iv-123")
    }

    @Test func theDocumentedCBCTextIsMade() throws {
        let push = try seal(
            #"{"body": "test", "sound": "birdsong"}"#, "1234567890123456", "cbc",
            ScriptedRandomness(draws("1234567890123456")))
        #expect(
            push.text("ciphertext")
                == "+aPt5cwN9GbTLLSFri60l3h1X00u/9j1FENfWiTxhNHVLGU+XoJ15JJG5W/d/yf0")
        #expect(push.text("iv") == "1234567890123456")
    }

    @Test func anECBTextHasNoIV() throws {
        let push = try seal(#"{"body":"ecb"}"#, "1234567890123456", "ecb", ScriptedRandomness())
        #expect(push.text("ciphertext") == "MeYXzikaiTfg9t7jmEeRDg==")
        #expect(push.members.keys.sorted() == ["aps", "ciphertext"])
    }

    @Test func everyPushHasAnIVOfItsOwn() throws {
        for mode in ["gcm", "cbc"] {
            let ivs = try (0..<50).map { _ in
                try seal("hello", "1234567890123456", mode, SystemRandomness()).text("iv")
            }
            #expect(Set(ivs).count == 50)
            #expect(ivs.allSatisfy { $0.utf8.count == (mode == "gcm" ? 12 : 16) })
        }
    }

    @Test func anotherModeOrKeyIsRefused() throws {
        for (secret, mode) in [
            ("1234567890123456", "ctr"), ("1234567890123456", ""), ("123456789012345", "gcm"),
            ("12345678901234567", "cbc"), ("short", "ecb"),
        ] {
            #expect(refusal { try seal("x", secret, mode, SystemRandomness()) } == .keyUnusable)
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        for mode in ["gcm", "cbc", "ecb"] {
            #expect(
                refusal { try seal("", "1234567890123456", mode, SystemRandomness()) }
                    == .messageEmpty)
            let long = String(repeating: "x", count: 4000)
            #expect(
                refusal { try seal(long, "1234567890123456", mode, SystemRandomness()) }
                    == .pushTooLarge)
        }
    }
}
