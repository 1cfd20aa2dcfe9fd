import Foundation
import Threading

/// `appleprobe` in a process of its own; killed with its owner.
final class Probe: @unchecked Sendable {
    let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let lines = Monitor<[String]>([])

    init(_ arguments: String...) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: own).deletingLastPathComponent()
            .appendingPathComponent("appleprobe")
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        // On a thread of its own: a handler would wait for a run loop's queue.
        let reading = output.fileHandleForReading
        try process.run()
        _ = Thread.detach(stackBytes: 256 * 1024) { [lines] in
            var rest = Data()
            while true {
                let portion = reading.availableData
                if portion.isEmpty { return }
                rest += portion
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest = Data(rest[(end + 1)...])
                    lines.withLock { lines in lines.append(line) }
                }
            }
        }
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func write(_ line: String) { input.fileHandleForWriting.write(Data((line + "\n").utf8)) }

    /// Whether `line` comes, and behind everything that was taken before, within ten seconds.
    func says(_ line: String) -> Bool { next(line) != nil }

    private func next(_ line: String) -> String? {
        lines.waiting(atMost: .seconds(10)) { lines in
            guard let index = lines.firstIndex(of: line) else { return nil }
            lines.removeFirst(index + 1)
            return line
        }
    }

    /// The next line whatever it is.
    func line() -> String? {
        lines.waiting(atMost: .seconds(10)) { lines in
            lines.isEmpty ? nil : lines.removeFirst()
        }
    }

    func end(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }
}

/// A directory that goes with its owner.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/ntf-apple-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
