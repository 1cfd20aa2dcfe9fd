import Foundation

/// A new directory that goes with its owner, and what the tests do to it behind our back.
final class Scratch {
    let path: String

    init() {
        var template = Array("/tmp/ntfdecrypt-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, to name: String, mode: mode_t = 0o600) {
        _ = FileManager.default.createFile(atPath: self(name), contents: Data(text.utf8))
        chmod(self(name), mode)
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: self(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        lstat(self(name), &status)
        return status.st_mode & 0o7777
    }

    func names(_ name: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: self(name))) ?? []).sorted()
    }
}

/// Another user's id to give files to; only root can, other users meet root's own files.
let isRoot = geteuid() == 0
