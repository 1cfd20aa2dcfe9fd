import NotificationPipeline
import Sealing
import Testing

/// Which pushes are the same event to the app.
@Suite struct RecordIdentityTests {
    private static let hash = SealedPushTests.hash
    private static let wake = "01a0c450-6c00-7000-8000-000000000001"

    /// Messages with an id of their own, all the same one.
    static let named: [(name: String, message: String)] = [
        ("aes128gcm generic", #"{"notification_id":"7","title":"Hello"}"#),
        ("aesgcm mastodon", #"{"notification_id":7,"title":"Hello"}"#),
        (
            "zulip",
            #"{"type":"message","message_id":7,"sender_full_name":"Ada","content":"Hello","#
                + #""recipient_type":"direct"}"#
        ),
        ("threema", #"{"cmd":"newmsg","from":"ADAADAAA","messageId":"7"}"#),
        ("session", ##"{"#":"7","n":0}"##),
        ("reown", #"{"id":7,"jsonrpc":"2.0"}"#),
        ("bark gcm", #"{"id":"7","body":"Hello"}"#),
        ("bisq", #"{"id":"7","title":"Trade","message":"Paid","tradeId":"t"}"#),
    ]

    @Test(arguments: named) func theSameEventTwiceIsOneRecord(
        _ name: String, _ message: String
    ) throws {
        let sealed = try Sealed.named(name).saying(message)
        let keys = try Keyring([sealed.own])
        let pushes = try [sealed.push("a"), sealed.push("b")]
        #expect(pushes[0] != pushes[1])
        #expect(stored(pushes, keys).count == 2)
        #expect(stored(pushes, keys).events == 1)
        let other = try sealed.saying(message.replacing("7", with: "8")).push("a")
        #expect(stored(pushes + [other], keys).events == 2)
    }

    @Test func theSameIdInAnotherFamilyIsAnotherEvent() throws {
        let sealed = try Self.named.map { name, message in try Sealed.named(name).saying(message) }
        let records = stored(try sealed.map { try $0.push() }, try Keyring(sealed.map(\.own)))
        #expect(records.count == 8)
        // Both of Web Push's codings bring what one server sent.
        #expect(records.events == 7)
        #expect(records.allSatisfy { record in record.message.id.map { String($0) } == "7" })
    }

    @Test func theSameIdInAnotherAccountIsAnotherEvent() throws {
        let k32 = SealedPushTests.k32
        let (topic, other) = (Sealed.topic, String(repeating: "0b", count: 32))
        let key = try SealedPushTests.OneKey("zulip:1", k32).key
        let zulip = Array(Self.named[2].message.utf8)
        let reown = Array(Self.named[5].message.utf8)
        var randomness = SeededRandomness(seed: Array("account".utf8).span)
        var pushes: [String] = []
        for number in [12, 13, 13] as [UInt32] {
            pushes.append(
                try Seal.zulip(zulip.span, to: key.record, keyID: number, &randomness).text)
        }
        for topic in [topic, other, other] {
            pushes.append(
                try Seal.reown(
                    reown.span, to: key.record, topic: topic, tag: 1108, &randomness
                ).text)
        }
        let feed = try Sealed.named("aesgcm icecubes").saying(Self.named[0].message)
        pushes += try [feed.push(), feed.push().replacing(#""i":"me""#, with: #""i":"you""#)]
        let keys = try Keyring(
            [
                ("zulip:12", k32), ("zulip:13", k32), ("reown:\(topic)", k32),
                ("reown:\(other)", k32),
            ]
                + [("webpush", feed.key)])
        let records = stored(pushes, keys)
        #expect(records.count == 8)
        #expect(records.events == 6)
        #expect(
            records.map { record in record.message.account.map { String($0) } }
                == ["12", "13", "13", topic, other, other, "me", "you"])
    }

    @Test func theSameIdOfAnotherTypeIsAnotherEvent() throws {
        let key = try SealedPushTests.OneKey("threema", SealedPushTests.k32).key
        let message = Array(Self.named[5].message.utf8)
        var randomness = SeededRandomness(seed: Array("type".utf8).span)
        let pushes = try [1100, 1108, 1116, 1108].map { tag in
            try Seal.reown(
                message.span, to: key.record, topic: Sealed.topic, tag: tag, &randomness
            ).text
        }
        let keys = try Keyring([("reown:\(Sealed.topic)", SealedPushTests.k32)])
        #expect(stored(pushes, keys).events == 3)
        let call = try Sealed.named("threema").saying(
            #"{"cmd":"newmsg","from":"A","messageId":"7","voip":true}"#)
        let text = try Sealed.named("threema").saying(Self.named[3].message)
        #expect(stored([try call.push(), try text.push()], try Keyring([text.own])).events == 2)
    }

    @Test(arguments: ["alby nip44", "alby nip04", "homeassistant", "simplex", "aesgcm icecubes"])
    func withoutAnIdTheBytesTellPushesApart(_ name: String) throws {
        let sealed = try Sealed.named(name)
        let keys = try Keyring([sealed.own])
        let pushes = try ["a", "b", "a"].map { seed in try sealed.push(seed) }
        #expect(stored(pushes, keys).count == 3)
        #expect(stored(pushes, keys).events == 2)
        // What stands around the box is no part of it.
        let spelled = try merged(pushes[0], #"{"more":1}"#)
        #expect(stored([pushes[0], spelled], keys).events == 1)
    }

    @Test func whatIsInTheClearIsToldApartByTheWholePush() throws {
        let keys = try Keyring([])
        let breez = PlainPushes.breez
        #expect(stored([breez, breez], keys).events == 1)
        #expect(stored([breez, breez.replacing("s1", with: "s2")], keys).events == 2)
        // A swap is updated more than once.
        #expect(stored([breez, try merged(breez, #"{"status":"paid"}"#)], keys).events == 2)
        let phoenix = PlainPushes.phoenix
        let numbered = try merged(phoenix, #"{"gcm.message_id":"m1"}"#)
        let again = try merged(numbered, #"{"gcm.ttl":"1"}"#)
        #expect(stored([phoenix, numbered, again], keys).events == 2)
    }

    /// A name in front of the bytes does not push them out of a record's identity.
    @Test(arguments: [0, 1, 30, 200]) func twoPushesAsLongAsTheyMayBeAreTwoRecords(
        _ shorter: Int
    ) throws {
        func breez(_ mark: String) -> String {
            let frame = #"{"notification_type":"swap_updated","x":"\#(mark)"}"#
            let count = Limits.payloadBytesDefault - frame.utf8.count - shorter
            let filling = String(repeating: "x", count: count)
            return frame.replacing(mark, with: mark + filling)
        }
        let keys = try Keyring([])
        #expect(stored([breez("@"), breez("#")], keys).events == 2)
        #expect(stored([breez("@"), breez("@")], keys).events == 1)
        #expect(stored([breez("@") + String(repeating: " ", count: shorter + 1)], keys).isEmpty)
    }

    /// However short a payload has to be, and however long its account's name is in a record.
    @Test func aShortLimitAndALongAccountTellPushesApart() throws {
        let label = String(repeating: "\u{7f}", count: 128)
        let sealed = try Sealed.named("aes128gcm generic").saying("hello")
        let pushes = try ["a", "b"].map { seed in
            try sealed.push(seed).replacing(#""me""#, with: "\"\(label)\"")
        }
        let keys = try Keyring([("webpush", sealed.key)])
        let longest = try #require(pushes.map(\.utf8.count).max())
        #expect(stored(pushes, keys, payloadBytesMax: longest).events == 2)
        #expect(stored(pushes + pushes, keys, payloadBytesMax: longest).events == 2)
        #expect(stored(pushes, keys, payloadBytesMax: longest - 1).isEmpty)
        #expect(stored(["{}", "[]"], keys, payloadBytesMax: 1).isEmpty)
        let phoenix = PlainPushes.phoenix
        #expect(stored([phoenix], keys, payloadBytesMax: phoenix.utf8.count).count == 1)
    }
}
