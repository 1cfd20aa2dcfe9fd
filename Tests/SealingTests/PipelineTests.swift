import NotificationPipeline
import Sealing
import SecretMemory
import Testing

/// Every sealed push goes through the pipeline, which is what it is for.
@Suite struct SealedPushTests {
    /// One key in one slot.
    struct OneKey: Keystore {
        let slot: String
        let key: SharedKey

        init(_ slot: String, _ text: String) throws {
            let format = try #require(KeySlot(slot)).format
            let material = try KeyText.read(Array(text.utf8).span, for: format)
            self.slot = slot
            key = SharedKey(try KeyRecord(generation: 1, material: material), older: nil)
        }

        func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
            guard String(slot.name) == self.slot else { throw .missing }
            _ = key.lend(to: body)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let slot: String
        let key: String
        let message: String
        var envelope: String
        var isAuthenticated = true
        var isWrapped = false

        var testDescription: String { name }

        /// Seals the message with some randomness.
        func seal(
            _ key: SharedKey, _ randomness: inout some Randomness & ~Copyable
        ) throws -> SealedPush {
            let text = Array(message.utf8)
            let message = text.span
            switch name {
            case "blocktank":
                let point = try Secp256k1Point(publicHalfOf: key.record)
                return try Seal.blocktank(message, to: point, &randomness)
            case "two pushes":
                let point = try Secp256k1Point(publicHalfOf: key.record)
                return try Seal.blocktankTwice(message, to: point, &randomness)[1]
            case "wake":
                let point = try Secp256k1Point(publicHalfOf: key.record)
                return try Seal.wake(message, to: point, &randomness)
            case "simplex": return try Seal.simplex(message, to: key.record, &randomness)
            case "simplex verification":
                return try Seal.simplexVerification(message, to: key.record, &randomness)
            case "zulip": return try Seal.zulip(message, to: key.record, keyID: 12, &randomness)
            case "threema": return try Seal.threema(message, to: key.record, &randomness)
            case "session": return try Seal.session(message, to: key.record, &randomness)
            case "homeassistant": return try Seal.homeAssistant(message, to: key.record, &randomness)
            case "reown":
                return try Seal.reown(
                    message, to: key.record, topic: Case.topic, tag: 1108, &randomness)
            case "alby nip44", "alby nip04":
                return try Seal.alby(
                    message, to: key.record, appPublicKey: Case.topic, &randomness)
            case "bisq": return try Seal.bisq(message, to: key.record, &randomness)
            case let bark where bark.hasPrefix("bark"):
                return try Seal.bark(message, to: key.record, &randomness)
            default:
                let words = name.split(separator: " ")
                let form = WebPushForm(
                    try #require(WebPushForm.Encoding(rawValue: String(words[0]))),
                    try #require(WebPushForm.Shape(rawValue: String(words[1]))),
                    recordBytes: words.count > 2 ? try #require(Int(words[2])) : 4096,
                    label: "me")
                return try Seal.webPush(
                    message, to: WebPushRecipient(key.record), form, &randomness)
            }
        }

        static let topic = String(repeating: "0a", count: 32)
    }

    static let k32 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let two = String(repeating: "22", count: 32)
    static let blocktank =
        #"{"source":"blocktank","type":"mutualClose","payload":{},"createdAt":"now"}"#
    static let words = #"{"title":"Hello","body":"there"}"#
    static let payment =
        #"{"notification_type":"payment_received","notification":{"amount":21000}}"#
    static let hash = String(repeating: "e3", count: 32)
    static let noise = "gICAgICAgICAgICAgICAgICAgICAgICA"

    static let cases: [Case] =
        [
            Case(
                name: "blocktank", slot: "blocktank", key: two, message: blocktank,
                envelope: "blocktank-v0"),
            Case(
                name: "two pushes", slot: "blocktank", key: two,
                message: #"{"source":"blocktank","type":"incomingHtlc","payload":{"paymentHash":""#
                    + hash + #"","amountMsat":1},"createdAt":"now"}"#, envelope: "blocktank-v0"),
            Case(
                name: "wake", slot: "blocktank", key: two,
                message: #"{"v":1,"id":"01a0c450-6c00-7000-8000-000000000001","topic":"#
                    + #""blocktank.mutualClose","urgency":"alert","deadline":9,"payload":{}}"#,
                envelope: "wake-v1"),
            Case(
                name: "simplex", slot: "simplex", key: #"{"shared":"\#(k32)"}"#,
                message: "smp://a2V5@host/\(noise) 1719000001 \(noise) AAAA", envelope: "simplex"),
            Case(
                name: "simplex verification", slot: "simplex", key: #"{"shared":"\#(k32)"}"#,
                message: "code", envelope: "simplex"),
            Case(
                name: "zulip", slot: "zulip:12", key: k32,
                message: #"{"type":"test","realm_name":"Zulip"}"#, envelope: "zulip"),
            Case(
                name: "threema", slot: "threema", key: k32,
                message: #"{"cmd":"newmsg","from":"A","messageId":"01"}"#, envelope: "threema"),
            Case(
                name: "session", slot: "session", key: k32, message: ##"{"#":"abc","n":0}"##,
                envelope: "session", isWrapped: true),
            Case(
                name: "homeassistant", slot: "homeassistant", key: k32,
                message: #"{"message":"hello"}"#, envelope: "home-assistant"),
            Case(
                name: "reown", slot: "reown:\(Case.topic)", key: k32,
                message: #"{"id":1,"jsonrpc":"2.0"}"#, envelope: "reown"),
            Case(
                name: "alby nip44", slot: "alby:\(Case.topic)",
                key: #"{"secret":"\#(k32)","version":"1.0"}"#, message: payment,
                envelope: "alby-nip44"),
            Case(
                name: "alby nip04", slot: "alby:\(Case.topic)",
                key: #"{"secret":"\#(k32)","version":"0.0"}"#, message: payment,
                envelope: "alby-nip04", isAuthenticated: false),
            Case(
                name: "bisq", slot: "bisq", key: k32,
                message: #"{"id":"1","title":"Trade","message":"Paid"}"#, envelope: "bisq"),
        ]
        + ["gcm", "cbc", "ecb"].map { mode in
            Case(
                name: "bark \(mode)", slot: "bark",
                key: #"{"secret":"\#(k32)","mode":"\#(mode)"}"#, message: words, envelope: "bark",
                isAuthenticated: mode == "gcm")
        }
        + [
            "aes128gcm generic", "aes128gcm generic 18", "aes128gcm mastodon", "aesgcm generic",
            "aesgcm generic 3", "aesgcm icecubes", "aesgcm mastodon",
        ].map { name in
            Case(
                name: name, slot: "webpush:me",
                key: #"{"secret":"\#(k32)","auth":"\#(String(k32.prefix(32)))"}"#, message: words,
                envelope: "webpush-" + name.split(separator: " ")[0])
        }

    /// What the pipeline makes of a push, and the message it saw.
    private func process(_ text: String, _ keys: OneKey) -> (Notification, String) {
        var pipeline = Pipeline(
            keys: keys, crypto: PlatformCryptography(), store: nil as NoStore?, keepsMessage: true)
        let notification = pipeline.process(Array(text.utf8).span, now: 0)
        return (notification, pipeline.withMessage { message in String(utf8: message) })
    }

    @Test(arguments: cases) func whatIsSealedOpens(_ sealed: Case) throws {
        let keys = try OneKey(sealed.slot, sealed.key)
        var randomness = SystemRandomness()
        let push = try sealed.seal(keys.key, &randomness)
        let (notification, message) = process(push.text, keys)
        #expect(notification.outcome == .decrypted)
        #expect(notification.envelope.map { "\($0.name)" } == sealed.envelope)
        #expect(notification.isAuthenticated == sealed.isAuthenticated)
        let expected =
            sealed.isWrapped ? "l\(sealed.message.utf8.count):\(sealed.message)e" : sealed.message
        #expect(message == expected)
        #expect(push.isTooLarge == sealed.name.hasPrefix("simplex"))
    }

    @Test(arguments: cases) func aSeedSealsTheSameTwiceAndAnotherSeedOtherwise(
        _ sealed: Case
    ) throws {
        let keys = try OneKey(sealed.slot, sealed.key)
        func seal(_ seed: String) throws -> String {
            var randomness = SeededRandomness(seed: Array(seed.utf8).span)
            return try sealed.seal(keys.key, &randomness).text
        }
        let push = try seal("a")
        #expect(try seal("a") == push)
        // ECB knows no randomness.
        #expect(try (seal("b") != push) == (sealed.name != "bark ecb"))
        #expect(process(push, keys).0.outcome == .decrypted)
    }

    @Test(arguments: cases) func theSystemSealsOtherwiseEachTime(_ sealed: Case) throws {
        let keys = try OneKey(sealed.slot, sealed.key)
        var randomness = SystemRandomness()
        let pushes = try (0..<8).map { _ in try sealed.seal(keys.key, &randomness).text }
        #expect(Set(pushes).count == (sealed.name == "bark ecb" ? 1 : 8))
    }

    @Test(arguments: cases) func anotherKeyOpensNothing(_ sealed: Case) throws {
        let keys = try OneKey(sealed.slot, sealed.key)
        let other = try OneKey(
            sealed.slot,
            sealed.key.replacing(Self.k32, with: String(repeating: "07", count: 32))
                .replacing(Self.two, with: String(repeating: "23", count: 32)))
        var randomness = SeededRandomness(seed: Array("other".utf8).span)
        let push = try sealed.seal(keys.key, &randomness)
        let (notification, _) = process(push.text, other)
        #expect(notification.outcome == .fallback(.opening(.authenticationFailed)))
    }

    @Test func theDetailsOfAQueueAreReadWithItsKey() throws {
        struct TwoKeys: Keystore {
            let token: OneKey
            let queue: OneKey

            func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
                if String(slot.name) == token.slot { return try token.lend(slot, to: body) }
                try queue.lend(slot, to: body)
            }
        }
        let keys = TwoKeys(
            token: try OneKey("simplex", #"{"shared":"\#(Self.k32)"}"#),
            queue: try OneKey("simplex:\(Self.noise)", #"{"shared":"\#(Self.two)"}"#))
        func process(isKnown: Bool) throws -> Message? {
            var randomness = SystemRandomness()
            let address = "smp://a2V5@host/\(Self.noise)"
            let item =
                isKnown
                ? try Seal.simplexItem(
                    queue: address, seconds: 1_719_000_000, to: keys.queue.key.record, &randomness)
                : try Seal.simplexItem(
                    ofUnknownQueue: address, seconds: 1_719_000_000, &randomness)
            let push = try Seal.simplex(
                Array("\(item);\(item)".utf8).span, to: keys.token.key.record, &randomness)
            var pipeline = Pipeline(
                keys: keys, crypto: PlatformCryptography(), store: nil as NoStore?)
            return pipeline.process(Array(push.text.utf8).span, now: 0).message
        }
        let known = try process(isKnown: true)
        #expect(known?.id.map { $0.count } == 32)
        #expect(known?.createdAt.map { String($0) } == "1719000000")
        let unknown = try process(isKnown: false)
        #expect(unknown != nil)
        #expect(unknown?.id == nil && unknown?.createdAt == nil)
    }
}
