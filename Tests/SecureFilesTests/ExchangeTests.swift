import Foundation
import SecureFiles
import Testing

@Suite struct ExchangeTests {
    let scratch = Scratch()

    private func both() throws -> (Place, Place) {
        (
            Place(try SecureDirectory(path: scratch("one"), creating: true)),
            Place(try SecureDirectory(path: scratch("two"), creating: true))
        )
    }

    /// A directory that a tuple can hold.
    private final class Place {
        let directory: SecureDirectory
        init(_ directory: consuming SecureDirectory) { self.directory = directory }
    }

    @Test func twoFilesChangePlacesAndStayWhatTheyAre() throws {
        let (one, two) = try both()
        try one.directory.create("a", of: Array("first".utf8).span)
        try two.directory.create("b", of: Array("second".utf8).span)
        let former = try one.directory.identity(of: "a")
        #expect(try one.directory.exchange("a", with: "b", in: two.directory))
        #expect(scratch.text("one/a") == "second")
        #expect(scratch.text("two/b") == "first")
        let moved = try two.directory.identity(of: "b")
        #expect(moved.isSameContent(as: former))
        #expect(moved.isSameEntry(as: former))
        #expect(try !one.directory.identity(of: "a").isSameContent(as: former))
        scratch.write("third", to: "two/b")
        let written = try two.directory.identity(of: "b")
        #expect(!written.isSameContent(as: former))
    }

    @Test func anExchangeWithNothingIsRefused() throws {
        let (one, two) = try both()
        try one.directory.create("a", of: Array("first".utf8).span)
        #expect(throws: FileError.notFound) {
            try one.directory.exchange("a", with: "b", in: two.directory)
        }
        #expect(throws: FileError.notFound) {
            try two.directory.exchange("b", with: "a", in: one.directory)
        }
        #expect(scratch.text("one/a") == "first")
        #expect(scratch.names("two") == [])
    }

    @Test func aFileIsMadeOnceAndForNobodyElse() throws {
        let (one, _) = try both()
        try one.directory.create("a", of: Array("first".utf8).span)
        #expect(scratch.mode("one/a") == 0o600)
        #expect(throws: FileError.io(errno: EEXIST)) {
            try one.directory.create("a", of: Array("second".utf8).span)
        }
        #expect(scratch.text("one/a") == "first")
        symlink("/tmp/nothing", scratch("one/link"))
        #expect(throws: FileError.self) {
            try one.directory.create("link", of: Array("third".utf8).span)
        }
        #expect(scratch.names("one") == ["a", "link"])
    }

    @Test func aMoveThatMayNotReplaceLeavesBothAsTheyWere() throws {
        let (one, two) = try both()
        try one.directory.create("a", of: Array("first".utf8).span)
        try two.directory.create("b", of: Array("second".utf8).span)
        #expect(try !one.directory.renameExclusively("a", to: "b", in: two.directory))
        #expect(scratch.text("one/a") == "first")
        #expect(scratch.text("two/b") == "second")
        #expect(try one.directory.renameExclusively("a", to: "c", in: two.directory))
        #expect(scratch.names("one") == [])
        #expect(scratch.text("two/c") == "first")
    }

    @Test func aLockKnowsItsFileWhateverItIsCalled() throws {
        let (one, _) = try both()
        guard let lock = try one.directory.lock("a", within: .zero) else {
            Issue.record("nobody else has it")
            return
        }
        let locked = try lock.identity()
        #expect(try locked.isSameEntry(as: one.directory.identity(of: "a")))
        rename(scratch("one/a"), scratch("one/b"))
        scratch.write("", to: "one/a")
        #expect(try locked.isSameEntry(as: one.directory.identity(of: "b")))
        let still = try lock.identity()
        #expect(try !still.isSameEntry(as: one.directory.identity(of: "a")))
        let directory = try one.directory.identity()
        let again = try SecureDirectory(path: scratch("one"), creating: false).identity()
        #expect(directory.isSameEntry(as: again))
    }
}
