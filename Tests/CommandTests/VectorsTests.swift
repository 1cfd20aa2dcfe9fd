import Foundation
import Testing

@Suite struct VectorsTests {
    @Test func ourOwnVectorsPassAndAreAllThere() throws {
        let bench = try Bench(withKey: false)
        let run = try bench.run(["vectors", Bench.root.path + "/TestVectors", "--junit", bench.path + "/report.xml"])
        #expect(run.status == 0)
        let readme = try String(contentsOf: Bench.root.appending(path: "TestVectors/README.md"), encoding: .utf8)
        let promised = readme.split(separator: "\n").first { $0.hasPrefix("Files: ") }
        let count = try #require(promised?.dropFirst("Files: ".count))
        #expect(run.lines.last == "\(count) passed, 0 failed, 0 skipped")
        #expect(run.lines.count { $0.hasPrefix("ok    ") } == Int(count))
        let report = try String(contentsOfFile: bench.path + "/report.xml", encoding: .utf8)
        #expect(report.contains("<testsuites tests=\"\(count)\" failures=\"0\" skipped=\"0\">"))
    }

    @Test func aFailureIsStatusOneAndSaysWhere() throws {
        let bench = try Bench(withKey: false)
        try Data("stage: payload\nexpect: accepted\n\n[,]".utf8).write(to: URL(filePath: bench.path + "/bad.vector"))
        let run = try bench.shell("$N vectors bad.vector")
        #expect(run.output == """
            FAIL  bad.vector
                  expected accepted, was refused
            0 passed, 1 failed, 0 skipped

            """)
        #expect(run.status == 1)
    }

    @Test func nothingToRunIsNoSuccess() throws {
        let bench = try Bench(withKey: false)
        try FileManager.default.createDirectory(atPath: bench.path + "/empty", withIntermediateDirectories: true)
        let run = try bench.shell("$N vectors empty")
        #expect(run.status == 1)
        #expect(run.output == "0 passed, 0 failed, 0 skipped\n")
        #expect(try bench.shell("$N vectors nowhere").status == 66)
        #expect(try bench.shell("$N vectors").status == 64)
    }
}
