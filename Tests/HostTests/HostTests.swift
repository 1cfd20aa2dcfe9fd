import Foundation
import Testing

/// The host with real processes. Outcomes are asserted, never times.
@Suite(.serialized) struct HostTests {
    /// What the first push shows, how the process ended, and how many were started for two pushes.
    @Test(arguments: [
        ("good", "modified content", nil, 1),
        ("twice", "modified content-twice", nil, 1),
        ("silent", "original silent", nil, 1),
        ("no-title", "original malformed-content", nil, 1),
        ("two-lines", "original malformed-content", nil, 1),
        ("no-json", "original malformed-content", nil, 1),
        ("garbage", "original malformed-content", "protocol", 2),
        ("endless-line", "original malformed-content", "protocol", 2),
        ("flood", "original malformed-content", "protocol", 2),
        ("too-long", "original malformed-content", "protocol", 2),
        ("stranger", "original malformed-content", "protocol", 2),
        ("unready", "original malformed-content", "protocol", 2),
        ("closes", "original malformed-content", "protocol", 2),
        ("crash", "original crashed", "died", 2),
        ("fail", "original crashed", "died", 2),
        ("leave", "original crashed", "died", 2),
        ("no-socket", "original crashed", "died", 2),
        ("content-then-crash", "modified content", "died", 2),
        ("leak", "original memory", "memory", 2),
        ("fast-leak", "original memory", "memory", 2),
        ("short-leak", "original memory", "memory", 2),
    ] as [(String, String, String?, Int)])
    func aPushIsShownAsTheTableSays(
        _ behaviour: String, _ verdict: String, _ ended: String?, _ starts: Int
    ) throws {
        // Short leaks may be over before the cap is seen; their content then counts.
        let run = try HostBench().rehearse(behaviour)
        #expect(run.lines.count == 2)
        if behaviour == "short-leak" && run.verdicts.first == "modified content" {
            #expect(run.lines[0]["ended"] as? String == "memory")
        } else {
            #expect(run.verdicts.first == verdict)
        }
        #expect(run.lines.first?["ended"] as? String == ended)
        #expect(run.processes.hasPrefix("\(starts) started"))
        // One process for both pushes behaves the same twice; a new one behaves well.
        #expect(run.verdicts.last == (starts == 1 ? verdict : "modified content"))
        #expect(run.status == (run.verdicts.allSatisfy { $0.hasPrefix("modified") } ? 0 : 1))
        for line in run.lines {
            #expect((line["peakRSS"] as? Int ?? 0) > 1 << 20)
        }
    }

    /// These need the deadline to come; it leaves a Python process the time to start well.
    @Test(arguments: [
        ("hang", "original deadline"), ("deaf", "original deadline"),
        ("content-then-hang", "modified content"), ("slow-start", "original slow-start"),
    ])
    func theDeadlineEndsTheProcess(_ behaviour: String, _ verdict: String) throws {
        let run = try HostBench().rehearse(behaviour, deadline: "2s")
        #expect(run.verdicts == [verdict, "modified content"])
        #expect(run.lines[0]["ended"] as? String == "deadline")
        #expect(run.numbers("signal").first == 9)
        #expect(run.processes == "2 started, 1 killed")
    }

    @Test func aWarningBringsTheBestAttempt() throws {
        let run = try HostBench().rehearse("late", deadline: "2s")
        #expect(run.verdicts == ["modified best-attempt", "modified best-attempt"])
        #expect(run.processes == "1 started, 0 killed")
        #expect(run.status == 0)
    }

    @Test func twoPushesShareOneProcess() throws {
        let run = try HostBench().rehearse("good")
        #expect(run.numbers("push") == [1, 2])
        #expect(run.lines.map { $0["started"] as? Bool } == [true, false])
        #expect(Set(run.numbers("pid")).count == 1)
        #expect(run.texts("title") == ["Modified", "Modified"])
    }

    @Test func overlappingRequestsShareOneProcess() throws {
        let run = try HostBench().run(
            ["--extension", HostBench.actor, "--overlap", "2", "--", "pairwise"],
            input: HostBench.pushes(6))
        #expect(run.verdicts == Array(repeating: "modified content", count: 6))
        #expect(run.numbers("push") == [2, 1, 4, 3, 6, 5])
        #expect(run.texts("body") == [2, 1, 4, 3, 6, 5].map { "request \($0)" })
        #expect(run.processes == "1 started, 0 killed")
    }

    @Test func oneDeadlineEndsAllRequestsOfTheProcess() throws {
        let run = try HostBench().rehearse("hang", deadline: "2s", options: ["--overlap", "2"])
        #expect(run.verdicts == ["original deadline", "original deadline"])
        #expect(run.numbers("deadlineOf") == [nil, 1])
        #expect(run.processes == "1 started, 1 killed")
    }

    @Test func theOriginalIsShownWithItsOwnText() throws {
        let input = HostBench.pushes(1) + #"{"aps":{"alert":"only a body"}}"# + "\n{}\n[\n"
        let run = try HostBench().run(
            ["--extension", HostBench.actor, "--", "silent"], input: input)
        #expect(run.texts("title") == ["Push 1", "Bitkit", "Bitkit", "Bitkit"])
        let fallback = "Open Bitkit to check for new activity"
        #expect(run.texts("body") == ["As it came", "only a body", fallback, fallback])
        #expect(run.verdicts.last == "original malformed-push")
        #expect(run.lines.last?["reason"] as? String == "malformed-json")
    }

    @Test func garbageNeedsNoProcess() throws {
        let run = try HostBench().run(
            ["--extension", HostBench.actor, "--max-payload", "64"],
            input: "nonsense\n" + #"{"long":"\#(String(repeating: "x", count: 99))"}"# + "\n")
        #expect(run.verdicts == ["original malformed-push", "original malformed-push"])
        #expect(run.lines.map { $0["reason"] as? String } == ["malformed-json", "too-large"])
        #expect(run.processes == "0 started, 0 killed")
        #expect(run.status == 1)
    }

    @Test func aGrandchildThatHoldsTheSocketIsEndedToo() throws {
        let bench = try HostBench()
        let run = try bench.rehearse("grandchild")
        #expect(run.verdicts == ["original crashed", "modified content"])
        #expect(run.numbers("status").first == 4)
        let pid = try #require(
            Int32(try String(contentsOfFile: bench.path + "/grandchild", encoding: .utf8)))
        #expect(isGone(pid))
    }

    @Test func aGrandchildOfAnotherSessionHoldsNothingUp() throws {
        let bench = try HostBench()
        let run = try bench.rehearse("escapee")
        #expect(run.verdicts == ["original crashed", "modified content"])
        let pid = try #require(
            Int32(try String(contentsOfFile: bench.path + "/grandchild", encoding: .utf8)))
        // With a memory cgroup it is ended; without one nobody may find it, and we clean up.
        if run.errors.contains("cgroup") { #expect(isGone(pid)) } else { kill(pid, SIGKILL) }
    }

    @Test func theExtensionStartsWithFourDescriptorsAndNothingBlocked() throws {
        let run = try HostBench().rehearse("surroundings")
        let body = try #require(run.texts("body").first)
        #expect(body.hasPrefix("0=/dev/null 1=/dev/null 2 3 blocked=0000000000000000 ignored=0"))
    }

    @Test func whatTheExtensionTakesIsHandedOn() throws {
        let run = try HostBench().rehearse(
            "surroundings",
            options: [
                "--fault", "leak", "--no-store", "--keystore", "file:K", "--group-dir", "G",
            ])
        let body = try #require(run.texts("body").first)
        #expect(body.contains("arguments=--keystore,file:K,--group-dir,G,--no-store fault=leak"))
    }

    @Test func onlyTheFirstProcessIsToldTheFault() throws {
        let run = try HostBench().run(
            ["--extension", HostBench.actor, "--fault", "crash", "--", "die-of-a-fault"],
            input: HostBench.pushes(3))
        #expect(run.verdicts == ["original crashed", "modified content", "modified content"])
        #expect(run.processes == "2 started, 0 killed")
    }

    /// Gone, or a zombie whose new parent has not looked yet.
    private func isGone(_ pid: Int32) -> Bool {
        let limit = Date().addingTimeInterval(10)
        while Date() < limit {
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
                return true
            }
            if stat.split(separator: ")").last?.hasPrefix(" Z") == true { return true }
        }
        return false
    }
}
