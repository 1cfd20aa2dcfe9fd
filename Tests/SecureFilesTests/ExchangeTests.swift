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
        let lock = try #require(try one.directory.lock("a", within: .zero).map(Held.init))
        let named = try one.directory.identity(of: "a")
        #expect(try lock.lock.identity().isSameEntry(as: named))
        rename(scratch("one/a"), scratch("one/b"))
        scratch.write("", to: "one/a")
        let other = try one.directory.identity(of: "a")
        #expect(try !lock.lock.identity().isSameEntry(as: other))
        let directory = try one.directory.identity()
        let again = try SecureDirectory(path: scratch("one"), creating: false).identity()
        #expect(directory.isSameEntry(as: again))
    }

    /// A lock that the macros can hold.
    private final class Held {
        let lock: FileLock
        init(_ lock: consuming FileLock) { self.lock = lock }
    }
}
