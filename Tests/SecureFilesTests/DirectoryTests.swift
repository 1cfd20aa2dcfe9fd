import Foundation
import SecureFiles
import Testing

/// What opening a directory ends with.
func openError(_ path: String, creating: Bool = true) -> FileError? {
    do throws(FileError) {
        _ = try SecureDirectory(path: path, creating: creating)
        return nil
    } catch {
        return error
    }
}

@Suite struct DirectoryTests {
    let scratch = Scratch()

    @Test func missingComponentsAreMadeForUsAlone() {
        #expect(openError(scratch("a/b/c/")) == nil)
        for name in ["a", "a/b", "a/b/c"] { #expect(scratch.mode(name) == 0o700) }
    }

    @Test func aMissingDirectoryIsNotFoundWhenNothingIsToBeMade() {
        #expect(openError(scratch("a"), creating: false) == .notFound)
        #expect(openError(scratch("a/b"), creating: false) == .notFound)
        #expect(scratch.names().isEmpty)
    }

    @Test(arguments: ["", "a\0b", String(repeating: "a/", count: 2048)])
    func aPathThatIsNoneIsNotFound(path: String) {
        #expect(openError(path) == .notFound)
    }

    @Test func aDirectoryOpenToOthersIsTightened() {
        mkdir(scratch("plain"), 0o755)
        chmod(scratch("plain"), 0o777)
        #expect(openError(scratch("plain"), creating: false) == nil)
        #expect(scratch.mode("plain") == 0o700)
    }

    @Test(arguments: ["link", "link/", "link//"])
    func aLinkAtTheEndIsRefused(path: String) {
        mkdir(scratch("real"), 0o700)
        symlink(scratch("real"), scratch("link"))
        #expect(openError(scratch(path)) == .symbolicLink)
        #expect(openError(scratch(path), creating: false) == .symbolicLink)
    }

    @Test func aLinkToNothingIsRefusedAndNothingIsMadeBehindIt() {
        symlink(scratch("nowhere"), scratch("link"))
        #expect(openError(scratch("link")) == .symbolicLink)
        #expect(openError(scratch("link/inside")) != nil)
        #expect(scratch.names() == ["link"])
    }

    @Test func aLinkOnTheWayIsTheUsersAndFollowed() {
        mkdir(scratch("real"), 0o700)
        symlink(scratch("real"), scratch("link"))
        #expect(openError(scratch("link/inside")) == nil)
        #expect(scratch.names("real") == ["inside"])
    }

    @Test func aFileIsNoDirectory() {
        scratch.write("x", to: "file")
        #expect(openError(scratch("file")) == .wrongKind)
        #expect(openError(scratch("file/below")) == .wrongKind)
        mkfifo(scratch("pipe"), 0o600)
        #expect(openError(scratch("pipe")) == .wrongKind)
    }

    @Test func anothersDirectoryIsRefusedAndLeftAsItIs() {
        mkdir(scratch("theirs"), 0o755)
        chown(scratch("theirs"), 12345, 12345)
        // Who is not root cannot give a directory away, but the system's root is another's then.
        #expect(openError(isRoot ? scratch("theirs") : "/") == .notOurs)
        #expect(scratch.mode("theirs") == 0o755)
    }

    @Test func aSubdirectoryHasTheSameConditions() throws {
        let directory = try SecureDirectory(path: scratch.path, creating: false)
        #expect(throws: FileError.notFound) {
            _ = try directory.openSubdirectory("new", creating: false)
        }
        _ = try directory.openSubdirectory("new", creating: true)
        #expect(scratch.mode("new") == 0o700)
        symlink(scratch("new"), scratch("link"))
        #expect(throws: FileError.symbolicLink) {
            _ = try directory.openSubdirectory("link", creating: true)
        }
        scratch.write("x", to: "file")
        #expect(throws: FileError.wrongKind) {
            _ = try directory.openSubdirectory("file", creating: true)
        }
    }

    @Test func descriptorsAreClosedAgain() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<200 {
            _ = openError(scratch("a/b"))
            _ = openError(scratch("nothing"), creating: false)
        }
        let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        #expect(after < before + 100, "other tests open a few; 400 would be ours")
    }
}

@Suite struct FileNameTests {
    @Test(arguments: ["a", "..a", "...", ".hidden", String(repeating: "n", count: 127)])
    func aNameOfAnEntryIsTaken(text: String) {
        let name = FileName(Array(text.utf8).span)
        #expect(name?.count == text.utf8.count)
    }

    @Test(arguments: ["", ".", "..", "a/b", "/", "a\0", String(repeating: "n", count: 128)])
    func anythingElseIsRefused(text: String) {
        #expect(FileName(Array(text.utf8).span) == nil)
    }
}
