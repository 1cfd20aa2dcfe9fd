import Foundation
import Testing

@Suite struct SealTests {
    static let message =
        #"{"source":"blocktank","type":"incomingHtlc","payload":{"paymentHash":"#
        + #""e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","#
        + #""amountMsat":100000},"createdAt":"2024-01-01T00:00:00.000Z"}"#
    static let k32 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let topic = String(repeating: "0a", count: 32)
    static let subscription =
        #"{"secret":"ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de","#
        + #""auth":"05305932a1c7eabe13b6cec9fda48882"}"#

    private func bench(_ slot: String, _ key: String) throws -> Bench {
        let bench = try Bench(withKey: false)
        #expect(try bench.run(["keys", "import", slot], input: key).status == 0)
        return bench
    }

    /// Seals, and opens what came out.
    private func opened(
        _ bench: Bench, _ arguments: [String], _ message: String
    ) throws -> (push: Run, shown: Run) {
        let push = try bench.run(["seal"] + arguments, input: message)
        #expect(push.status == 0, "\(arguments): \(push.errors)")
        #expect(push.output.hasSuffix("}\n"))
        return (push, try bench.run(["--no-store"], input: push.output))
    }

    struct Case: Sendable {
        let arguments: [String]
        let slot: String
        let key: String
        let message: String
    }

    static let cases: [Case] =
        [
            Case(arguments: ["blocktank"], slot: "blocktank", key: Bench.secret, message: message),
            Case(
                arguments: ["wake"], slot: "blocktank", key: Bench.secret,
                message: #"{"v":1,"id":"01a0c450-6c00-7000-8000-000000000001","topic":"#
                    + #""blocktank.mutualClose","urgency":"alert","deadline":9,"payload":{}}"#),
            Case(
                arguments: ["simplex", "--verification"], slot: "simplex",
                key: #"{"shared":"\#(k32)"}"#, message: "code"),
            Case(arguments: ["zulip"], slot: "zulip:12", key: k32, message: #"{"type":"test"}"#),
            Case(
                arguments: ["threema"], slot: "threema", key: k32,
                message: #"{"cmd":"newmsg","from":"A","messageId":"01"}"#),
            Case(
                arguments: ["session"], slot: "session", key: k32, message: #"{"n":0}"#),
            Case(
                arguments: ["homeassistant"], slot: "homeassistant", key: k32,
                message: #"{"message":"hello"}"#),
            Case(
                arguments: ["reown", "--tag", "1100"], slot: "reown:\(topic)", key: k32,
                message: #"{"id":1,"jsonrpc":"2.0"}"#),
            Case(
                arguments: ["alby"], slot: "alby:\(topic)",
                key: #"{"secret":"\#(k32)","version":"1.0"}"#,
                message:
                    #"{"notification_type":"payment_sent","notification":{"amount":21000}}"#),
            Case(
                arguments: ["bark"], slot: "bark", key: #"{"secret":"\#(k32)","mode":"gcm"}"#,
                message: #"{"body":"hello"}"#),
            Case(
                arguments: ["bisq"], slot: "bisq", key: k32,
                message: #"{"id":"1","title":"Trade","message":"Paid"}"#),
        ]
        + [
            [], ["--record-size", "20"], ["--shape", "icecubes"], ["--shape", "mastodon"],
            ["--shape", "mastodon", "--encoding", "aesgcm"],
            ["--encoding", "aesgcm", "--record-size", "20"],
        ].map { form in
            Case(
                arguments: ["webpush"] + form, slot: "webpush:me", key: subscription,
                message: #"{"title":"Hello","body":"there"}"#)
        }

    @Test(arguments: cases) func everyFormatIsSealedWithItsSlotAndOpens(_ sealed: Case) throws {
        let bench = try bench(sealed.slot, sealed.key)
        let (push, shown) = try opened(
            bench, sealed.arguments + ["--slot", sealed.slot], sealed.message + "\n")
        #expect(push.lines.count == 1)
        #expect(shown.reasons == ["decrypted"])
        #expect(!push.output.contains("e3b0c44298fc"))
        #expect(push.errors.isEmpty || sealed.slot == "simplex")
    }

    @Test func aPublicKeyIsEnoughForBlocktank() throws {
        let bench = try Bench()
        let (_, shown) = try opened(
            bench, ["blocktank", "--to", Bench.publicKey], Self.message)
        #expect(shown.reasons == ["decrypted"])
        let stranger = try Bench(withKey: false)
        let push = try stranger.run(
            ["seal", "blocktank", "--to", Bench.publicKey.uppercased()], input: Self.message)
        #expect(push.status == 0)
        #expect(!FileManager.default.fileExists(atPath: stranger.keystore))
    }

    @Test func aSubscriptionIsNamedByItsPublicKeyAndASecretFromADescriptor() throws {
        let bench = try bench("webpush", Self.subscription)
        let run = try bench.shell(
            """
            echo 05305932a1c7eabe13b6cec9fda48882 > auth
            echo '{"title":"Hello"}' | $N seal webpush --to "$($N keys public webpush)" \
            --auth-fd 3 --label me 3< auth | $N --no-store
            """)
        #expect(run.reasons == ["decrypted"])
        #expect(run.output.contains(#""title":"Hello""#))
        let short = try bench.shell(
            """
            echo 0530 > auth
            echo x | $N seal webpush --to "$($N keys public webpush)" --auth-fd 3 3< auth
            """)
        #expect(short.status == 64)
        #expect(short.errors.contains("descriptor 3 does not hold 32 hex digits"))
        #expect(!short.errors.contains("0530"))
    }

    @Test func twoPushesAreTwoLinesTheSilentOneFirst() throws {
        let bench = try Bench()
        let (push, shown) = try opened(
            bench, ["blocktank", "--two-push", "--to", Bench.publicKey], Self.message)
        #expect(push.lines.count == 2)
        #expect(push.lines[0].contains("incoming_htlc_wake"))
        #expect(shown.reasons == ["plain", "decrypted"])
        let run = try bench.run(
            ["seal", "blocktank", "--two-push", "--to", Bench.publicKey], input: "{}")
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.contains("payload.paymentHash"))
    }

    @Test func aListOfQueuesIsMadeAndItsLastOneIsShown() throws {
        let queue = "ZRFqIw0dJ8IWtJ_DpNrl2x7gagw3FR0S"
        let bench = try bench("simplex", #"{"shared":"\#(Self.k32)"}"#)
        _ = try bench.run(
            ["keys", "import", "simplex:\(queue)"], input: #"{"shared":"\#(Bench.secret)"}"#)
        let address = "smp://x5CylZDjX6XQhq0t4EnhkB0XvkoEQHu9EPrFKLaXN0g=@host:5001/"
        let arguments = [
            "simplex", "--slot", "simplex", "--time", "1719000000", "--queue",
            address + "Dqko8yYEUifvJJsGOf89lrXepqSDyubK", "--queue",
        ]
        let (push, shown) = try opened(bench, arguments + [address + queue], "")
        #expect(shown.output.contains(#""createdAt":"1719000000""#))
        #expect(push.errors.contains("the push has 4310 bytes, APNs takes 4096"))
        let bad = try bench.run(["seal"] + arguments + ["host/x"])
        #expect(bad.status == 64)
        #expect(bad.errors.contains("smp://KEYHASH@HOST/NOTIFIERID"))
    }

    @Test func aSeedSealsTheSameTwiceAndSaysWhatItIsFor() throws {
        let bench = try Bench()
        func seal(_ more: [String]) throws -> Run {
            try bench.run(
                ["seal", "blocktank", "--to", Bench.publicKey] + more, input: Self.message)
        }
        let one = try seal(["--deterministic", "a"])
        #expect(try seal(["--deterministic", "a"]).output == one.output)
        #expect(try seal(["--deterministic", "b"]).output != one.output)
        #expect(one.errors == "ntfdecrypt: note: sealed with a seed: a test vector, not for sending\n")
        #expect(try seal([]).output != seal([]).output)
        let help = try bench.run(["seal", "--help"]).output
        #expect(help.contains("FOR TEST VECTORS ONLY"))
        #expect(help.contains("breaks the encryption"))
    }

    @Test(arguments: [
        (["zulip", "--to", Bench.publicKey], "zulip has a key both sides hold"),
        (["zulip", "--slot", "threema"], "takes a key of zulip"),
        (["zulip"], "name one recipient"),
        (["blocktank", "--to", Bench.publicKey, "--slot", "blocktank"], "name one recipient"),
        (["blocktank", "--to", "02" + String(repeating: "f", count: 64)], "--to is no public key"),
        (["blocktank", "--to", String(Bench.publicKey.dropLast(2))], "--to is no public key"),
        (["blocktank", "--to", "zz"], "--to is no public key"),
        (["blocktank", "--slot", "nothing"], "--slot"),
        (["carrier-pigeon", "--slot", "blocktank"], "FORMAT"),
        (["wake", "--to", Bench.publicKey, "--two-push"], "--two-push is for blocktank"),
        (["blocktank", "--to", Bench.publicKey, "--shape", "mastodon"], "are for webpush"),
        (["blocktank", "--to", Bench.publicKey, "--tag", "1"], "--tag is for reown"),
        (["blocktank", "--to", Bench.publicKey, "--queue", "smp://x"], "are for simplex"),
        (["blocktank", "--to", Bench.publicKey, "--auth-fd", "3"], "--auth-fd goes with webpush"),
        (["webpush", "--to", "BCVx"], "--auth-fd goes with webpush"),
    ])
    func whatMakesNoSenseIsRefused(_ arguments: [String], _ words: String) throws {
        let bench = try Bench()
        let run = try bench.run(["seal"] + arguments, input: Self.message)
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("ntfdecrypt: error: "))
        #expect(run.errors.contains(words), "\(run.errors)")
    }

    @Test func whatCannotBeSealedIsRefused() throws {
        let bench = try Bench()
        for (input, status, words) in [
            ("", Int32(64), "there is no message on standard input"),
            ("\n", 64, "there is no message on standard input"),
            (String(repeating: "x", count: 4000), 1, "longer than the 4096 bytes APNs takes"),
            (String(repeating: "x", count: 70_000), 1, "longer than blocktank carries"),
        ] {
            let run = try bench.run(["seal", "blocktank", "--slot", "blocktank"], input: input)
            #expect(run.status == status)
            #expect(run.output == "")
            #expect(run.errors.contains(words))
        }
        let missing = try bench.run(["seal", "zulip", "--slot", "zulip:13"], input: "x")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("there is no key in slot zulip:13"))
        try FileManager.default.removeItem(atPath: bench.keystore + "/device.key")
        let locked = try bench.run(["seal", "blocktank", "--slot", "blocktank"], input: "x")
        #expect(locked.status == 1)
        #expect(locked.errors.contains("the keystore is locked"))
    }
}

@Suite struct RegisterTests {
    static let token = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
    static let node = "023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1"

    /// Registers with a node's key of equal bytes, read from a file.
    private func register(
        _ more: String, token: String = token, node: String = node, key: String = "33"
    ) throws -> Run {
        let bench = try Bench()
        let secret = String(repeating: key, count: 32)
        return try bench.shell(
            "echo \(secret) > node; $N keys register --device-token \(token) --node-id \(node) "
                + "--node-key-fd 3 \(more) 3< node")
    }

    @Test func thePublishedRegistrationIsSigned() throws {
        // bitkit-core, legacy_registration.json.
        let run = try register("--timestamp 2024-01-01T00:00:00.000Z")
        #expect(run.status == 0)
        #expect(
            run.output.contains(
                #""signature":"d7pcmmefqgy3qqi69fdsi3f6z7uot9m3bbe8baeciprhckdrscizyr7ks5yat84yn83zayon894qyijsxc6s5ufshs68ppa8sh1j5nwo""#
            ))
        #expect(run.output.contains(#""publicKey":"\#(Bench.publicKey)""#))
        #expect(run.output.contains(#""isProduction":false"#))
        #expect(!run.output.contains("3333333333"))
        let hex = try register("--hex --production --timestamp 2024-01-01T00:00:00.000Z")
        #expect(hex.output.contains(#""signature":"1f5ac5ad057181973abef9476ae4bebf6708fd79"#))
        #expect(hex.output.contains(#""isProduction":true"#))
    }

    @Test func withoutATimeItIsNow() throws {
        let before = Date()
        let run = try register("")
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let text = try #require((object as? [String: Any])?["isoTimestamp"] as? String)
        let parser = ISO8601DateFormatter()
        parser.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let time = try #require(parser.date(from: text))
        #expect(time >= before.addingTimeInterval(-2) && time <= Date().addingTimeInterval(1))
    }

    @Test func whatMakesNoSenseIsRefused() throws {
        let other = "02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27"
        for (run, words) in [
            (try register("", node: other), "is not that of the node"),
            (try register("", key: "00"), "is not that of the node"),
            (try register("", key: "3"), "does not hold 64 hex digits"),
            (try register("", node: "02" + String(repeating: "f", count: 64)), "--node-id takes"),
            (try register("", node: "12"), "--node-id takes"),
            (try register("", token: "00fc"), "--device-token takes"),
            (try register("", token: Self.token.uppercased()), "--device-token takes"),
            (try register("--timestamp yesterday"), "--timestamp"),
            (try register("--timestamp 2024-01-01T00:00:00Z"), "--timestamp"),
        ] {
            #expect(run.status == 64)
            #expect(run.output == "")
            #expect(run.errors.contains(words), "\(run.errors)")
        }
    }

    @Test func withoutAKeyThereIsNothingToRegister() throws {
        let bench = try Bench(withKey: false)
        let run = try bench.shell(
            "echo \(String(repeating: "33", count: 32)) > node; $N keys register --device-token "
                + "\(Self.token) --node-id \(Self.node) --node-key-fd 3 3< node")
        #expect(run.status == 1)
        #expect(run.errors.contains("there is no key in slot blocktank"))
    }
}
