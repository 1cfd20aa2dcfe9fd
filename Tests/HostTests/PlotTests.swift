import Foundation
import FoundationXML
import Testing

@testable import HostCommand

struct PlotTests {
    /// A run with so many of everything.
    func plot(_ count: Int, stage: String = "payload") -> Plot {
        let begin = Moment.now()
        var trace = Trace(beganAt: begin)
        for index in 0..<UInt64(count) {
            let at = begin.after(milliseconds: index * 3)
            trace.start(pid: Int32(index), at: at)
            trace.add(Memory(resident: Int(index % 7) << 20, anonymous: 1 << 20), at: at)
            trace.stage(stage, of: index, at: at)
            trace.endStage(of: index, at: at.after(milliseconds: 1))
            trace.add(
                OutputLine(
                    push: index, verdict: .malformedPush, latencyNanoseconds: 1, content: []),
                from: at, until: at.after(milliseconds: 2))
            trace.finish(pid: Int32(index), .memory, at: at.after(milliseconds: 2))
        }
        return Plot(
            trace: trace, peak: Memory(resident: 6 << 20, anonymous: 1 << 20),
            memoryMax: 24 << 20)
    }

    @Test(arguments: [0, 1, 2, 3, 100, 20_000])
    func aPlotIsWellFormedAndBounded(_ count: Int) throws {
        let svg = plot(count).svg
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse())
        #expect(svg.utf8.count < 512 * 1024)
        #expect(!svg.contains("<script") && !svg.contains("nan") && !svg.contains("inf"))
        #expect(svg.contains("cap 24 MiB"))
        #expect(svg.contains("prefers-color-scheme"))
    }

    @Test func aStageNameCannotBecomeMarkup() {
        let svg = plot(3, stage: "<script>&\"").svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("<script"))
    }

    @Test func thinningKeepsThePeaks() {
        let samples = (0..<10_000).map { index in
            let isPeak = index == 7_777
            return Trace.Sample(
                at: UInt64(index), process: 1,
                memory: Memory(
                    resident: isPeak ? 999 : index % 10, anonymous: index == 1_234 ? 888 : 1))
        }
        let thinned = Trace.thinned(samples, to: 100)
        #expect(thinned.count == 100)
        #expect(thinned.map(\.memory.resident).max() == 999)
        #expect(thinned.map(\.memory.anonymous).max() == 888)
        #expect(thinned.contains { $0.at == 7_777 })
    }

    @Test(arguments: [1.0, 1e3, 4e6, 2.86e8, 2e9, 3e10, 3.6e12])
    func anAxisHasAHandfulOfTicks(_ span: Double) {
        let axis = TimeAxis(span: span)
        #expect((1...11).contains(axis.ticks.count))
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
    }
}
