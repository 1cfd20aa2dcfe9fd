import Foundation
import Testing

@testable import VectorSuites

@Suite struct OwnVectorTests {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "TestVectors")

    /// Every vector file below the folder, by its path there.
    static func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let names = FileManager.default.enumerator(atPath: folder.path)
        for case let name as String in names! where name.hasSuffix(".vector") {
            files[name] = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        }
        return files
    }

    @Test func everyVectorDoesWhatItSays() throws {
        let files = try Self.files()
        var failures: [String] = []
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            do {
                if let difference = try Scenario(bytes).run() { failures.append("\(name): \(difference)") }
            } catch { failures.append("\(name): \(error)") }
        }
        #expect(failures == [])
    }
}
