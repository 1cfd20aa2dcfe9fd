import Foundation
import SecureFiles
import Testing

@Suite struct ReadingTests {
    let scratch = Scratch()

    /// The text of a file read into memory of `room` bytes, or why not.
    func read(_ name: FileName, room: Int = 64) -> Result<String, FileError> {
        do throws(FileError) {
            let directory = try SecureDirectory(path: scratch.path, creating: false)
            var memory = [UInt8](repeating: 0xee, count: room)
            var span = memory.mutableSpan
            let count = try directory.read(name, into: &span)
            return .success(String(decoding: memory.prefix(count), as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: ["", "x", String(repeating: "x", count: 64)])
    func aFileIsReadWhole(text: String) {
        scratch.write(text, to: "file")
        #expect(read("file") == .success(text))
    }

    @Test func aFileLargerThanTheMemoryIsRefused() {
        scratch.write(String(repeating: "x", count: 65), to: "file")
        #expect(read("file") == .failure(.tooLarge))
    }

    @Test func aLinkIsRefusedEvenToAFileOfOurs() {
        scratch.write("x", to: "file")
        symlink(scratch("file"), scratch("link"))
        #expect(read("link") == .failure(.symbolicLink))
    }

    @Test func aPipeNeverMakesUsWait() {
        mkfifo(scratch("pipe"), 0o600)
        #expect(read("pipe") == .failure(.wrongKind))
    }

    @Test func aDirectoryIsNoFile() {
        mkdir(scratch("directory"), 0o700)
        #expect(read("directory") == .failure(.wrongKind))
    }

    @Test func whatIsMissingIsNotFound() {
        #expect(read("file") == .failure(.notFound))
    }

    @Test func anothersFileIsRefused() {
        guard isRoot else {
            // Without root another's files are met in another's directory only, refused before.
            #expect(throws: FileError.notOurs) {
                _ = try SecureDirectory(path: "/etc", creating: false)
            }
            return
        }
        scratch.write("x", to: "file", mode: 0o644)
        chown(scratch("file"), 12345, 12345)
        #expect(read("file") == .failure(.notOurs))
        #expect(scratch.mode("file") == 0o644)
    }

    @Test func aFileOpenToOthersIsTightened() {
        scratch.write("x", to: "file", mode: 0o666)
        #expect(read("file") == .success("x"))
        #expect(scratch.mode("file") == 0o600)
    }

    @Test func aSecretIsReadIntoMemoryOfItsSize() throws {
        scratch.write("sixteen bytes ok", to: "file")
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        let contents = try directory.readSecret("file", bytesMax: 16)
        #expect(contents.identity.size == 16)
        let count = contents.bytes?.count
        #expect(count == 16)
        #expect(throws: FileError.tooLarge) {
            _ = try directory.readSecret("file", bytesMax: 15)
        }
        scratch.write("", to: "file")
        let empty = try directory.readSecret("file", bytesMax: 16)
        #expect(empty.identity.size == 0)
        let isEmpty = empty.bytes == nil
        #expect(isEmpty)
    }

    @Test func theIdentityChangesWithTheFile() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        try directory.replace("file", with: Array("one".utf8).span)
        let first = try directory.identity(of: "file")
        #expect(try directory.identity(of: "file") == first)
        try directory.replace("file", with: Array("two".utf8).span)
        #expect(try directory.identity(of: "file") != first)
    }
}
