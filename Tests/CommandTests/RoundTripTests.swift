import Foundation
import Testing

/// `seal … | ntfdecrypt`, as people type it.
@Suite struct RoundTripTests {
    private func bench(_ slot: String, _ key: String) throws -> Bench {
        let bench = try Bench(withKey: false)
        let imported = try bench.shell(
            "printf %s '\(key)' > key; $N keys import \(slot) < key; echo $?")
        #expect(imported.output.hasSuffix("0\n"))
        return bench
    }

    private static let cases: [(slot: String, key: String, seal: String, shown: String)] = [
        (
            "zulip:12", SealTests.k32,
            #"echo '{"type":"message","message_id":7,"sender_full_name":"Ada","content":"Hello","#
                + #""recipient_type":"direct"}' | $N seal zulip --slot zulip:12"#,
            #""alert":{"title":"Ada","body":"Hello"}"#
        ),
        (
            "homeassistant", SealTests.k32,
            #"echo '{"title":"Door","message":"It is open"}' | $N seal homeassistant "#
                + "--slot homeassistant",
            #""alert":{"title":"Door","body":"It is open"}"#
        ),
        (
            "alby:\(SealTests.topic)", #"{"secret":"\#(SealTests.k32)","version":"1.0"}"#,
            #"echo '{"notification_type":"payment_received","notification":{"amount":5000000000999}}' "#
                + "| $N seal alby --slot alby:\(SealTests.topic)",
            #""title":"Received 5,000,000,000 sats""#
        ),
        (
            "webpush", SealTests.subscription,
            "echo 'Hello there' | $N seal webpush --slot webpush --shape mastodon",
            #""body":"Hello there""#
        ),
    ]

    @Test(arguments: cases) func whatIsSealedIsShown(
        _ slot: String, _ key: String, _ seal: String, _ shown: String
    ) throws {
        let bench = try bench(slot, key)
        let run = try bench.shell("\(seal) | $N")
        #expect(run.reasons == ["decrypted"], "\(run.errors)")
        #expect(run.output.contains(shown), "\(run.output)")
        #expect(run.output.contains(#""stored":true"#))
        let record = try bench.shell("$N inbox list")
        #expect(record.lines.count == 1)
        for word in ["Ada", "Hello", "Door", "open\""] { #expect(!record.output.contains(word)) }
    }

    @Test(arguments: cases) func withoutTheKeyOrWithAnotherNothingIsShown(
        _ slot: String, _ key: String, _ seal: String, _ shown: String
    ) throws {
        let bench = try bench(slot, key)
        _ = try bench.shell("\(seal) > push")
        let other = key.replacing("00", with: "70").replacing("ab5757", with: "ab5758")
        let changed = try bench.shell(
            "$N keys delete \(slot); printf %s '\(other)' > key; $N keys import \(slot) < key; "
                + "$N < push; echo $?")
        #expect(changed.output.contains(#""reason":"authentication-failed""#))
        #expect(changed.output.hasSuffix("\n1\n"))
        #expect(!changed.output.contains(shown))
        let missing = try bench.shell("$N keys delete \(slot); $N < push")
        #expect(missing.reasons == ["key-missing"])
        let family = slot.prefix { character in character != ":" }
        #expect(missing.errors.contains("\nntfdecrypt: hint: ntfdecrypt keys import \(family)"))
        #expect(changed.errors.contains("ntfdecrypt keys ") && !changed.errors.contains("blocktank"))
        #expect(missing.output.contains("Open Bitkit to check for new activity"))
        let cut = try bench.shell("head -c 200 push | $N")
        #expect(cut.reasons == ["malformed-json"])
    }

    @Test func badPaddingBehindAGoodTagIsTheSendersFaultAndNoKeys() throws {
        let bench = try bench("webpush", SealTests.subscription)
        let vector = try String(
            contentsOf: Bench.root.appending(
                path: "TestVectors/webpush/delimiter_final_early.vector"), encoding: .utf8)
        let push = String(try #require(vector.split(separator: "\n").last))
        let run = try bench.run(input: push)
        #expect(run.reasons == ["malformed-envelope"])
        #expect(run.errors.contains("payload 1: an envelope with a broken field\n"))
        #expect(!run.errors.contains("no key opens it"))
        let wrong = try bench.run(input: push.replacing("ESnIaw", with: "ESnIbw"))
        #expect(wrong.reasons == ["authentication-failed"])
        #expect(wrong.errors.contains("no key opens it"))
    }
}
