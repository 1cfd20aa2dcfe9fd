import NotificationPipeline
import Sealing
import SecretMemory
import Testing

@Suite struct BlocktankTests {
    let message = Array(
        joined(
            #"""
            {"source":"blocktank","type":"incomingHtlc","payload":{"orderId":"abc"},
            "createdAt":"2024-01-01T00:00:00.000Z"}
            """#).utf8)
    let payment = Array(
        joined(
            #"""
            {"source":"blocktank","type":"incomingHtlc","payload":{"paymentHash":
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "amountMsat":100000},"createdAt":"2024-01-01T00:00:00.000Z"}
            """#).utf8)

    private func device(_ byte: UInt8) throws -> KeyRecord {
        try key((.secret, [UInt8](repeating: byte, count: 32)))
    }

    @Test func thePublishedPushIsMade() throws {
        // bitkit-core, v0_server.json and pushes.json.
        var random = ScriptedRandomness(
            [UInt8](repeating: 0x11, count: 32), hex("000102030405060708090a0b0c0d0e0f"))
        let push = try Seal.blocktank(
            message.span, to: Secp256k1Point(publicHalfOf: device(0x22)), &random)
        #expect(
            push.text == joined(
                #"""
                {"aps":{"badge":0,"sound":"ping.aiff","alert":{"title":"Background Operation
                 Request","body":"Please open your wallet.","payload":{"cipher":"mvdDR3nQxKFTs/N1fQ
                5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2Kh5bPISCuuna+L375NLJg
                KEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h","iv":"000102030405060708090a0b0c0
                d0e0f","tag":"2bacdc4bd3ba62cdc3376e302dd70a5f","publicKey":"034f355bdcb7cc0af728ef
                3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa"}},"content-available":1,"mutable-cont
                ent":1}}
                """#))
        #expect(push.text.utf8.count == 498)
    }

    @Test func thePublishedWakeIsMade() throws {
        // bitkit-core, v1_envelope.json.
        let message = joined(
            #"""
            {"v":1,"id":"01a0c450-6c00-7000-8000-000000000001","topic":"blocktank.incoming
            Htlc","urgency":"background","deadline":1790000060,"payload":{"lspId":"blocktank-lsp",
            "paymentHash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}
            """#)
        var random = ScriptedRandomness(
            [UInt8](repeating: 0x66, count: 32), hex("000102030405060708090a0b"))
        let push = ReadPush(
            try Seal.wake(
                Array(message.utf8).span, to: Secp256k1Point(publicHalfOf: device(0x55)), &random))
        #expect(push.text("wake", "tag") == "4521e07642272d9b8aed5157c331ad7a")
        #expect(
            push.text("wake", "publicKey")
                == "035ab4689e400a4a160cf01cd44730845a54768df8547dcdf073d964f109f18c30")
        #expect(push.text("wake", "cipher").hasPrefix("bXIadw8XhVApCI59oieKY3P/h33PZz6N"))
        #expect(push.aps.keys.sorted() == ["content-available"])
    }

    @Test(arguments: [
        ("alert", "active"), ("time_sensitive", "time-sensitive"), ("sometime", "active"),
    ])
    func aWakeIsAsUrgentAsItsMessage(_ urgency: String, _ level: String) throws {
        let message = #"{"v":1,"topic":"blocktank.mutualClose","urgency":"\#(urgency)"}"#
        var random = SystemRandomness()
        let push = ReadPush(
            try Seal.wake(
                Array(message.utf8).span, to: Secp256k1Point(publicHalfOf: device(0x55)), &random))
        #expect(push.aps["interruption-level"] as? String == level)
        #expect(push.aps["mutable-content"] as? Int == 1)
        #expect(push.aps["thread-id"] as? String == "blocktank.mutualClose")
    }

    @Test func aPaymentGoesInTwoPushesTheSilentOneFirst() throws {
        var random = ScriptedRandomness(
            [UInt8](repeating: 0x11, count: 32), hex("000102030405060708090a0b0c0d0e0f"))
        let pushes = try Seal.blocktankTwice(
            payment.span, to: Secp256k1Point(publicHalfOf: device(0x22)), &random)
        #expect(pushes.count == 2)
        #expect(
            pushes[0].text == joined(
                #"""
                {"aps":{"content-available":1},"payment_hash":"e3b0c44298fc1c149afbf4c
                8996fb92427ae41e4649b934ca495991b7852b855","amount_msat":100000,"type":"incoming_h
                tlc_wake"}
                """#))
        let alert = ReadPush(pushes[1])
        #expect(alert.text("payload", "publicKey").count == 66)
        #expect(alert.aps["interruption-level"] as? String == "time-sensitive")
        #expect(alert.aps["mutable-content"] as? Int == 1)
    }

    @Test(arguments: [
        "x", "{}", #"{"payload":{}}"#, #"{"payload":{"paymentHash":"e3b0","amountMsat":1}}"#,
        #"{"payload":{"amountMsat":1}}"#,
        #"{"payload":{"paymentHash":"zzb0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","amountMsat":1}}"#,
        #"{"payload":{"paymentHash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}"#,
        #"{"payload":{"paymentHash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","amountMsat":-1}}"#,
    ])
    func aMessageWithoutPaymentGoesInNoTwoPushes(_ message: String) throws {
        let point = try Secp256k1Point(publicHalfOf: device(0x22))
        #expect(
            refusal {
                var random = SystemRandomness()
                return try Seal.blocktankTwice(Array(message.utf8).span, to: point, &random)
            } == .messageUnusable)
    }

    @Test func whatCannotBeSealedIsRefused() throws {
        let point = try Secp256k1Point(publicHalfOf: device(0x22))
        func seal(_ count: Int) -> SealingError? {
            refusal {
                var random = SystemRandomness()
                let message = [UInt8](repeating: 0x20, count: count)
                return try Seal.blocktank(message.span, to: point, &random)
            }
        }
        #expect(seal(0) == .messageEmpty)
        #expect(seal(2700) == nil)
        #expect(seal(3000) == .pushTooLarge)
        #expect(seal(SealingLimits.messageBytesMax + 1) == .messageTooLarge)
        #expect(refusal { _ = try Secp256k1Point(publicHalfOf: device(0)) } == .keyUnusable)
        #expect(refusal { _ = try Secp256k1Point(publicHalfOf: device(0xff)) } == .keyUnusable)
        let short = try key((.secret, [1, 2, 3]))
        #expect(refusal { _ = try Secp256k1Point(publicHalfOf: short) } == .keyUnusable)
    }

    @Test func brokenRandomnessIsNoticed() throws {
        let point = try Secp256k1Point(publicHalfOf: device(0x22))
        #expect(
            refusal {
                var random = ScriptedRandomness([UInt8](repeating: 0, count: 32 * Limits.keyDrawsMax))
                return try Seal.blocktank(message.span, to: point, &random)
            } == .keyUnusable)
    }
}
