import ArgumentParser
import CommandSupport
import Guardrails

/// `guardrails`: the rules by which an app and its extension share a device.
struct GuardrailsCommand: ParsableCommand {
    /// Steps of one random run.
    private static let stepsMax = 10_000_000

    static let configuration = CommandConfiguration(
        commandName: "guardrails",
        abstract: "Show that app and extension share a device without hurting each other.",
        discussion: """
            Starts a real process for the app and one for the extension on a simulated device, and \
            takes them through every rule of coordination: as it should go, with the app launched or \
            brought to the foreground meanwhile, and with either side killed or stopped at each step. \
            A line a rule on standard output, then how many passed and failed. The same seed \
            leaves the same to chance.

            EXAMPLES
              Every rule:
                ntfhost guardrails
              One room, another seed, for a program to read:
                ntfhost guardrails --only lease --seed 7 --json
              What there is:
                ntfhost guardrails --list
              Anything at any time, and a look at the device after each step:
                ntfhost guardrails --steps 10000 --seed 3

            Exit status: 0 all passed; 1 a rule did not hold; 64 usage; 74 the output cannot be \
            written.
            """)

    @Option(help: ArgumentHelp("What is left to chance.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("Rules of this room, or with this in their names.", valueName: "TEXT"))
    var only: String?

    @Option(
        help: ArgumentHelp(
            "Instead of the rules: this many steps of kill, stop, resume and clocks that jump, at random.",
            valueName: "N"))
    var steps: Int?

    @Flag(help: "With --steps: connect without the gate's lock, to see that it is missed.")
    var spoil = false

    @Flag(help: "A JSON object a rule.")
    var json = false

    @Flag(help: "List the rules and show none.")
    var list = false

    func validate() throws {
        guard steps.map({ (1...GuardrailsCommand.stepsMax).contains($0) }) ?? true else {
            throw ValidationError("--steps takes 1 to \(GuardrailsCommand.stepsMax)")
        }
        guard steps == nil || (only == nil && !list) else {
            throw ValidationError("--steps goes without --only and --list")
        }
        guard !spoil || steps != nil else { throw ValidationError("--spoil goes with --steps") }
    }

    func run() throws {
        if let steps { return try runAtRandom(steps) }
        let rules = Guardrails.rules.filter { rule in
            only.map { only in rule.room == only || rule.name.contains(only) } ?? true
        }
        guard !rules.isEmpty else {
            throw Failure(
                "no rule is called “\(only ?? "")”", hint: "ntfhost guardrails --list",
                status: .usage)
        }
        if list {
            for rule in rules { try say("\(rule.room): \(rule.name)") }
            return
        }
        let guardrails = Guardrails(DeviceProgram(path: "/proc/self/exe"), seed: seed)
        let progress = ProgressBar()
        var failed = 0
        for (index, rule) in rules.enumerated() {
            progress.draw("\(rule.room): \(rule.name)", done: index, of: rules.count)
            let outcome = guardrails.show(rule)
            progress.clear()
            if outcome.violation != nil { failed += 1 }
            try say(json ? outcome.json : outcome.line)
        }
        let summary = "\(rules.count - failed) passed, \(failed) failed"
        if json { Report.note(summary) } else { try say(summary) }
        if failed > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    /// The random run: what happened, and what did not hold if something did not.
    private func runAtRandom(_ steps: Int) throws {
        let progress = ProgressBar()
        let program = DeviceProgram(
            path: "/proc/self/exe",
            environment: spoil ? ["NTF_GUARDRAILS_SPOILED=gate"] : [])
        var violation: Violation?
        var done = 0
        var run: RandomRun?
        do throws(Violation) {
            let living = try RandomRun(program, seed: seed)
            run = living
            while done < steps {
                if done % 50 == 0 { progress.draw("step \(done)", done: done, of: steps) }
                try living.step()
                done += 1
            }
            try living.finish()
        } catch { violation = error }
        progress.clear()
        let outcome = RandomOutcome(steps: done, run: run, violation: violation)
        try say(json ? outcome.json : outcome.text)
        let summary = violation == nil ? "1 passed, 0 failed" : "0 passed, 1 failed"
        if json { Report.note(summary) } else { try say(summary) }
        if violation != nil { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func say(_ line: String) throws {
        guard System.write(Array("\(line)\n".utf8).span, to: 1) else {
            throw Failure("standard output cannot be written", status: .outputUnwritable)
        }
    }
}

/// What came of a random run.
private struct RandomOutcome {
    let steps: Int
    let run: RandomRun?
    let violation: Violation?

    private var counts: [(String, Int)] {
        (run?.counts ?? [:]).sorted { one, other in one.key < other.key }
    }

    /// For people.
    var text: String {
        let deeds = counts.map { name, count in "\(name) \(count)" }.joined(separator: ", ")
        let what =
            "\(steps) steps: \(deeds); \(run?.connections ?? 0) connections, "
            + "\(run?.partsAcknowledged ?? 0) parts, \(run?.paymentsSettled ?? 0) payments settled"
        guard let violation else { return "ok      \(what)" }
        return "FAILED  \(what): \(violation.description)"
    }

    /// For programs.
    var json: String {
        let deeds = counts.map { name, count in "\(quoted(name)):\(count)" }.joined(separator: ",")
        var text = "{\"steps\":\(steps),\"passed\":\(violation == nil),\"happened\":{\(deeds)}"
        text += ",\"connections\":\(run?.connections ?? 0)"
        text += ",\"parts\":\(run?.partsAcknowledged ?? 0)"
        text += ",\"settled\":\(run?.paymentsSettled ?? 0)"
        if let violation { text += ",\"violation\":\(quoted(violation.description))" }
        return text + "}"
    }
}

/// A JSON string.
private func quoted(_ text: String) -> String {
    String(decoding: Content.quoted(text.utf8.span), as: UTF8.self)
}

extension Guardrails.Outcome {
    /// For people.
    fileprivate var line: String {
        guard let violation else { return "ok      \(rule.room): \(rule.name)" }
        return "FAILED  \(rule.room): \(rule.name): \(violation.description)"
    }

    /// For programs.
    fileprivate var json: String {
        let milliseconds = Int64(time / .milliseconds(1))
        var text = "{\"room\":\(quoted(rule.room)),\"rule\":\(quoted(rule.name))"
        text += ",\"passed\":\(violation == nil),\"ms\":\(milliseconds)"
        if let violation { text += ",\"violation\":\(quoted(violation.description))" }
        return text + "}"
    }
}
