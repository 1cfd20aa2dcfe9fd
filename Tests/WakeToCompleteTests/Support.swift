import Machines
import Foundation
import NotificationPipeline
import SharedGroup

@testable import WakeToComplete

/// A new group directory that goes with its owner.
final class Group: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/ntfdecrypt-wake-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: self(name)).map { data in Array(data) }
    }

    func write(_ bytes: [UInt8], to name: String) {
        _ = FileManager.default.createFile(atPath: self(name), contents: Data(bytes))
    }

    func mode(_ name: String) -> Int {
        var status = stat()
        return lstat(self(name), &status) == 0 ? Int(status.st_mode & 0o777) : -1
    }
}

func hex(_ digit: Character) -> String { String(repeating: digit, count: 64) }

/// A machine's effects, as they can be compared.
func list<Effect>(_ effects: Effects<Effect>) -> [Effect] { Array(effects) }
