import ArgumentParser
import CommandSupport
import WakeToComplete

/// `metrics`: how often, and how fast, the wallet woke up.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Show what app and extension counted when pushes woke them.",
        discussion: """
            Reads the file metrics of the group directory, which both write without locks, and \
            changes nothing. Exit status 1 when a part of it cannot be read.

            EXAMPLES
              ntfdecrypt metrics
              ntfdecrypt metrics --json | jq .all.connectedLatency.p90Milliseconds
              ntfdecrypt metrics --prometheus > /var/lib/node_exporter/ntfdecrypt.prom
            """)

    @OptionGroup var group: GroupOptions

    @Flag(help: "Write one line of JSON.")
    var json = false

    @Flag(help: "Write the text exposition format of Prometheus.")
    var prometheus = false

    func validate() throws {
        if json && prometheus {
            throw ValidationError("--json and --prometheus exclude each other")
        }
    }

    func run() throws {
        let path = try group.path()
        let reading = try read(path)
        let report = CountersReport(reading)
        let text = json ? report.json : prometheus ? report.prometheus : report.text
        guard System.write(text.utf8.span, to: 1) else {
            throw Failure("standard output cannot be written", status: .outputUnwritable)
        }
        guard reading.damaged == 0 else {
            throw Failure(
                "\(reading.damaged) places of the counters are damaged and not in the sums",
                hint: "rm \(path)/metrics, which begins anew at zero")
        }
    }

    private func read(_ path: String) throws -> CountersReading {
        do throws(CountersError) {
            return try CountersReading.read(groupDirectory: path) ?? CountersReading()
        } catch {
            switch error {
            case .foreign:
                throw Failure(
                    "the counters are not ours, or were cut off",
                    hint: "rm \(path)/metrics, which begins anew at zero")
            case .unusable, .full:
                throw Failure("the counters cannot be read", hint: "ls -ld \(path) \(path)/metrics")
            }
        }
    }
}
