import Foundation
import FoundationXML
import Testing

/// `ntfhost matrix` as a process.
@Suite struct MatrixCommandTests {
    private func run(_ arguments: [String], _ bench: HostBench? = nil) throws -> HostRun {
        let bench = try bench ?? HostBench()
        let process = bench.process([])
        process.arguments = ["matrix"] + arguments
        return try bench.run(process, bytes: Data())
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let arguments = ["--seed", "7", "--json", "--trials", "1000"]
        let (one, other) = (try run(arguments), try run(arguments))
        #expect(one.status == 0)
        #expect(one.output == other.output)
        #expect(one.lines.count == 7)
        for line in one.lines {
            #expect(line["scenario"] is String && line["expected"] is String)
            #expect(line["passed"] as? Bool == true)
        }
        #expect(one.errors.contains("7 passed, 0 failed"))
        let another = try run(["--seed", "8", "--json", "--trials", "1000"])
        #expect(another.output != one.output)
    }

    @Test func whatIsSpoiledIsFoundAndSaid() throws {
        let run = try run(["--spoil", "keeps-lease", "--only", "killed", "--trials", "1000"])
        #expect(run.status == 1)
        #expect(run.output.contains("FAILED  app-killed"))
        #expect(run.output.contains("not so: nothing-broken"))
        #expect(run.output.contains("times: leaseLeft"))
        #expect(run.output.hasSuffix("0 passed, 1 failed\n"))
    }

    @Test(arguments: [
        ["--trials", "999"], ["--trials", "10000001"], ["--seed", "-1"], ["--only", "nowhere"],
        ["--spoil", "everything"],
    ])
    func whatItDoesNotKnowItDoesNotDo(_ arguments: [String]) throws {
        let run = try run(arguments)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test func thePlotIsWellFormedInLightAndDark() throws {
        let bench = try HostBench()
        let path = bench.path + "/plot.svg"
        let arguments = ["--only", "killed", "--trials", "1000", "--plot", path]
        #expect(try run(arguments, bench).status == 0)
        let svg = try String(contentsOfFile: path, encoding: .utf8)
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.contains("prefers-color-scheme") && svg.contains("reaction time in s"))
        #expect(svg.components(separatedBy: "<path class=\"line").count == 1 + 8 + 8)
    }
}
