import Foundation
import Testing

@testable import CommandSupport

@Suite struct ByteCountTests {
    @Test(arguments: [
        ("1", 1), ("16KiB", 16 * 1024), ("24MiB", 24 * 1024 * 1024), ("4096", 4096),
    ])
    func aSizeIsReadAndWritten(text: String, bytes: Int) throws {
        let count = try #require(ByteCount(text))
        #expect(count.bytes == bytes)
        #expect(ByteCount(count.description)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "0", "-1", "0KiB", "KiB", "1.5MiB", "16kb", "16 KiB", "1e6", "99999999999999999999",
        "9223372036854775807KiB",
    ])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteCount(text) == nil)
    }
}

@Suite struct MemoryUseTests {
    @Test func theKernelsFiguresAreFound() {
        let status = Array("Name:\tx\nVmHWM:\t    3224 kB\nVmRSS:\t    3000 kB\nRssAnon:\t     424 kB\n".utf8)
        let memory = MemoryUse(status: status.span)
        #expect(memory.peakResident == 3224 * 1024)
        #expect(memory.resident == 3000 * 1024)
        #expect(memory.anonymous == 424 * 1024)
    }

    @Test(arguments: ["", "VmHWM", "VmHWM:", "XVmHWM: 5 kB", "vmhwm: 5 kB"])
    func whatIsMissingIsZero(text: String) {
        let status = Array(text.utf8)
        #expect(MemoryUse(status: status.span) == MemoryUse())
    }

    @Test func thisProcessHasMemoryAndAGoneOneHasNone() throws {
        let memory = try #require(MemoryUse.ofProcess())
        #expect(memory.peakResident >= memory.resident && memory.resident > memory.anonymous)
        #expect(memory.anonymous > 0)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        #expect(MemoryUse.ofProcess(process.processIdentifier) == nil)
    }
}

@Suite struct SystemTests {
    @Test func aFileIsWrittenOrTheReasonIsSaid() throws {
        let path = NSTemporaryDirectory() + "support-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try System.write("one", toFile: path)
        try System.write("two\n", toFile: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two\n")
        #expect(throws: Failure.self) { try System.write("x", toFile: path + "/below") }
        #expect(throws: Failure.self) { try System.write("x", toFile: "/dev/full") }
    }
}
