import Foundation
import Testing

/// `--show-message`, `--discreet` and `--card`: how much of a message is to be seen.
@Suite struct ShowMessageTests {
    private static let message = #"{"title":"Ada","subtitle":"At noon","body":"Bring 3 keys"}"#
    private static let key = #"{"secret":"\#(SealTests.k32)","mode":"gcm"}"#

    /// A bench with a key of Bark, and a push in `push`.
    private func bench() throws -> Bench {
        let bench = try Bench(withKey: false)
        #expect(try bench.run(["keys", "import", "bark"], input: Self.key).status == 0)
        let push = try bench.run(["seal", "bark", "--slot", "bark"], input: Self.message)
        #expect(push.status == 0)
        try Data(push.output.utf8).write(to: URL(filePath: bench.path + "/push"))
        return bench
    }

    @Test func aMessageIsShownIntoAPipe() throws {
        let bench = try bench()
        let run = try bench.shell("$N --no-store --show-message < push | cat")
        #expect(run.reasons == ["decrypted"])
        #expect(run.output.contains(#""message":\#(Self.message)}}"#))
        #expect(run.errors == "")
        let without = try bench.shell("$N --no-store < push | cat")
        #expect(!without.output.contains(#""message":"#))
        let many = try bench.shell(
            "cat push push push | $N --no-store --jobs 3 --show-message | cat")
        #expect(many.lines == Array(repeating: run.lines[0], count: 3))
    }

    @Test func aMessageIsNeverShownIntoAFile() throws {
        let bench = try bench()
        for script in [
            "$N --show-message < push", "$N --show-message < push > out",
            "$N --show-message < push > /dev/null", "$N open --show-message push >> out",
            "$N --show-message --no-store push 1> /dev/full",
        ] {
            let run = try bench.shell("\(script); echo $? >&2")
            #expect(run.output == "", "\(script)")
            #expect(run.errors.hasSuffix("\n64\n"), "\(script)")
            #expect(
                run.errors.hasPrefix(
                    "ntfdecrypt: error: --show-message writes secrets, and standard output is neither "
                        + "a terminal nor a pipe\nntfdecrypt: hint: ntfdecrypt --show-message"),
                "\(run.errors)")
        }
        let kept = FileManager.default.contents(atPath: bench.path + "/out")
        #expect(kept?.isEmpty == true)
        #expect(!FileManager.default.fileExists(atPath: bench.group))
    }

    @Test func discreetShowsOnlyOfWhatKindItIs() throws {
        let bench = try bench()
        let run = try bench.shell("$N --no-store --discreet < push")
        #expect(
            run.output.contains(
                #""alert":{"title":"New Message","body":"Open the app to read it"}"#))
        for word in ["Ada", "noon", "keys"] { #expect(!run.output.contains(word)) }
        let german = try bench.shell("$N --no-store --discreet --locale de < push")
        #expect(german.output.contains(#""title":"Neue Nachricht""#))
        let open = try bench.shell("$N --no-store < push")
        #expect(
            open.output.contains(
                #""alert":{"title":"Ada","subtitle":"At noon","body":"Bring 3 keys"}"#))
    }

    @Test func theCardShowsTheSubtitleUnlessItIsDiscreet() throws {
        let bench = try bench()
        let card = try bench.shell("$N --no-store --card < push").errors.split(separator: "\n")
        #expect(card.count == 5)
        #expect(card[1].hasPrefix("│ Ada ") && card[1].hasSuffix(" now │"))
        #expect(card[2].hasPrefix("│ At noon "))
        #expect(card[3].hasPrefix("│ Bring 3 keys "))
        let discreet = try bench.shell("$N --no-store --card --discreet < push").errors
        #expect(discreet.split(separator: "\n").count == 4)
        #expect(discreet.contains("│ New Message "))
        for word in ["Ada", "noon", "keys"] { #expect(!discreet.contains(word)) }
    }

    @Test func aMessagesTextsAreInTheLanguageThatWasChosen() throws {
        let push = #"{"reason":"IncomingPayment"}"#
        let bench = try Bench(withKey: false)
        func title(_ arguments: [String], _ environment: [String: String]) throws -> String {
            let run = try bench.run(
                ["--no-store"] + arguments, input: push, environment: environment)
            return String(
                run.output.dropFirst(#"{"aps":{"alert":{"title":""#.count)
                    .prefix { character in character != "\"" })
        }
        let english = try title([], [:])
        let german = try title(["--locale", "de"], [:])
        #expect(english == "Payment Incoming")
        #expect(german == "Eingehende Zahlung")
        #expect(try title([], ["LC_MESSAGES": "de_DE.UTF-8"]) == german)
        #expect(try title(["--locale", "en"], ["LC_MESSAGES": "de_DE.UTF-8"]) == english)
        #expect(try title([], ["LC_MESSAGES": "ja_JP.UTF-8"]) == english)
        #expect(try title(["--locale", "xx"], ["LC_MESSAGES": "de"]) == english)
    }
}
