import Foundation
import Testing

@Suite struct MetricsTests {
    @Test func whereNobodyHasCountedEverythingIsZeroAndNothingIsMade() throws {
        let bench = try Bench(withKey: false)
        let run = try bench.run(["metrics"])
        #expect(run.status == 0)
        #expect(run.output.contains("silent push received               0           0\n"))
        #expect(!FileManager.default.fileExists(atPath: bench.group))
    }

    @Test func theJSONIsOneObject() throws {
        let run = try Bench(withKey: false).run(["metrics", "--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(object["v"] as? Int == 1)
        #expect((object["all"] as? [String: Any])?["received"] as? Int == 0)
    }

    @Test func prometheusGetsTypesAndSamples() throws {
        let run = try Bench(withKey: false).run(["metrics", "--prometheus"])
        #expect(run.output.contains("# TYPE ntf_wake_connected_latency_seconds histogram\n"))
        #expect(run.output.contains("ntf_wake_connected_latency_seconds_bucket{side=\"app\",le=\"+Inf\"} 0\n"))
    }

    @Test func aForeignFileIsAnErrorWithAHint() throws {
        let bench = try Bench(withKey: false)
        try FileManager.default.createDirectory(atPath: bench.group, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(filePath: bench.group + "/metrics"))
        let run = try bench.run(["metrics"])
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("ntfdecrypt: error: the counters are not ours, or were cut off\nntfdecrypt: hint: "))
        #expect(run.output.isEmpty)
    }

    @Test func oneFormatAtATime() throws {
        #expect(try Bench(withKey: false).run(["metrics", "--json", "--prometheus"]).status == 64)
    }
}
