import NotificationPipeline
import SecretMemory
import Testing

@testable import Sealing

@Suite struct AlbyTests {
    /// nip44.vectors.json, the first conversation.
    let conversation = hex("c41c775356fd92eadc63ff5a0dc1da211b268cbea22316767095b2871ea1412d")
    let app = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"

    private func seal(
        _ message: [UInt8], _ secret: [UInt8], _ version: String,
        _ random: consuming some Randomness & ~Copyable
    ) throws -> ReadPush {
        let record = try key((.secret, secret), (.version, Array(version.utf8)))
        return ReadPush(
            try Seal.alby(message.span, to: record, appPublicKey: app, &random))
    }

    @Test func thePublishedNIP44TextIsMade() throws {
        let nonce = [UInt8](repeating: 0, count: 31) + [1]
        let push = try seal(Array("a".utf8), conversation, "1.0", ScriptedRandomness(nonce))
        #expect(
            push.text("body", "content")
                == joined(
                    #"""
                    AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABee0G5VSK0/9YypIObAtDKfYEAjD35uVkHyB0F4DwrcNa
                    CXlCWZKaArsGrY6M9wnuTMxWfp1RTN9Xga8no+kF5Vsb
                    """#))
        #expect(push.text("body", "appPubkey") == app)
    }

    @Test func aNotificationIsMadeByteForByte() throws {
        let message = joined(
            #"""
            {"notification_type":"payment_received","notification":{"amount":21000,
            "description":"coffee"}}
            """#)
        let push = try seal(
            Array(message.utf8), conversation, "1.0", ScriptedRandomness(countingKey))
        #expect(
            push.text("body", "content")
                == joined(
                    #"""
                    AgABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fWUqpS5ar/FgEicRwP01E2Z0xB6JV3iEidUOBp/mKODXT
                    TNd6Rt7a4nu86ayMpFMzhaUtxswex9GzyO0BclTCy29miL6cRcEOq7wxf3hbtc/pEAgVSrTgENS08WeIPT8cRZh2
                    kwxt58mu+J42KBXsuvLOwsi4V4nc7UCnDxOnb2m6UQ==
                    """#))
    }

    @Test func thePublishedNIP04TextIsMade() throws {
        // nostr-tools, nip04.test.ts.
        let shared = hex("7ce22696eb0e303ddaa491bdf2a56b79d249f2d861b8e012a933e01dc4beba81")
        let push = try seal(
            Array("nanana".utf8), shared, "0.0", ScriptedRandomness(base64("EV5bUjcc4OX2Km/zPp4ndQ")))
        #expect(
            push.text("body", "content") == "zJxfaJ32rN5Dg1ODjOlEew==?iv=EV5bUjcc4OX2Km/zPp4ndQ==")
    }

    @Test func paddingIsThePublishedOne() {
        // nip44.vectors.json, calc_padded_len.
        for (count, padded) in [
            (1, 32), (16, 32), (32, 32), (33, 64), (37, 64), (45, 64), (49, 64), (64, 64), (65, 96),
            (100, 128), (111, 128), (200, 224), (250, 256), (320, 320), (383, 384), (384, 384),
            (400, 448), (500, 512), (512, 512), (515, 640), (700, 768), (800, 896), (900, 1024),
            (1020, 1024), (65536 - 1, 65536),
        ] {
            #expect(Seal.nip44PaddedBytes(count) == padded, "\(count)")
        }
    }

    @Test func anotherVersionOrNoKeyIsRefused() throws {
        for (secret, version) in [
            (conversation, "2.0"), (conversation, ""), (conversation, "1"), ([1], "1.0"), ([1], "0.0"),
        ] {
            #expect(refusal { try seal([1], secret, version, SystemRandomness()) } == .keyUnusable)
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        for version in ["1.0", "0.0"] {
            #expect(
                refusal { try seal([], conversation, version, SystemRandomness()) } == .messageEmpty)
            let long = [UInt8](repeating: 7, count: 5000)
            #expect(
                refusal { try seal(long, conversation, version, SystemRandomness()) }
                    == .pushTooLarge)
        }
        let longer = [UInt8](repeating: 7, count: 65536)
        #expect(
            refusal { try seal(longer, conversation, "1.0", SystemRandomness()) }
                == .messageTooLarge)
    }
}
