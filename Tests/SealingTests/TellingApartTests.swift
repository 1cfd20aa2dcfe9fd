import Foundation
import NotificationPipeline
import Testing

/// Pushes with the marks of two families, and whose key is asked for.
@Suite struct TellingApartTests {
    /// Two families in their order, and what makes one push of both: a push of each, merged, or for
    /// two that share a member, a mark of the other.
    struct Pair: Sendable, CustomTestStringConvertible {
        let first: String
        let second: String

        var testDescription: String { "\(first), \(second)" }

        var cases: (Sealed, Sealed) {
            get throws { (try Sealed.named(first), try Sealed.named(second)) }
        }

        func push() throws -> String {
            let (first, second) = try cases
            return try merged(first.push(), second.push())
        }
    }

    static let pairs = [
        Pair(first: "blocktank", second: "zulip"), Pair(first: "wake", second: "aesgcm icecubes"),
        Pair(first: "two pushes", second: "bark cbc"),
        Pair(first: "aes128gcm generic", second: "threema"),
        Pair(first: "aesgcm mastodon", second: "simplex"),
        Pair(first: "simplex", second: "session"), Pair(first: "zulip", second: "alby nip44"),
        Pair(first: "homeassistant", second: "bark gcm"),
        Pair(first: "threema", second: "reown"), Pair(first: "session", second: "alby nip04"),
        Pair(first: "alby nip44", second: "bisq"), Pair(first: "reown", second: "bark ecb"),
        Pair(first: "bark gcm", second: "bisq"),
    ]

    @Test(arguments: pairs) func whicheverKeyIsThereOpens(_ pair: Pair) throws {
        let push = try pair.push()
        let (first, second) = try pair.cases
        for sealed in [first, second] {
            let notification = processed(push, try Keyring([sealed.own]))
            #expect(notification.outcome == .decrypted)
            #expect(notification.envelope.map { "\($0.name)" } == sealed.envelope)
        }
        let keys = try Keyring([second.own, first.own])
        #expect(processed(push, keys).envelope.map { "\($0.name)" } == first.envelope)
        #expect(keys.asked == [first.slot])
    }

    @Test(arguments: pairs) func withoutEitherKeyItIsMissingAndTheFirstIsNamed(_ pair: Pair) throws
    {
        let (first, second) = try pair.cases
        let keys = try Keyring([])
        let notification = processed(try pair.push(), keys)
        #expect(notification.end == "key-missing")
        #expect(notification.envelope.map { "\($0.name)" } == first.envelope)
        func asked(_ sealed: Sealed) -> [String] {
            sealed.family == "webpush" ? ["webpush:me", "webpush"] : [sealed.slot]
        }
        #expect(keys.asked == asked(first) + asked(second))
    }

    @Test(arguments: pairs) func aWrongKeyInFrontLeavesTheOtherItsTurn(_ pair: Pair) throws {
        let push = try pair.push()
        let (first, second) = try pair.cases
        // Without a tag one wrong key in 256 gives something that looks padded.
        guard first.isAuthenticated else { return }
        let keys = try Keyring([first.wrong, second.own])
        let notification = processed(push, keys)
        #expect(notification.outcome == .decrypted)
        #expect(notification.envelope.map { "\($0.name)" } == second.envelope)
        #expect(notification.isAuthenticated == second.isAuthenticated)
        #expect(keys.asked == [first.slot, second.slot])
    }

    @Test(arguments: pairs) func aKeyThatIsThereSaysMoreThanOneThatIsNot(_ pair: Pair) throws {
        let push = try pair.push()
        let (first, second) = try pair.cases
        for (keys, named) in [
            ([first.wrong], first), ([second.wrong], second), ([first.wrong, second.wrong], first),
        ] {
            let notification = processed(push, try Keyring(keys))
            #expect(notification.end == "authentication-failed")
            #expect(notification.envelope.map { "\($0.name)" } == named.envelope)
            #expect(notification.message == nil && notification.isAuthenticated)
        }
    }

    /// Zulip and Home Assistant have the box in the same member, and all keys are the same bytes.
    @Test func oneBoxWithTwoMarksIsOpenedAsWhatTheKeyIsFor() throws {
        let (zulip, assistant) = (try Sealed.named("zulip"), try Sealed.named("homeassistant"))
        let ofZulip = try merged(zulip.push(), #"{"encrypted":true}"#)
        let ofAssistant = try merged(assistant.push(), #"{"push_key_id":12}"#)
        for (push, sealed) in [(ofZulip, zulip), (ofAssistant, assistant)] {
            let notification = processed(push, try Keyring([sealed.own]))
            #expect(notification.outcome == .decrypted)
            #expect(notification.envelope.map { "\($0.name)" } == sealed.envelope)
        }
        #expect(processed(ofZulip, try Keyring([zulip.own, assistant.own])).envelope == .zulip)
        #expect(
            processed(ofAssistant, try Keyring([zulip.wrong, assistant.own])).end == "decrypted")
        #expect(processed(ofZulip, try Keyring([])).end == "key-missing")
        #expect(processed(ofZulip, try Keyring([assistant.wrong])).end == "authentication-failed")
        // It opens, and says nothing that Home Assistant says.
        #expect(processed(ofZulip, try Keyring([assistant.own])).end != "key-missing")
    }

    @Test(arguments: SealedPushTests.cases) func aKeyIsNeverTriedOnAnotherFamilysBox(
        _ sealed: Sealed
    ) throws {
        let others = SealedPushTests.cases.filter { other in other.family != sealed.family }
        let keys = try Keyring(
            others.map(\.own) + [("webpush:other", try Sealed.named("aesgcm generic").key)])
        let notification = processed(try sealed.push(), keys)
        #expect(notification.end == "key-missing")
        #expect(notification.message == nil)
        #expect(keys.tried == [])
        #expect(keys.asked.allSatisfy { slot in slot.split(separator: ":")[0] == sealed.family })
    }
}
