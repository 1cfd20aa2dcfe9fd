import Foundation
import Testing

/// `keys` with every format: what comes in, what is shown of it, and what is not made here.
@Suite struct KeyFormatsTests {
    private static let k32 = SealTests.k32
    private static let label = SealTests.topic

    struct Case: Sendable, CustomTestStringConvertible {
        let slot: String
        let key: String
        /// What `keys public` prints; nil for a key that both sides hold.
        var shown: String?

        var testDescription: String { slot }
    }

    static let cases = [
        Case(slot: "blocktank", key: Bench.secret, shown: Bench.publicKey),
        // RFC 8291, appendix A: the user agent's keys.
        Case(
            slot: "webpush",
            key: #"{"secret":"ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de","#
                + #""auth":"05305932a1c7eabe13b6cec9fda48882"}"#,
            shown: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
                + "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        // RFC 7748, 6.1: Alice's keys, and Bob's public one.
        Case(
            slot: "simplex",
            key: #"{"secret":"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a","#
                + #""peer":"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"}"#,
            shown: "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"),
        Case(slot: "simplex:AAAA", key: #"{"shared":"\#(k32)"}"#),
        Case(slot: "zulip:1", key: k32), Case(slot: "zulip:7", key: "31" + k32),
        Case(slot: "threema", key: k32), Case(slot: "session", key: k32.uppercased()),
        Case(slot: "homeassistant", key: " \(k32)\n"),
        Case(slot: "reown:\(label)", key: #"{"secret":"\#(k32)"}"#),
        Case(slot: "alby:\(label)", key: #"{"secret":"\#(k32)","version":"1.0"}"#),
        Case(slot: "bark", key: #"{"secret":"\#(k32.prefix(32))","mode":"ecb"}"#),
        Case(slot: "bisq", key: k32),
    ]

    @Test(arguments: cases) func aKeyComesInAndOnlyItsPublicHalfIsShown(_ key: Case) throws {
        let bench = try Bench(withKey: false)
        let imported = try bench.run(["keys", "import", key.slot], input: key.key)
        #expect(imported.status == 0, "\(imported.errors)")
        let list = try bench.run(["keys", "list"])
        let shown = try bench.run(["keys", "public", key.slot])
        if let half = key.shown {
            #expect(imported.output == half + "\n" && shown.output == half + "\n")
            #expect(list.output == "\(key.slot)\tgeneration 1\t\(half)\n")
        } else {
            #expect(imported.output == "")
            #expect(list.output == "\(key.slot)\tgeneration 1\t-\n")
            #expect(shown.status == 1 && shown.output == "")
            #expect(shown.errors.contains("the key in slot \(key.slot) has no public half"))
            #expect(shown.errors.contains("\nntfdecrypt: hint: ntfdecrypt keys list\n"))
        }
        let all = try bench.shell("od -An -tx1 -v keystore/* | tr -d ' \\n'; $N doctor 2>&1")
        #expect(!all.output.contains(Self.k32))
    }

    @Test(arguments: cases.dropFirst()) func aKeyThatItsSenderHoldsTooIsNotMadeHere(
        _ key: Case
    ) throws {
        let bench = try Bench(withKey: false)
        for command in ["generate", "rotate"] {
            if command == "rotate" {
                #expect(try bench.run(["keys", "import", key.slot], input: key.key).status == 0)
            }
            let run = try bench.run(["keys", command, key.slot])
            #expect(run.status == 64)
            #expect(run.output == "")
            #expect(
                run.errors.hasPrefix(
                    "ntfdecrypt: error: a key for \(key.slot) is made where its sender gets it, too\n"
                        + "ntfdecrypt: hint: ntfdecrypt keys import \(key.slot) < "),
                "\(run.errors)")
        }
        #expect(try bench.run(["keys", "list"]).lines.count == 1)
    }

    @Test(arguments: cases) func anotherFormatsKeyIsRefusedWithTheShapeOfItsOwn(
        _ key: Case
    ) throws {
        let bench = try Bench(withKey: false)
        for bad in [
            "", "00", "{}", #"{"secret":"\#(Self.k32)","other":"00"}"#, Self.k32 + Self.k32,
        ] {
            let run = try bench.run(["keys", "import", key.slot], input: bad)
            #expect(run.status == 64, "\(bad)")
            #expect(run.output == "")
            #expect(
                run.errors.contains("\nntfdecrypt: hint: ntfdecrypt keys import \(key.slot) < "))
            #expect(!run.errors.contains(Self.k32))
        }
        #expect(!FileManager.default.fileExists(atPath: bench.keystore + "/keys"))
    }

    @Test(arguments: [
        "zulip", "reown", "alby", "zulip:x", "reown:0A", "bark:", "signal", "zulip:01",
    ])
    func aSlotThatIsNoneIsRefused(_ slot: String) throws {
        let bench = try Bench(withKey: false)
        for command in ["import", "generate", "public", "delete"] {
            let run = try bench.run(["keys", command, slot], input: Self.k32)
            #expect(run.status == 64)
            #expect(run.output == "")
            #expect(run.errors.contains("\nntfdecrypt: hint: "), "\(run.errors)")
        }
    }
}
