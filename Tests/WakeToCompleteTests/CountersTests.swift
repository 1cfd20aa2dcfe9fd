import Foundation
import ProcessCoordination
import Testing

@testable import WakeToComplete

private let bootID = DeviceClock().bootID

/// A process that has ended: no process of this boot was started at this tick with this number.
private func dead(_ pid: Int32) -> ProcessIdentity {
    ProcessIdentity(pid: pid, startedAt: 1, namespace: ProcessIdentity.current(bootID: bootID).namespace, bootID: BootID(high: 1, low: 1))
}

/// Another one that nobody can say anything of.
private func stranger(_ pid: Int32) -> ProcessIdentity {
    ProcessIdentity(pid: pid, startedAt: 1, namespace: 1, bootID: bootID)
}

private func sharedPath(_ pid: Int32) -> String { "/tmp/ntfdecrypt-counters-\(pid)" }

@Suite struct CountersTests {
    @Test func whatOneCountsAnotherReads() throws {
        let group = Group()
        #expect(try CountersReading.read(groupDirectory: group.path) == nil)
        let app = Counters(groupDirectory: group.path, side: .app)
        let other = Counters(groupDirectory: group.path, side: .extension)
        try app.count(.silentPushReceived)
        try app.count(.silentPushReceived)
        try other.count(.silentPushReceived)
        try app.measure(.connected, .milliseconds(700))
        let reading = try #require(try CountersReading.read(groupDirectory: group.path))
        #expect(reading.app[.silentPushReceived] == 2)
        #expect(reading.extension[.silentPushReceived] == 1)
        #expect(reading.all[.silentPushReceived] == 3)
        #expect(reading.all[.connected].count == 1)
        #expect(reading.all[.connected].sumMilliseconds == 700)
        #expect(reading.damaged == 0)
        #expect(group.mode("metrics") == 0o600)
    }

    @Test func aSuccessorGoesOnWhereADeadProcessEnded() throws {
        let group = Group()
        for pid in Int32(1)...40 {
            let counters = Counters(groupDirectory: group.path, side: .app, identity: dead(pid))
            try counters.count(.tapped)
        }
        #expect(try CountersReading.read(groupDirectory: group.path)?.app[.tapped] == 40)
    }

    @Test func processesOfOneSideHaveAPlaceEachAndLoseNothing() throws {
        let group = Group()
        // The last two find no place that is free, and take one of which nobody can say whose it is.
        let all = (Int32(0)..<10).map { pid in
            Counters(groupDirectory: group.path, side: .extension, identity: stranger(pid * 8))
        }
        for _ in 0..<20 { for counters in all { try counters.count(.received) } }
        #expect(try CountersReading.read(groupDirectory: group.path)?.extension[.received] == 200)
    }

    @Test func threadsLoseNothing() async throws {
        let group = Group()
        let counters = Counters(groupDirectory: group.path, side: .app)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask { for _ in 0..<100 { try? counters.count(.tapped) } }
            }
        }
        #expect(try CountersReading.read(groupDirectory: group.path)?.app[.tapped] == 400)
    }

    /// Three real processes at once, one of which reads, too. They find the directory by the number of
    /// the process that started them.
    @Test func bothProcessesAtOnceLoseNothing() async throws {
        let path = sharedPath(getpid())
        defer { try? FileManager.default.removeItem(atPath: path) }
        async let app = #expect(processExitsWith: .success) {
            let counters = Counters(groupDirectory: sharedPath(getppid()), side: .app)
            for _ in 0..<500 { try counters.count(.silentPushReceived) }
        }
        async let other = #expect(processExitsWith: .success) {
            let counters = Counters(groupDirectory: sharedPath(getppid()), side: .extension)
            for _ in 0..<500 { try counters.count(.silentPushReceived) }
        }
        async let second = #expect(processExitsWith: .success) {
            let path = sharedPath(getppid())
            let counters = Counters(groupDirectory: path, side: .extension)
            for _ in 0..<500 {
                try counters.count(.silentPushReceived)
                let reading = try CountersReading.read(groupDirectory: path)
                precondition(reading?.damaged == 0)
            }
        }
        _ = await (app, other, second)
        let reading = try #require(try CountersReading.read(groupDirectory: path))
        #expect(reading.app[.silentPushReceived] == 500)
        #expect(reading.extension[.silentPushReceived] == 1_000)
    }

    @Test func aTornCopyCostsTheLastCountOnly() throws {
        let group = Group()
        let counters = Counters(groupDirectory: group.path, side: .app, identity: dead(0))
        for _ in 0..<5 { try counters.count(.tapped) }
        var bytes = try #require(group.bytes("metrics"))
        // Sequence 6 (the taking was 1) lies in the first copy.
        bytes[CounterLayout.headerBytes + 60] ^= 1
        group.write(bytes, to: "metrics")
        let reading = try #require(try CountersReading.read(groupDirectory: group.path))
        #expect(reading.app[.tapped] == 4)
        #expect(reading.damaged == 0)
    }

    @Test func aPlaceThatIsBrokenTwiceIsToldOfAndLeftAlone() throws {
        let group = Group()
        try Counters(groupDirectory: group.path, side: .app, identity: dead(0)).count(.tapped)
        var bytes = try #require(group.bytes("metrics"))
        bytes[CounterLayout.headerBytes + 9] ^= 1
        bytes[CounterLayout.headerBytes + CounterLayout.copyBytes + 9] ^= 1
        group.write(bytes, to: "metrics")
        try Counters(groupDirectory: group.path, side: .app, identity: dead(8)).count(.tapped)
        let reading = try #require(try CountersReading.read(groupDirectory: group.path))
        #expect(reading.damaged == 1)
        #expect(reading.app[.tapped] == 1)
    }

    /// Byte by byte: whatever is turned over, nothing crashes and nothing is invented.
    @Test func noFlippedBitInventsACount() throws {
        let group = Group()
        let counters = Counters(groupDirectory: group.path, side: .app, identity: dead(0))
        for _ in 0..<3 { try counters.count(.tapped) }
        let bytes = try #require(group.bytes("metrics"))
        let start = CounterLayout.headerBytes
        for index in stride(from: 0, to: start + CounterLayout.placeBytes, by: 57) {
            var broken = bytes
            broken[index] ^= 0x10
            group.write(broken, to: "metrics")
            do {
                let reading = try #require(try CountersReading.read(groupDirectory: group.path))
                #expect(reading.app[.tapped] <= 3)
                #expect(index >= start)
            } catch {
                #expect(error as? CountersError == .foreign)
                #expect(index < start)
            }
        }
    }

    @Test(arguments: [1, 1_024, 33_791, 33_793, 100_000]) func aForeignOrTornFileIsAnErrorAndKept(_ length: Int) throws {
        let group = Group()
        let bytes = [UInt8](repeating: 0x61, count: length)
        group.write(bytes, to: "metrics")
        #expect(throws: CountersError.foreign) { try CountersReading.read(groupDirectory: group.path) }
        let counters = Counters(groupDirectory: group.path, side: .app)
        #expect(throws: CountersError.foreign) { try counters.count(.tapped) }
        #expect(group.bytes("metrics") == bytes)
    }

    @Test func aFileOfAnotherContentIsForeign() throws {
        let group = Group()
        group.write([UInt8](repeating: 0x61, count: CounterLayout.fileBytes), to: "metrics")
        #expect(throws: CountersError.foreign) { try CountersReading.read(groupDirectory: group.path) }
        #expect(throws: CountersError.foreign) {
            try Counters(groupDirectory: group.path, side: .app).count(.tapped)
        }
    }

    @Test func countingGoesOnWhenTheFileIsMendedOrGone() throws {
        let group = Group()
        symlink(group("elsewhere"), group("metrics"))
        let counters = Counters(groupDirectory: group.path, side: .app)
        #expect(throws: CountersError.foreign) { try counters.count(.tapped) }
        unlink(group("metrics"))
        try counters.count(.tapped)
        #expect(try CountersReading.read(groupDirectory: group.path)?.app[.tapped] == 1)
        #expect(group.bytes("elsewhere") == nil)
    }

    @Test func sumsStayAtTheLargestNumber() throws {
        let group = Group()
        let counters = Counters(groupDirectory: group.path, side: .app)
        try counters.count(.tapped, by: .max)
        try counters.count(.tapped)
        try counters.measure(.received, .seconds(Int64.max))
        try counters.measure(.received, .seconds(-1))
        let reading = try #require(try CountersReading.read(groupDirectory: group.path))
        #expect(reading.all[.tapped] == .max)
        #expect(reading.all[.received].count == 2)
    }
}

@Suite struct HistogramTests {
    @Test func percentilesLieInTheirClass() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(50) == nil)
        for _ in 0..<90 { histogram.add(.milliseconds(40)) }
        for _ in 0..<9 { histogram.add(.milliseconds(2_500)) }
        histogram.add(.seconds(60))
        #expect(histogram.percentile(50) == 27)
        #expect(histogram.percentile(90) == 50)
        #expect(histogram.percentile(99) == 3_000)
        #expect(histogram.percentile(100) == 30_000)
        #expect(histogram.count == 100)
    }

    @Test func boundsBelongToTheClassBelowThem() {
        for (index, bound) in LatencyHistogram.bounds.enumerated() {
            #expect(LatencyHistogram.index(milliseconds: bound) == index)
            #expect(LatencyHistogram.index(milliseconds: bound + 1) == index + 1)
        }
        #expect(LatencyHistogram.bounds.count + 1 == LatencyHistogram.classes)
        #expect(LatencyHistogram.bounds == LatencyHistogram.bounds.sorted())
    }

    /// Against the plain way of counting, over many drawn distributions.
    @Test func percentilesAreInTheClassOfTheExactOnes() {
        var random = SplitMix(state: 7)
        for _ in 0..<200 {
            var (histogram, times): (LatencyHistogram, [UInt64]) = (LatencyHistogram(), [])
            for _ in 0..<Int.random(in: 1...200, using: &random) {
                let time = UInt64.random(in: 0...30_000, using: &random)
                times.append(time)
                histogram.add(.milliseconds(Int64(time)))
            }
            times.sort()
            for percent in [UInt64(1), 50, 90, 99, 100] {
                let rank = max(1, (times.count * Int(percent) + 99) / 100)
                let exact = LatencyHistogram.index(milliseconds: times[rank - 1])
                let told = histogram.percentile(percent).map(LatencyHistogram.index(milliseconds:))
                #expect(told == exact || told.map { $0 + 1 } == exact)
            }
        }
    }
}

@Suite struct CountersReportTests {
    private func reading() throws -> CountersReading {
        let group = Group()
        let app = Counters(groupDirectory: group.path, side: .app)
        try app.count(.silentPushReceived, by: 3)
        try app.measure(.nodeStart, .milliseconds(1_250))
        try app.measure(.nodeStart, .seconds(45))
        return try #require(try CountersReading.read(groupDirectory: group.path))
    }

    @Test func theTableNamesEveryCounter() throws {
        let text = CountersReport(try reading()).text
        for line in ["silent push received", "handler started", "fell back to alert", "node start", "connected", "p50", "p99"] {
            #expect(text.contains(line))
        }
    }

    @Test func theJSONIsOneLineThatReads() throws {
        let text = CountersReport(try reading()).json
        #expect(text.split(separator: "\n").count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let app = try #require(object["app"] as? [String: Any])
        #expect(app["silentPushReceived"] as? Int == 3)
        let latency = try #require(app["nodeStartLatency"] as? [String: Any])
        #expect(latency["count"] as? Int == 2)
        #expect(latency["sumMilliseconds"] as? Int == 46_250)
        #expect(latency["p99Milliseconds"] as? Int == 30_000)
        #expect((latency["classes"] as? [Int])?.reduce(0, +) == 2)
    }

    @Test func prometheusGetsCumulativeBucketsInSeconds() throws {
        let lines = CountersReport(try reading()).prometheus.split(separator: "\n").map(String.init)
        #expect(lines.contains("# TYPE ntf_wake_silent_push_received_total counter"))
        #expect(lines.contains("ntf_wake_silent_push_received_total{side=\"app\"} 3"))
        let name = "ntf_wake_node_start_latency_seconds"
        #expect(lines.contains("# TYPE \(name) histogram"))
        #expect(lines.contains("\(name)_bucket{side=\"app\",le=\"0.05\"} 0"))
        #expect(lines.contains("\(name)_bucket{side=\"app\",le=\"1\"} 0"))
        #expect(lines.contains("\(name)_bucket{side=\"app\",le=\"1.5\"} 1"))
        #expect(lines.contains("\(name)_bucket{side=\"app\",le=\"30\"} 1"))
        #expect(lines.contains("\(name)_bucket{side=\"app\",le=\"+Inf\"} 2"))
        #expect(lines.contains("\(name)_sum{side=\"app\"} 46.25"))
        #expect(lines.contains("\(name)_count{side=\"app\"} 2"))
        // Each name is declared once, before its samples.
        let types = lines.filter { $0.hasPrefix("# TYPE ") }
        #expect(Set(types).count == types.count)
    }
}
