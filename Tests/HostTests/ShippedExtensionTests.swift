import Foundation
import Testing

/// The extension of this package under the host, and by itself.
@Suite struct ShippedExtensionTests {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let push = try! String(
        contentsOf: root.appending(path: "TestVectors/demo/blocktank.push.json"), encoding: .utf8
    ).replacingOccurrences(of: "\n", with: "") + "\n"

    /// A bench whose keystore has the published key.
    private func bench() throws -> HostBench {
        let bench = try HostBench()
        let run = try program("ntfdecrypt", ["keys", "import", "blocktank"], bench, input: String(repeating: "22", count: 32))
        #expect(run.status == 0)
        return bench
    }

    private func places(_ bench: HostBench) -> [String] {
        ["--keystore", "file:\(bench.path)/keystore", "--group-dir", "\(bench.path)/group"]
    }

    /// Runs another of the built programs.
    private func program(
        _ name: String, _ arguments: [String], _ bench: HostBench, input: String,
        environment: [String: String] = [:]
    ) throws -> HostRun {
        let process = Process()
        process.executableURL = HostBench.builtDirectory.appending(path: name)
        process.arguments = arguments
        process.environment = [
            "NTFDECRYPT_KEYSTORE": "file:\(bench.path)/keystore",
            "NTFDECRYPT_GROUP_DIR": "\(bench.path)/group", "HOME": bench.path,
            "SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C",
        ].merging(environment) { _, new in new }
        return try bench.run(process, bytes: Data(input.utf8))
    }

    private func reasons(_ run: HostRun) -> [String] {
        run.lines.map { line in
            let ntf = (line["content"] as? [String: Any] ?? line)["ntf"] as? [String: Any]
            return (ntf?["reason"] ?? ntf?["outcome"]) as? String ?? "-"
        }
    }

    @Test func twoPushesAreModifiedByOneProcess() throws {
        let bench = try bench()
        let run = try bench.run(places(bench), input: Self.push + Self.push)
        #expect(run.status == 0)
        #expect(run.verdicts == ["modified content", "modified content"])
        #expect(run.texts("title") == ["Payment Incoming", "Payment Incoming"])
        #expect(run.processes == "1 started, 0 killed")
        #expect(Set(run.numbers("pid")).count == 1)
    }

    @Test(arguments: [
        ("hang", "original deadline", "Background Operation Request"),
        ("leak", "original memory", "Background Operation Request"),
        ("crash", "original crashed", "Background Operation Request"),
        ("silent", "original silent", "Background Operation Request"),
        ("twice", "modified content-twice", "Payment Incoming"),
        ("late", "modified best-attempt", "Bitkit"),
        ("slow-start", "original slow-start", "Background Operation Request"),
    ])
    func eachFaultIsSeenForWhatItIsAndTheNextPushIsFine(
        fault: String, verdict: String, title: String
    ) throws {
        let bench = try bench()
        // Faults that only the deadline ends get a short one, which the next push must keep too.
        let isTimed = ["hang", "late", "slow-start"].contains(fault)
        let both = try bench.run(
            places(bench) + ["--fault", fault, "--deadline", isTimed ? "3s" : "20s"],
            input: Self.push + Self.push)
        #expect(both.verdicts == [verdict, "modified content"])
        #expect(both.texts("title")[0] == title)
        #expect(both.texts("title")[1] == "Payment Incoming")
    }

    @Test func overlappingPushesAreAllDelivered() throws {
        let bench = try bench()
        let run = try bench.run(
            places(bench) + ["--overlap", "16"], input: String(repeating: Self.push, count: 200))
        #expect(run.status == 0)
        #expect(run.verdicts == Array(repeating: "modified content", count: 200))
        #expect(Set(run.numbers("push")) == Set((1...200).map { Optional($0) }))
        #expect(run.processes == "1 started, 0 killed")
    }

    @Test func whatFallsBackIsShownWithTextsToo() throws {
        let bench = try bench()
        try FileManager.default.removeItem(atPath: bench.path + "/keystore/device.key")
        let run = try bench.run(places(bench), input: Self.push + #"{"aps":{}}"# + "\n")
        #expect(run.verdicts == ["modified content", "modified content"])
        #expect(reasons(run) == ["keystore-locked", "unknown-envelope"])
        #expect(run.texts("body")[0] == "Unlock your device and open Bitkit to check for new activity")
    }

    @Test func withoutAHostItIsTheFilter() throws {
        let bench = try bench()
        let input = Self.push + "[,]\n" + Self.push + "{\"a\":1}\n\"text\"\n"
            + #"{"type":"incoming_htlc_wake","payment_hash":"\#(String(repeating: "ab", count: 32))","amount_msat":1}"#
            + "\n" + Self.push.dropLast(20)
        let filter = try program("ntfdecrypt", ["--no-store"], bench, input: input)
        let it = try program("ntfextension", ["--no-store"], bench, input: input)
        #expect(it.output == filter.output)
        #expect(it.status == filter.status && it.status == 1)
        #expect(filter.lines.count == 7)
        let stored = try program("ntfextension", [], bench, input: Self.push + Self.push)
        #expect(stored.status == 0)
        #expect(stored.output.contains(#""stored":true,"duplicate":true"#))
    }

    @Test func itsLanguageIsChosenAsTheFiltersIs() throws {
        let bench = try bench()
        let french = ["LC_ALL": "fr_FR.UTF-8"]
        for arguments in [[], ["--locale", "de-AT"], ["--locale", "C"]] {
            let arguments = ["--no-store"] + arguments
            let filter = try program(
                "ntfdecrypt", arguments, bench, input: Self.push, environment: french)
            let it = try program(
                "ntfextension", arguments, bench, input: Self.push, environment: french)
            #expect(it.output == filter.output)
            let title = switch arguments.last {
            case "de-AT": "Eingehende Zahlung"
            case "C": "Payment Incoming"
            default: "Paiement entrant"
            }
            #expect(it.output.contains("\"title\":\"\(title)\""))
        }
    }

    @Test(arguments: ["--keystore", "--locale", "--keystore secret-service", "--verbose", "--fault tired"])
    func argumentsAreReadStrictly(arguments: String) throws {
        let bench = try HostBench()
        let words = arguments.split(separator: " ").map(String.init)
        let run = try program("ntfextension", words, bench, input: "")
        #expect(run.status == 64)
        #expect(run.errors.contains("ntfextension: hint: "))
        let help = try program("ntfextension", ["--help"], bench, input: "")
        #expect(help.status == 0)
        #expect(help.output.hasPrefix("usage: "))
    }

    /// The input is a file, and no descriptor has a number above the system's highest. Any other may be
    /// open here: a process that is started beside others takes some of theirs along.
    @Test(arguments: ["0", "1073741824", "x", "-1"])
    func aSocketThatIsNoneIsAMistakeOfTheCallers(named: String) throws {
        let bench = try HostBench()
        let run = try program(
            "ntfextension", [], bench, input: "", environment: ["NTFHOST_SOCKET": named])
        #expect(run.status == 64)
        #expect(run.errors.contains("NTFHOST_SOCKET"))
    }
}
