import Foundation
import SecureFiles
import Testing

/// Files that several processes write in place.
@Suite struct SharedFileTests {
    let scratch = Scratch()

    private func directory() throws -> SecureDirectory {
        try SecureDirectory(path: scratch.path, creating: false)
    }

    private func read(_ file: borrowing SharedFile, at offset: Int, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xff, count: count)
        var target = bytes.mutableSpan
        try file.read(at: offset, into: &target)
        return bytes
    }

    @Test func aNewOneIsOfZerosForUsAlone() throws {
        let file = try directory().openShared("file", size: 64)
        #expect(try read(file, at: 0, 64) == [UInt8](repeating: 0, count: 64))
        #expect(scratch.mode("file") == 0o600)
        #expect(file.size == 64)
    }

    @Test func whatOneOpeningWritesAnotherReadsAtOnce() throws {
        let one = try directory().openShared("file", size: 64)
        let other = try directory().openShared("file", size: 64)
        let bytes: [UInt8] = [1, 2, 3]
        try one.write(bytes.span, at: 61)
        #expect(try read(other, at: 61, 3) == bytes)
        #expect(try read(other, at: 0, 4) == [0, 0, 0, 0])
    }

    @Test func aShorterOneGrowsAndALongerOneKeepsItsLength() throws {
        scratch.write("ab", to: "file", mode: 0o644)
        let file = try directory().openShared("file", size: 8)
        #expect(try read(file, at: 0, 8) == [0x61, 0x62, 0, 0, 0, 0, 0, 0])
        #expect(scratch.mode("file") == 0o600)
        _ = try directory().openShared("file", size: 4)
        #expect(scratch.text("file")?.utf8.count == 8)
    }

    @Test func nothingIsReadOrWrittenBeyondTheEnd() throws {
        let file = try directory().openShared("file", size: 8)
        let bytes: [UInt8] = [1, 2]
        #expect(throws: FileError.tooLarge) { try file.write(bytes.span, at: 7) }
        #expect(throws: FileError.tooLarge) { try file.write(bytes.span, at: -1) }
        #expect(throws: FileError.tooLarge) { _ = try read(file, at: 7, 2) }
    }

    @Test func aFileThatWasCutOffIsAnErrorAndNoZeros() throws {
        let file = try directory().openShared("file", size: 8)
        truncate(scratch("file"), 4)
        #expect(throws: FileError.io(errno: ESTALE)) { _ = try read(file, at: 0, 8) }
    }

    @Test func linksPipesAndDirectoriesAreRefused() throws {
        scratch.write("theirs", to: "target")
        symlink(scratch("target"), scratch("link"))
        mkfifo(scratch("pipe"), 0o600)
        mkdir(scratch("directory"), 0o700)
        #expect(throws: FileError.symbolicLink) { _ = try directory().openShared("link", size: 8) }
        #expect(throws: FileError.wrongKind) { _ = try directory().openShared("pipe", size: 8) }
        #expect(throws: FileError.wrongKind) {
            _ = try directory().openShared("directory", size: 8)
        }
        #expect(scratch.text("target") == "theirs")
    }

    @Test func aFileOfAnotherUserIsRefused() throws {
        if isRoot {
            scratch.write("theirs", to: "file")
            chown(scratch("file"), 65_534, 65_534)
            #expect(throws: FileError.notOurs) { _ = try directory().openShared("file", size: 8) }
            #expect(scratch.text("file") == "theirs")
        } else {
            let system = try SecureDirectory(path: scratch.path, creating: false)
            // Without root nothing can be given away; the check is the one of reading.
            scratch.write("x", to: "file", mode: 0o000)
            #expect(throws: FileError.notPermitted) { _ = try system.openShared("file", size: 8) }
        }
    }
}
