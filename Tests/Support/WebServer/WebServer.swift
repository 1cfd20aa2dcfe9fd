import Foundation
import Synchronization

/// A folder of the one server of `server.py` that all tests of a process share.
public final class WebServer: Sendable {
    /// What one request asked for.
    public struct Request: Equatable {
        public var path, range, ifRange, acceptEncoding, cookie: String
    }

    /// Ends when its input does, which is with this process.
    private static let shared: (directory: String, ports: [Int], input: Pipe) = {
        var template = Array("/tmp/ntfdecrypt-web-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no directory for the server") }
        let directory = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let script = (#filePath as NSString).deletingLastPathComponent + "/server.py"
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", script, directory]
        process.standardInput = input
        process.standardOutput = output
        guard (try? process.run()) != nil else { fatalError("no python3") }
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            line.append(byte)
        }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        let ports = words.compactMap { word in Int(word) }
        guard ports.count == 2 else { fatalError("the server did not start") }
        return (directory, ports, input)
    }()
    private static let folders = Atomic(0)

    public let directory: String
    private let folder: Int

    public init() {
        folder = Self.folders.add(1, ordering: .relaxed).newValue
        directory = "\(Self.shared.directory)/\(folder)"
        try? FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
    }

    /// The address of `path`, which begins without a slash.
    public func url(_ path: String) -> String {
        "http://127.0.0.1:\(Self.shared.ports[0])/\(folder)/\(path)"
    }

    /// The same by TLS, with a certificate that nobody signed.
    public func urlUntrusted(_ path: String) -> String {
        "https://127.0.0.1:\(Self.shared.ports[1])/\(folder)/\(path)"
    }

    /// Makes a file, or another of the same name.
    public func put(_ bytes: [UInt8], _ name: String) {
        let file = directory + "/" + name
        try? FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: file, contents: Data(bytes)) else {
            fatalError("the server's file was not written")
        }
    }

    /// Every request so far, in the order in which they came.
    public var requests: [Request] {
        let log = FileManager.default.contents(atPath: directory + "/requests") ?? Data()
        return String(decoding: log, as: UTF8.self).split(separator: "\n").map { line in
            let words = line.split(separator: "\t").map(String.init)
            return Request(
                path: words[0], range: words[1], ifRange: words[2], acceptEncoding: words[3],
                cookie: words[4])
        }
    }
}
