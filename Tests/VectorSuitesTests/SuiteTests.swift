import Foundation
import Testing

@testable import VectorSuites

/// A folder for one test, removed afterwards.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "suite-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func reports(_ names: String...) throws -> [FileReport] {
        var reports: [FileReport] = []
        let paths = names.isEmpty ? [path] : names.map { path + "/" + $0 }
        try Suite(paths: paths).run { reports.append($0) }
        return reports
    }
}

@Suite struct WycheproofTests {
    /// RFC 7748, section 6.1.
    private static let x25519 = """
        "public":"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",\
        "private":"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
        """
    private static let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"

    private func file(_ tests: [String], count: Int? = nil, algorithm: String = "XDH") -> String {
        """
        {"algorithm":"\(algorithm)","schema":"xdh_comp_schema_v1.json","numberOfTests":\(count ?? tests.count),
        "testGroups":[{"type":"XdhComp","curve":"curve25519","tests":[\(tests.joined(separator: ","))]}]}
        """
    }

    private func test(_ id: Int, _ result: String, shared: String = shared, keys: String = x25519) -> String {
        "{\"tcId\":\(id),\(keys),\"shared\":\"\(shared)\",\"result\":\"\(result)\"}"
    }

    private func outcomes(_ text: String) throws -> [CaseOutcome] {
        let folder = try Folder()
        try folder.write("x_test.json", text)
        return try folder.reports().flatMap(\.cases).map(\.outcome)
    }

    @Test func aRightValidAndARightAcceptableOnePass() throws {
        #expect(try outcomes(file([test(1, "valid"), test(2, "acceptable")])) == [.passed, .passed])
    }

    @Test func aWrongResultFailsWhateverTheVerdict() throws {
        let wrong = String(repeating: "00", count: 32)
        #expect(try outcomes(file([
            test(1, "valid", shared: wrong), test(2, "acceptable", shared: wrong),
            test(3, "invalid", shared: wrong), test(4, "invalid"),
        ])) == [
            .failed("the result is wrong"), .failed("the result is wrong"),
            .failed("is invalid, was not refused"), .failed("is invalid, was accepted"),
        ])
    }

    @Test func aRefusalPassesWhereItMayCome() throws {
        let lowOrder = "\"public\":\"\(String(repeating: "00", count: 32))\",\"private\":\"\(Self.shared)\""
        #expect(try outcomes(file([
            test(1, "acceptable", keys: lowOrder), test(2, "invalid", keys: lowOrder),
            test(3, "valid", keys: lowOrder),
        ])) == [.passed, .passed, .failed("is valid, was refused")])
    }

    @Test func theDeclaredCountIsTheCount() throws {
        #expect(try outcomes(file([test(1, "valid")], count: 2)).last
            == .failed("the file declares 2 tests and has 1"))
        #expect(try outcomes(file([], count: 0)) == [.failed("the file declares 0 tests and has 0")])
    }

    @Test func whatCannotBeAskedIsASkipWithItsReason() throws {
        #expect(try outcomes(file([test(1, "valid")], algorithm: "RSASSA-PSS"))
            == [.skipped("RSASSA-PSS is none of our algorithms")])
        let x448 = file([test(1, "valid")]).replacing("curve25519", with: "curve448")
        #expect(try outcomes(x448) == [.skipped("XDH on curve448 as XdhComp")])
    }

    @Test func hostileFilesFailAndNeverTrap() throws {
        for text in [
            "", "{", "not json", "{\"algorithm\":\"XDH\",\"testGroups\":",
            "{\"algorithm\":\"XDH\",\"testGroups\":7,\"numberOfTests\":1}",
            "{\"algorithm\":\"XDH\",\"testGroups\":[{}],\"numberOfTests\":1}",
            "{\"algorithm\":\"XDH\",\"testGroups\":[7],\"numberOfTests\":1}",
            file(["{}"]), file(["7"]), file(["{\"tcId\":1,\"result\":\"valid\"}"]),
            file(["{\"tcId\":-1,\"result\":\"valid\"}"]), file(["{\"tcId\":1,\"result\":\"maybe\"}"]),
            file(["{\"tcId\":1e400,\"result\":\"valid\"}"]),
            file([test(1, "valid", keys: "\"public\":\"0\",\"private\":\"zz\"")]),
            file([test(1, "valid", keys: "\"public\":7,\"private\":null")]),
            file([test(1, "valid")]).replacing("\"numberOfTests\":1", with: "\"numberOfTests\":99999999999999999999"),
            String(repeating: "[", count: 100_000),
        ] {
            let found = try outcomes(text)
            #expect(!found.isEmpty, "\(text.prefix(60))")
            #expect(found.contains { if case .failed = $0 { true } else { false } }, "\(text.prefix(60))")
        }
    }

    @Test func everyTruncationOfAFileFails() throws {
        let whole = Array(file([test(1, "valid")]).utf8)
        for length in 0..<whole.count {
            #expect(JSONNode(Array(whole[..<length])) == nil)
        }
    }
}

@Suite struct SubjectPublicKeyInfoTests {
    /// Wycheproof ecdh_secp256k1 tcId 1.
    private let key = hexBytes(
        "3056301006072a8648ce3d020106052b8104000a03420004d8096af8a11e0b80037e1ee68246b5dcbb0aeb1cf1244f"
            + "d767db80f3fa27da2b396812ea1686e7472e9692eaf3e958e50e9500d3b4c77243db1f2acd67ba9cc4")!

    @Test func aNamedCurveAndItsPointAreRead() {
        #expect(SubjectPublicKeyInfo(key, .secp256k1)?.point == Array(key[23...]))
    }

    @Test func anythingElseIsRefused() {
        #expect(SubjectPublicKeyInfo(key, .secp256r1) == nil)
        #expect(SubjectPublicKeyInfo(key + [0], .secp256k1) == nil)
        #expect(SubjectPublicKeyInfo([0x30, 0x81, 0x56] + key[2...], .secp256k1) == nil)
        #expect(SubjectPublicKeyInfo([0x30, 0x80] + key[2...] + [0, 0], .secp256k1) == nil)
        for length in key.indices { #expect(SubjectPublicKeyInfo(Array(key[..<length]), .secp256k1) == nil) }
        // Tags, lengths, identifiers and unused bits: none may differ by a bit.
        for index in 0..<23 {
            var changed = key
            changed[index] ^= 1
            #expect(SubjectPublicKeyInfo(changed, .secp256k1) == nil, "byte \(index)")
        }
    }
}

@Suite struct SuiteTests {
    @Test func theFirstLetterOfAJSONTestSuiteFileDecides() throws {
        let folder = try Folder()
        for (name, text) in [
            ("y_good", "[]"), ("y_bad", "[,]"), ("n_good", "[,]"), ("n_bad", "{}"), ("i_yes", "[1e999]"), ("i_no", "\u{feff}[]"),
        ] { try folder.write("test_parsing/\(name).json", text) }
        let reports = try folder.reports()
        #expect(reports.flatMap(\.cases).map(\.outcome) == [
            .failed("must be refused, was accepted"), .passed, .failed("must be accepted, was refused"), .passed,
        ])
        #expect(reports.compactMap(\.freeChoice) == ["refused", "accepted"])
    }

    @Test func aScenarioWithATypoFails() throws {
        let good = "comment: x\nstage: payload\nexpect: accepted\n\n[]"
        for (change, with) in [
            ("expect", "expects"), ("accepted", "acepted"), ("payload", "paylod"), ("comment: x", "comment"),
            ("comment: x", "stage: payload"), ("\n\n", "\n"), ("expect: accepted", "expect: decrypted"),
        ] {
            let folder = try Folder()
            try folder.write("a.vector", good.replacing(change, with: with))
            #expect(try folder.reports().first?.failures.count == 1, "\(with)")
        }
        let folder = try Folder()
        try folder.write("a.vector", good)
        #expect(try folder.reports().first?.passed == 1)
    }

    @Test func aPromiseInTheReadmeIsKept() throws {
        let folder = try Folder()
        try folder.write("a.vector", "stage: payload\nexpect: accepted\n\n[]")
        try folder.write("README.md", "Files: 2\n")
        #expect(try folder.reports().last?.failures.map(\.outcome)
            == [.failed("it says there are 2 vectors, and there are 1")])
    }

    @Test func otherJSONInAFolderIsLeftAloneButNotWhenNamed() throws {
        let folder = try Folder()
        try folder.write("push.json", "{}")
        try folder.write("broken.json", "{")
        #expect(try folder.reports() == [])
        try folder.write("broken_test.json", "{")
        #expect(try folder.reports().first?.failures.count == 1)
        #expect(try folder.reports("broken.json").first?.failures.count == 1)
        #expect(try folder.reports("push.json").first?.failures.count == 1)
    }

    @Test func aMissingPathIsAnError() {
        #expect(throws: SuiteFileError.self) { try Suite(paths: ["/nowhere"]) }
    }

    @Test func jUnitIsXMLWhateverTheNames() throws {
        let reports = [FileReport(path: "a<b>&\"\u{1}", cases: [
            CaseResult("1", .passed), CaseResult("2", .failed("x<y")), CaseResult("3", .skipped("\"z\"")),
        ])]
        #expect(JUnit.document(reports) == """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites tests="3" failures="1" skipped="1">
              <testsuite name="a&lt;b&gt;&amp;&quot;?" tests="3" failures="1" skipped="1">
                <testcase classname="a&lt;b&gt;&amp;&quot;?" name="1"/>
                <testcase classname="a&lt;b&gt;&amp;&quot;?" name="2"><failure message="x&lt;y"/></testcase>
                <testcase classname="a&lt;b&gt;&amp;&quot;?" name="3"><skipped message="&quot;z&quot;"/></testcase>
              </testsuite>
            </testsuites>

            """)
    }
}
