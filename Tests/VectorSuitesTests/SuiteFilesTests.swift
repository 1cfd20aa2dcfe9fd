import Foundation
import Testing

@testable import VectorSuites

/// What lies in a folder beside vectors must neither hold the run up nor be counted twice.
@Suite struct SuiteFilesTests {
    private func reports(_ paths: [String]) throws -> [FileReport] {
        var reports: [FileReport] = []
        try Suite(paths: paths).run { reports.append($0) }
        return reports
    }

    @Test func aLinkInsideAFolderIsNotFollowedIntoACircle() throws {
        let folder = try Folder()
        try folder.write("a.vector", "stage: payload\nexpect: accepted\n\n[]")
        for name in ["one", "two", "three"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path + "/" + name, withDestinationPath: ".")
        }
        let found = try reports([folder.path])
        #expect(found.map(\.path) == [folder.path + "/a.vector"])
        #expect(found.first?.passed == 1)
        // A folder that somebody names may well be a link.
        #expect(try reports([folder.path + "/one"]).count == 1)
    }

    @Test func aPipeOrADeadLinkFailsAndHoldsNothingUp() throws {
        let folder = try Folder()
        #expect(mkfifo(folder.path + "/pipe.json", 0o600) == 0)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/y_gone.json", withDestinationPath: "nowhere")
        try folder.write("y_here.json", "[]")
        let found = try reports([folder.path])
        #expect(found.map(\.failures.count) == [1, 1, 0])
        #expect(found.last?.passed == 1)
    }

    @Test func aFolderNamedTwiceRunsOnce() throws {
        let folder = try Folder()
        try folder.write("a.vector", "stage: payload\nexpect: accepted\n\n[]")
        try folder.write("README.md", "Files: 1\n")
        #expect(try reports([folder.path, folder.path]).map(\.passed) == [1])
    }

    @Test func aPromiseIsForItsOwnFolder() throws {
        let folder = try Folder()
        let vector = "stage: payload\nexpect: accepted\n\n[]"
        try folder.write("set/a.vector", vector)
        try folder.write("set/README.md", "Files: 1\n")
        try folder.write("set2/b.vector", vector)
        for end in ["", "/"] {
            let found = try reports([folder.path + "/set" + end, folder.path + "/set2" + end])
            #expect(found.map(\.failures.count) == [0, 0])
        }
    }
}

/// AEAD, HKDF and HMAC tests as Wycheproof writes them: RFC 8439, 2.8.2, RFC 5869, A.3, and
/// RFC 4231, 4.2.
@Suite struct WycheproofAlgorithmTests {
    private static let chaCha = """
        "key":"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",\
        "iv":"070000004041424344454647","aad":"50515253c0c1c2c3c4c5c6c7","msg":"","ct":"",\
        "tag":"TAG"
        """
    private static let hkdf = """
        "ikm":"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b","salt":"","info":"","size":42,\
        "okm":"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        """
    private static let hmac = """
        "key":"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b","msg":"4869205468657265",\
        "tag":"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        """

    private func outcome(
        _ algorithm: String, _ fields: String, _ result: String = "valid", tagSize: Int = 128
    ) throws -> CaseOutcome? {
        let folder = try Folder()
        try folder.write(
            "x.json",
            """
            {"algorithm":"\(algorithm)","numberOfTests":1,"testGroups":[{"tagSize":\(tagSize),\
            "tests":[{"tcId":1,\(fields),"result":"\(result)"}]}]}
            """)
        let cases = try folder.reports().flatMap(\.cases)
        return cases.count == 1 ? cases.first?.outcome : nil
    }

    @Test func hkdfGivesTheKeyAndNoLargerSizeIsReserved() throws {
        #expect(try outcome("HKDF-SHA-256", Self.hkdf) == .passed)
        #expect(
            try outcome("HKDF-SHA-256", Self.hkdf.replacing("8da4", with: "8da5"))
                == .failed("the result is wrong"))
        for size in ["8161", "9223372036854775807"] {
            let large = Self.hkdf.replacing(":42", with: ":" + size)
            #expect(try outcome("HKDF-SHA-256", large, "invalid") == .passed)
            #expect(try outcome("HKDF-SHA-256", large) == .failed("is valid, was refused"))
        }
        let huge = Self.hkdf.replacing(":42", with: ":9223372036854775808")
        #expect(
            try outcome("HKDF-SHA-256", huge, "invalid")
                == .failed("the test has not the form of its group"))
    }

    @Test func hmacTakesWholeAndTruncatedTagsOfTheGroupsSize() throws {
        #expect(try outcome("HMACSHA256", Self.hmac, tagSize: 256) == .passed)
        #expect(try outcome("HMACSHA256", Self.hmac, tagSize: 128) == .failed("is valid, was refused"))
        let half = Self.hmac.replacing("881dc200c9833da726e9376c2e32cff7", with: "")
        #expect(try outcome("HMACSHA256", half, tagSize: 128) == .passed)
        #expect(
            try outcome("HMACSHA256", half, tagSize: 64)
                == .skipped("HMAC-SHA256 with a tag of 64 bits"))
        let flipped = Self.hmac.replacing("b034", with: "b035")
        #expect(try outcome("HMACSHA256", flipped, "invalid", tagSize: 256) == .passed)
        #expect(
            try outcome("HMACSHA256", Self.hmac, "invalid", tagSize: 256)
                == .failed("is invalid, was accepted"))
    }

    @Test(arguments: ["AES-GCM", "CHACHA20-POLY1305"])
    func anotherTagSizeIsASkipAndAForgedTagIsRefused(_ algorithm: String) throws {
        let forged = Self.chaCha.replacing("TAG", with: String(repeating: "00", count: 16))
        #expect(try outcome(algorithm, forged, "invalid") == .passed)
        #expect(try outcome(algorithm, forged) == .failed("is valid, was refused"))
        let skip = try outcome(algorithm, forged, tagSize: 96)
        #expect(skip == .skipped(
            (algorithm == "AES-GCM" ? "AES-GCM" : "Poly1305") + " with a tag of 96 bits"))
        let noNonce = forged.replacing("070000004041424344454647", with: "")
        #expect(try outcome(algorithm, noNonce, "invalid") == .passed)
    }

    @Test func aFileCannotWriteToTheTerminal() throws {
        for name in ["\\u001b[2J", "a\\n1 passed, 0 failed", String(repeating: "A", count: 65)] {
            #expect(
                try outcome(name, Self.hmac) == .failed("the file has not Wycheproof's form"))
        }
    }

    @Test func aDamagedHeadIsAFailureAndNotLeftOut() throws {
        let folder = try Folder()
        try folder.write("a.json", "{\"numberOfTests\":1,\"testGroups\":[]}")
        try folder.write("b.json", "{\"algorithm\":7,\"testGroups\":[]}")
        try folder.write("c.json", "{\"algorithm\":\"XDH\",\"numberOfTests\":1}")
        #expect(try folder.reports().map(\.failures.count) == [1, 1, 1])
    }
}
