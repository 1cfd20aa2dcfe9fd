import Foundation
import SecureFiles

/// A group directory of a test's own, removed with it.
final class GroupScratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/ntf-group-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path + "/coordination", withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func coordination() throws(FileError) -> SecureDirectory {
        try SecureDirectory(path: path, creating: true)
            .openSubdirectory("coordination", creating: true)
    }

    func file(_ name: String) -> String { path + "/coordination/" + name }
}
