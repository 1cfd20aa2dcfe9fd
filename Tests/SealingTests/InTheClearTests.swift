import NotificationPipeline
import Sealing
import Testing

/// What is in the clear is anybody's: it never stands in for something sealed that did not open. And
/// what a slot's name means.
@Suite struct InTheClearTests {
    /// What is sealed, and what lies in the clear behind it in the order of the families.
    static let pairs: [(sealed: String, plain: String)] =
        SealedPushTests.cases.map { sealed in (sealed.name, PlainPushes.phoenix) }
        + ["zulip", "homeassistant", "threema", "session", "reown", "bark gcm", "bisq"].map {
            name in
            (name, PlainPushes.breez)
        }
        + ["blocktank", "wake", "aes128gcm generic", "aesgcm icecubes"].map { name in
            (name, PlainPushes.check)
        }
        + ["blocktank", "wake", "aesgcm mastodon", "simplex", "zulip"].map { name in
            (name, PlainPushes.threema)
        }
        + ["blocktank", "two pushes", "wake"].map { name in (name, PlainPushes.silent) }

    @Test(arguments: pairs) func whatIsInTheClearIsNoWayOut(_ name: String, _ plain: String) throws
    {
        let sealed = try Sealed.named(name)
        let push = try merged(sealed.push(), plain)
        #expect(processed(plain, try Keyring([])).outcome == .plain)
        #expect(processed(push, try Keyring([sealed.own])).outcome == .decrypted)
        let missing = processed(push, try Keyring([]))
        #expect(missing.end == "key-missing")
        #expect(missing.message == nil)
        if sealed.isAuthenticated {
            let refused = processed(push, try Keyring([sealed.wrong]))
            #expect(refused.end == "authentication-failed")
            #expect(refused.envelope.map { "\($0.name)" } == sealed.envelope)
        }
    }

    @Test func aLabelsKeyComesBeforeTheGeneralOne() throws {
        let sealed = try Sealed.named("aesgcm generic")
        let push = try sealed.push()
        let general = ("webpush", sealed.key)
        for (keys, end, asked) in [
            ([sealed.own], "decrypted", ["webpush:me"]),
            ([general], "decrypted", ["webpush:me", "webpush"]),
            ([sealed.own, ("webpush", sealed.wrong.key)], "decrypted", ["webpush:me"]),
            // A label with a key of its own has no other.
            ([sealed.wrong, general], "authentication-failed", ["webpush:me"]),
            ([("webpush:you", sealed.key)], "key-missing", ["webpush:me", "webpush"]),
            ([("webpush:m", sealed.key)], "key-missing", ["webpush:me", "webpush"]),
        ] {
            let keyring = try Keyring(keys)
            #expect(processed(push, keyring).end == end)
            #expect(keyring.asked == asked)
        }
    }

    @Test func aQueuesKeyIsNeverTheTokens() throws {
        let k32 = SealedPushTests.k32
        let key = #"{"shared":"\#(k32)"}"#
        let token = try Keyring([("simplex", key)])
        let address = "smp://a2V5@host/\(SealedPushTests.noise)"
        let record = try SealedPushTests.OneKey("simplex", key).key
        var randomness = SeededRandomness(seed: Array("queue".utf8).span)
        // The queue's box is sealed to the bytes that are the token's key.
        let item = try Seal.simplexItem(
            queue: address, seconds: 1, to: record.record, &randomness)
        let push = try Seal.simplex(Array(item.utf8).span, to: record.record, &randomness).text
        let closed = processed(push, token)
        #expect(closed.outcome == .decrypted)
        #expect(closed.message?.id == nil && closed.message?.createdAt == nil)
        #expect(token.asked == ["simplex", "simplex:\(SealedPushTests.noise)"])
        #expect(token.tried == ["simplex 1"])
        let both = try Keyring([("simplex", key), ("simplex:\(SealedPushTests.noise)", key)])
        #expect(processed(push, both).message?.createdAt.map { String($0) } == "1")
        // And a queue's key opens no push.
        let queue = try Keyring([("simplex:\(SealedPushTests.noise)", key)])
        #expect(processed(push, queue).end == "key-missing")
        #expect(queue.tried == [])
    }
}
