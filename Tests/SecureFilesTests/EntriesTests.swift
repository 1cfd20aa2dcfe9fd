import Foundation
import SecureFiles
import Testing

@Suite struct EntriesTests {
    let scratch = Scratch()

    func names(max: Int) throws -> (names: [String], complete: Bool) {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        var names: [String] = []
        let complete = try directory.forEachName(max: max) { name in
            names.append(name.withBytes { bytes in
                String(decoding: bytes.indices.map { index in bytes[index] }, as: UTF8.self)
            })
            return true
        }
        return (names.sorted(), complete)
    }

    @Test func everyNameIsSeenOnceHoweverManyPortionsItTakes() throws {
        let expected = (0..<500).map { number in "record-\(1000 + number)" }
        for name in expected { scratch.write("", to: name) }
        let seen = try names(max: 500)
        #expect(seen.names == expected)
        #expect(seen.complete)
    }

    @Test func aListingEndsAtItsLimitAndSaysSo() throws {
        for number in 0..<20 { scratch.write("", to: "\(number)") }
        let seen = try names(max: 19)
        #expect(seen.names.count == 19)
        #expect(!seen.complete)
    }

    @Test func aNameTooLongForUsIsPassedOver() throws {
        scratch.write("", to: String(repeating: "n", count: 128))
        scratch.write("", to: "short")
        let seen = try names(max: 2)
        #expect(seen.names == ["short"])
        #expect(seen.complete)
    }

    @Test func anEmptyDirectoryHasNoNames() throws {
        let seen = try names(max: 0)
        #expect(seen.names.isEmpty)
        #expect(seen.complete)
    }

    @Test func aListingEndsWhenTheCallerHasEnough() throws {
        for number in 0..<20 { scratch.write("", to: "\(number)") }
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        var count = 0
        let complete = try directory.forEachName(max: 20) { _ in
            count += 1
            return count < 3
        }
        #expect(count == 3)
        #expect(!complete)
    }

    @Test func namesAreRemovedAndMoved() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        let other = try directory.openSubdirectory("cur", creating: true)
        scratch.write("x", to: "a")
        try directory.rename("a", to: "b", in: other)
        try other.synchronize()
        #expect(scratch.text("cur/b") == "x")
        #expect(throws: FileError.notFound) { try directory.rename("a", to: "b", in: other) }
        try other.unlink("b")
        #expect(throws: FileError.notFound) { try other.unlink("b") }
        #expect(throws: FileError.wrongKind) { try directory.unlink("cur") }
    }
}

@Suite struct LockTests {
    let scratch = Scratch()

    @Test func aLockHasOneHolderAndGoesWithIt() throws {
        let one = try SecureDirectory(path: scratch.path, creating: false)
        let other = try SecureDirectory(path: scratch.path, creating: false)
        do {
            let held = try one.lock("lock", within: .zero)
            let refused = try other.lock("lock", within: .milliseconds(30)) == nil
            #expect(refused)
            let isHeld = (consume held) != nil
            #expect(isHeld)
        }
        let isFree = try other.lock("lock", within: .zero) != nil
        #expect(isFree)
        #expect(scratch.mode("lock") == 0o600)
    }

    @Test func whatIsNoFileOfOursIsNoLock() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        symlink(scratch("target"), scratch("link"))
        mkfifo(scratch("pipe"), 0o600)
        mkdir(scratch("directory"), 0o700)
        #expect(throws: FileError.symbolicLink) { _ = try directory.lock("link", within: .zero) }
        #expect(throws: FileError.wrongKind) { _ = try directory.lock("pipe", within: .zero) }
        #expect(throws: FileError.wrongKind) { _ = try directory.lock("directory", within: .zero) }
        #expect(scratch.names() == ["directory", "link", "pipe"])
    }
}
