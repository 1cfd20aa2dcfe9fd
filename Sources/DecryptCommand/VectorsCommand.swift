import ArgumentParser
import CommandSupport
import Glibc
import VectorSuites

/// `vectors`: known-answer suites, ours and others'.
struct VectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors",
        abstract: "Run vector suites: our own, Wycheproof's, JSONTestSuite's.",
        discussion: """
            A path is a file, or a folder all of whose suites are run: *.vector files, Wycheproof's \
            JSON files, and files named y_, n_ or i_ as in JSONTestSuite. A line a file on standard \
            output, then the counts. Exit status 1 when anything failed or nothing ran.

            EXAMPLES
              ntfdecrypt vectors TestVectors
              ntfdecrypt vectors wycheproof/testvectors_v1 --junit report.xml
            """)

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "PATH"))
    var paths: [String]

    @Option(help: ArgumentHelp("Also write the results as JUnit XML.", valueName: "FILE"))
    var junit: String?

    func run() throws {
        let suite: Suite
        do throws(SuiteFileError) { suite = try Suite(paths: paths) } catch {
            throw Failure(
                "\(error.path) cannot be read: "
                    + (error.code == 0 ? "it holds too much" : System.message(error.code)),
                hint: "ls -l \(error.path)", status: .fileUnreadable)
        }
        var tally = Tally(total: suite.fileCount, keepsReports: junit != nil)
        suite.run { report in tally.add(report) }
        tally.finish()
        if let junit { try System.write(JUnit.document(tally.reports), toFile: junit) }
        guard tally.failed == 0, tally.passed > 0 else { throw ExitStatus.refused.asExitCode }
    }
}

/// Counts reports, prints a line for each, and draws progress while it goes on a terminal.
private struct Tally {
    let total: Int
    let keepsReports: Bool
    let progress = ProgressBar()
    var reports: [FileReport] = []
    var files = 0
    var passed = 0
    var failed = 0
    var skips: [String: Int] = [:]
    var choices: [String: Int] = [:]

    init(total: Int, keepsReports: Bool) {
        self.total = total
        self.keepsReports = keepsReports
    }

    mutating func add(_ report: FileReport) {
        files += 1
        passed += report.passed
        failed += report.failures.count
        skips.merge(report.skips) { one, other in one + other }
        if let choice = report.freeChoice { choices[choice, default: 0] += 1 }
        if keepsReports { reports.append(report) }
        progress.clear()
        show(report)
        if total > 1 { progress.draw("\(files) of \(total) files", done: files, of: total) }
    }

    private func show(_ report: FileReport) {
        if let choice = report.freeChoice {
            print("free  \(report.path): \(choice)")
            return
        }
        let skipped = report.skips.values.reduce(0, +)
        let word = !report.failures.isEmpty ? "FAIL" : report.passed == 0 ? "skip" : "ok  "
        var counts = ""
        if report.cases.count > 1 {
            counts =
                ": \(report.passed) passed, \(report.failures.count) failed, \(skipped) skipped"
        }
        print("\(word)  \(report.path)\(counts)")
        for failure in report.failures {
            guard case .failed(let what) = failure.outcome else { continue }
            print(failure.name == report.path ? "      \(what)" : "      \(failure.name): \(what)")
        }
    }

    func finish() {
        progress.clear()
        for (choice, count) in choices.sorted(by: { one, other in one.key < other.key }) {
            print("free to choose: \(count) \(choice)")
        }
        for (reason, count) in skips.sorted(by: { one, other in one.key < other.key }) {
            print("skipped \(count): \(reason)")
        }
        if passed + failed == 0 {
            Report.error("no vectors were run", hint: "ntfdecrypt vectors TestVectors")
        }
        print("\(passed) passed, \(failed) failed, \(skips.values.reduce(0, +)) skipped")
    }
}
