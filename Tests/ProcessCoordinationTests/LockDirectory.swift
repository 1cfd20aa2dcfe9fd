import Foundation

@testable import ProcessCoordination

/// A group directory of its own that goes with its owner, and what the tests do to it.
final class LockDirectory {
    let path: String

    init() {
        var template = Array("/tmp/ntf-lease-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// As the shipped lock writes: another file, renamed over what was there.
    func write(_ text: String, to name: String) {
        write(Data(text.utf8), to: name)
    }

    func write(_ data: Data, to name: String) {
        let temporary = self("temporary")
        _ = FileManager.default.createFile(
            atPath: temporary, contents: data, attributes: [.posixPermissions: 0o644])
        rename(temporary, self(name))
    }

    func data(_ name: String) -> Data? {
        FileManager.default.contents(atPath: self(name))
    }

    func text(_ name: String) -> String? {
        data(name).map { data in String(decoding: data, as: UTF8.self) }
    }

    func names(_ name: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: self(name))) ?? []).sorted()
    }
}

/// Another process, so that there is one the kernel knows of.
final class OtherProcess {
    private let process = Process()
    let identity: ProcessIdentity

    init(bootID: BootID) throws {
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["600"]
        try process.run()
        let pid = process.processIdentifier
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let rest = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        identity = ProcessIdentity(
            pid: pid, startedAt: UInt64(rest[20]) ?? 0,
            namespace: ProcessIdentity.current(bootID: bootID).namespace, bootID: bootID)
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { kill() }
}
