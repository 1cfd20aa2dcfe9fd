import Foundation
import SecureFiles
import Testing

/// Files that are written at their end.
@Suite struct GrowingFileTests {
    let scratch = Scratch()

    private func directory() throws -> SecureDirectory {
        try SecureDirectory(path: scratch.path, creating: false)
    }

    private func read(_ file: borrowing GrowingFile, at offset: Int, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xff, count: count)
        var target = bytes.mutableSpan
        let found = try file.read(at: offset, into: &target)
        return Array(bytes.prefix(found))
    }

    @Test func whatIsAppendedIsReadAnywhere() throws {
        let file = try directory().openGrowing("file")
        #expect(try file.size() == 0)
        #expect(scratch.mode("file") == 0o600)
        let (one, two): ([UInt8], [UInt8]) = ([1, 2, 3], [4, 5])
        try file.append(one.span)
        let again = try directory().openGrowing("file")
        try again.append(two.span)
        #expect(try file.size() == 5)
        #expect(try read(file, at: 0, 9) == [1, 2, 3, 4, 5])
        #expect(try read(file, at: 2, 2) == [3, 4])
        #expect(try read(file, at: 5, 2) == [])
        #expect(try read(file, at: 99, 2) == [])
    }

    @Test func aFileThatWasCutIsGoneOnWithFromThere() throws {
        let file = try directory().openGrowing("file")
        let (one, two): ([UInt8], [UInt8]) = ([1, 2, 3], [9])
        try file.append(one.span)
        try file.cut(to: 1)
        try file.append(two.span)
        #expect(try read(file, at: 0, 9) == [1, 9])
        try file.cut(to: 0)
        #expect(try file.size() == 0)
    }

    @Test func linksPipesAndDirectoriesAreRefused() throws {
        scratch.write("theirs", to: "target")
        symlink(scratch("target"), scratch("link"))
        mkfifo(scratch("pipe"), 0o600)
        mkdir(scratch("folder"), 0o700)
        #expect(throws: FileError.symbolicLink) { _ = try directory().openGrowing("link") }
        #expect(throws: FileError.wrongKind) { _ = try directory().openGrowing("pipe") }
        #expect(throws: FileError.wrongKind) { _ = try directory().openGrowing("folder") }
        #expect(scratch.text("target") == "theirs")
    }

    @Test func aFileOfOursThatIsOpenToOthersIsTightened() throws {
        scratch.write("ab", to: "file", mode: 0o666)
        let file = try directory().openGrowing("file")
        #expect(scratch.mode("file") == 0o600)
        #expect(try file.size() == 2)
    }
}
