import Foundation
import SecureFiles
import Threading
import Testing

/// Says to the reader that the writer is through.
private final class Finish: Sendable {
    let done = Mutex(false)
}

@Suite struct WritingTests {
    let scratch = Scratch()

    @Test(arguments: [0, 1, 4096, 1_000_003])
    func aReplacedFileIsWholeAndForUsAlone(count: Int) throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        let text = String(repeating: "x", count: count)
        scratch.write("before", to: "file", mode: 0o644)
        try directory.replace("file", with: Array(text.utf8).span)
        #expect(scratch.text("file") == text)
        #expect(scratch.mode("file") == 0o600)
        #expect(scratch.names() == ["file"])
    }

    @Test func aLinkIsReplacedAndNotFollowed() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        scratch.write("theirs", to: "target")
        symlink(scratch("target"), scratch("file"))
        try directory.replace("file", with: Array("ours".utf8).span)
        #expect(scratch.text("target") == "theirs")
        #expect(scratch.text("file") == "ours")
    }

    @Test func aFailedReplacementLeavesNothingBehind() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        mkdir(scratch("file"), 0o700)
        #expect(throws: FileError.wrongKind) {
            try directory.replace("file", with: Array("x".utf8).span)
        }
        #expect(scratch.names() == ["file"])
    }

    @Test func aDirectoryThatIsGoneTakesNoFile() throws {
        let directory = try SecureDirectory(path: scratch("gone"), creating: true)
        rmdir(scratch("gone"))
        #expect(throws: FileError.notFound) {
            try directory.replace("file", with: Array("x".utf8).span)
        }
        #expect(throws: FileError.notFound) {
            _ = try directory.writeNew(Array("x".utf8).span, name: "file", through: directory)
        }
    }

    @Test func aNewFileIsMadeOnce() throws {
        let source = try SecureDirectory(path: scratch("tmp"), creating: true)
        let target = try SecureDirectory(path: scratch("new"), creating: true)
        #expect(try target.writeNew(Array("first".utf8).span, name: "record", through: source))
        #expect(try !target.writeNew(Array("second".utf8).span, name: "record", through: source))
        #expect(scratch.text("new/record") == "first")
        #expect(scratch.mode("new/record") == 0o600)
        #expect(scratch.names("tmp").isEmpty)
    }

    @Test func aLinkOrDirectoryInTheWayIsAlreadyThere() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        symlink(scratch("nowhere"), scratch("link"))
        mkdir(scratch("directory"), 0o700)
        for name in ["link", "directory"] as [FileName] {
            #expect(try !directory.writeNew(Array("x".utf8).span, name: name, through: directory))
        }
        #expect(scratch.names() == ["directory", "link"])
    }

    @Test func ofManyWritersExactlyOneMakesTheFile() async throws {
        let path = scratch.path
        let made = await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    guard let source = try? SecureDirectory(path: path + "/tmp", creating: true),
                        let target = try? SecureDirectory(path: path + "/new", creating: true)
                    else { return false }
                    let text = Array("writer \(writer)".utf8)
                    return (try? target.writeNew(text.span, name: "record", through: source)) == true
                }
            }
            return await group.reduce(0) { count, made in count + (made ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(scratch.names("new") == ["record"])
        #expect(scratch.names("tmp").isEmpty)
    }

    @Test func aReaderNeverSeesHalfAFile() async throws {
        let path = scratch.path
        let finish = Finish()
        try SecureDirectory(path: path, creating: false)
            .replace("file", with: [UInt8](repeating: 0, count: 20_000).span)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard let writer = try? SecureDirectory(path: path, creating: false) else { return }
                for round in 1...50 {
                    let bytes = [UInt8](repeating: UInt8(round), count: 20_000)
                    try? writer.replace("file", with: bytes.span)
                }
                finish.done.withLock { done in done = true }
            }
            group.addTask {
                guard let reader = try? SecureDirectory(path: path, creating: false) else { return }
                var memory = [UInt8](repeating: 0, count: 20_000)
                while !finish.done.withLock({ done in done }) {
                    var span = memory.mutableSpan
                    let count = try? reader.read("file", into: &span)
                    #expect(count == 20_000)
                    #expect(memory.allSatisfy { byte in byte == memory[0] })
                }
            }
        }
    }

    @Test func leftoversOfKilledWritersAreSweptAndNothingElse() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        scratch.write("half", to: ".tmp-0123456789abcdef")
        scratch.write("mine", to: ".tmp-short")
        scratch.write("mine", to: "0123456789abcdef.tmp-")
        #expect(try directory.removeTemporaries() == 1)
        #expect(scratch.names() == [".tmp-short", "0123456789abcdef.tmp-"])
    }
}
