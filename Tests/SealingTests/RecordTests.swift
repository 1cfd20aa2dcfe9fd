import Foundation
import NotificationPipeline
import Testing

@testable import SharedGroup

/// What the app finds in its inbox: that something came, and never what it says.
@Suite struct RecordTests {
    /// Words that no record may have in it.
    private static let words = ["Ada", "Secret Garden", "meet me", "ECHOECHO", "Weblate", "gift"]

    static let spoken: [(name: String, message: String)] = [
        ("aesgcm icecubes", #"{"title":"Ada","body":"meet me"}"#), ("aes128gcm generic", "meet me"),
        (
            "zulip",
            #"{"type":"message","message_id":7,"sender_full_name":"Ada","content":"meet me","#
                + #""recipient_type":"channel","channel_name":"Secret Garden","topic":"gift"}"#
        ),
        ("threema", #"{"cmd":"newmsg","from":"ECHOECHO","messageId":"7"}"#),
        ("session", ##"{"#":"7","n":0,"s":"Ada"}"##),
        ("homeassistant", #"{"title":"Secret Garden","message":"meet me"}"#),
        ("reown", #"{"id":7,"params":{"name":"Weblate"}}"#),
        (
            "alby nip44",
            #"{"notification_type":"payment_received","notification":{"amount":21000,"#
                + #""description":"gift","payment_hash":"\#(PlainPushes.hash)"}}"#
        ),
        ("bark gcm", #"{"title":"Ada","subtitle":"gift","body":"meet me","id":"7"}"#),
        ("bisq", #"{"id":"7","title":"Ada","message":"meet me","tradeId":"t-1"}"#),
    ]

    private func members(_ record: Record) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(record.text.utf8))
        return try #require(object as? [String: Any])
    }

    @Test(arguments: spoken) func noWordStandsInARecord(_ name: String, _ message: String) throws {
        let sealed = try Sealed.named(name).saying(message)
        let push = try sealed.push()
        let records = stored([push], try Keyring([sealed.own]))
        #expect(records.count == 1)
        let record = try #require(records.first)
        for word in Self.words { #expect(!record.text.contains(word), "\(record.text)") }
        let names: Set = [
            "v", "id", "type", "kind", "account", "sats", "amountMsat", "paymentHash", "orderId",
            "receivedAt", "expiresAt", "state",
        ]
        #expect(names.isSuperset(of: try members(record).keys))
    }

    @Test(arguments: spoken) func theRealInboxHoldsTheSameAndOnceOnly(
        _ name: String, _ message: String
    ) throws {
        let sealed = try Sealed.named(name).saying(message)
        let path = FileManager.default.temporaryDirectory.appending(path: "group-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var pipeline = Pipeline(
            keys: try Keyring([sealed.own]), crypto: PlatformCryptography(),
            store: Inbox(groupDirectory: path))
        let push = Array(try sealed.push().utf8)
        #expect(pipeline.process(push.span, now: 1000).storage == .recorded)
        #expect(pipeline.process(push.span, now: 2000).storage == .duplicate)
        let reader = try InboxReader.open(groupDirectory: path)
        let entries = try reader?.list().entries
        let record = try #require(stored([sealed.push()], try Keyring([sealed.own])).first)
        #expect(entries?.map(\.json) == [String(record.text.dropLast())])
        #expect(entries?.map(\.receivedAt) == [1000])
    }

    @Test func anAccountIsWrittenAndAKindForPaymentsOnly() throws {
        for (name, message) in Self.spoken {
            let sealed = try Sealed.named(name).saying(message)
            let record = try #require(stored([try sealed.push()], try Keyring([sealed.own])).first)
            let members = try members(record)
            #expect(members["kind"] as? String == (name == "alby nip44" ? "lightning" : nil))
            let label = sealed.slot.split(separator: ":").dropFirst().first.map(String.init)
            #expect(members["account"] as? String == label)
            #expect(members["state"] as? String == "pending")
            #expect(members["expiresAt"] == nil)
        }
        let payments = stored([PlainPushes.phoenix, PlainPushes.breez], try Keyring([]))
        #expect(
            try payments.map { try members($0)["kind"] as? String } == ["lightning", "lightning"])
        #expect(try members(payments[0])["account"] as? String == PlainPushes.hash)
        #expect(payments.map(\.expiresAt) == [1120, nil])
        let close = try Sealed.named("blocktank")
        let record = try #require(stored([try close.push()], try Keyring([close.own])).first)
        #expect(try members(record)["kind"] as? String == "onchain")
    }

    @Test func whatAsksNothingOfTheAppLeavesNoRecord() throws {
        let test = try Sealed.named("zulip")
        let verification = try Sealed.named("simplex verification")
        let keys = try Keyring([test.own, verification.own])
        let pushes = try [test.push(), verification.push(), PlainPushes.check]
        #expect(stored(pushes, keys).isEmpty)
        for push in pushes { #expect(processed(push, keys).message != nil) }
        let removed = test.saying(#"{"type":"remove","message_ids":[1,2]}"#)
        #expect(stored([try removed.push()], keys).count == 1)
        // What is refused leaves none, either.
        #expect(stored([try removed.push(), "{}", "x"], try Keyring([])).isEmpty)
    }
}
