import Foundation

/// The server of `server.py` on a port of its own, with a directory of files; ends with its owner.
public final class WebServer {
    /// What one request asked for.
    public struct Request: Equatable {
        public var path, range, ifRange, acceptEncoding, cookie: String
    }

    public let directory: String
    public let port: Int
    private let process = Process()
    private let input = Pipe()

    public init() {
        var template = Array("/tmp/ntfdecrypt-web-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no directory for the server") }
        directory = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let script = (#filePath as NSString).deletingLastPathComponent + "/server.py"
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", script, directory]
        process.standardInput = input
        process.standardOutput = output
        guard (try? process.run()) != nil else { fatalError("no python3") }
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            line.append(byte)
        }
        guard let number = Int(String(decoding: line, as: UTF8.self)) else {
            fatalError("the server did not start")
        }
        port = number
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The address of `path`, which begins without a slash.
    public func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

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
