public import ArgumentParser
import CommandSupport
public import Simulation

/// `matrix`: the story of a payment to a sleeping recipient, again and again.
struct MatrixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Play the testing matrix: payments to a device that sleeps.",
        discussion: """
            Plays every row of the testing matrix in virtual time: a simulated device, person, server \
            and network around the real machines of app, sender and server, many payments a row. A \
            line a row on standard output, whether it behaved as expected, and the figures. The same \
            seed gives the same bytes.

            EXAMPLES
              Every row:
                ntfhost matrix
              One row, more payments, for a program to read:
                ntfhost matrix --only killed --trials 1000000 --json
              What each measure buys:
                ntfhost matrix --plot success.svg
              See that a fault is noticed:
                ntfhost matrix --spoil keeps-lease

            Exit status: 0 every row as expected; 1 a row was not; 64 usage; 74 the output cannot be \
            written.
            """)

    @Option(help: ArgumentHelp("What is left to chance.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Payments a row.", valueName: "N"))
    var trials = 20_000

    @Option(help: ArgumentHelp("Rows with this in their names.", valueName: "TEXT"))
    var only: String?

    @Option(
        help: ArgumentHelp(
            "Draw success against the user's reaction time, in the background or in the row of --only.",
            valueName: "FILE.svg"))
    var plot: String?

    @Option(help: ArgumentHelp("Have something go wrong: \(faults).", valueName: "NAME"))
    var spoil: Spoil?

    @Flag(help: "A JSON object a row.")
    var json = false

    private static let faults = Spoil.allCases.map { fault in fault.rawValue }
        .joined(separator: ", ")

    func validate() throws {
        guard Matrix.trialsRange.contains(trials) else {
            let (least, most) = (Matrix.trialsRange.lowerBound, Matrix.trialsRange.upperBound)
            throw ValidationError("--trials takes \(least) to \(most)")
        }
    }

    func run() throws {
        let rows = Scenario.allCases.filter { row in
            only.map { only in row.name.contains(only) } ?? true
        }
        guard let first = rows.first else {
            throw Failure(
                "no row is called “\(only ?? "")”",
                hint: "one of \(Scenario.allCases.map { row in row.name }.joined(separator: ", "))",
                status: .usage)
        }
        let plotFile = try plot.map { path in try PlotFile(path: path) }
        let matrix = Matrix(seed: seed, trials: trials, spoil: spoil)
        let progress = ProgressBar()
        var failed = 0
        if !json { try say(MatrixReport.heading) }
        for (index, row) in rows.enumerated() {
            progress.draw(row.name, done: index, of: rows.count)
            let report = MatrixReport(row: matrix.play(row))
            progress.clear()
            if !report.row.hasPassed { failed += 1 }
            try say(json ? report.json : report.line)
        }
        if let plotFile {
            try plotFile.write(
                MatrixPlot.drawn(matrix, only == nil ? .background : first, progress).svg)
        }
        try end(passed: rows.count - failed, failed: failed)
    }

    private func end(passed: Int, failed: Int) throws {
        // The one figure that is measured and not played: it is not the same twice.
        if let memory = MemoryUse.ofProcess() {
            let text =
                "peak memory of this process: \(Figures.mebibytes(memory.peakResident)) resident, "
                + "\(Figures.mebibytes(memory.anonymous)) anonymous at the end"
            if json { Report.note(text) } else { try say("\n" + text) }
        }
        let summary = "\(passed) passed, \(failed) failed"
        if json { Report.note(summary) } else { try say(summary) }
        if failed > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func say(_ line: String) throws {
        guard System.write(Array("\(line)\n".utf8).span, to: 1) else {
            throw Failure("standard output cannot be written", status: .outputUnwritable)
        }
    }
}

extension Spoil: ExpressibleByArgument {}
