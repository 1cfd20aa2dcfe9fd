import Foundation
import NotificationPipeline
import Testing

@testable import SharedGroup

/// A group directory of its own for each test, removed afterwards.
final class Group {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appending(path: "group-\(UUID())").path
    }

    deinit {
        _ = chmod(path, 0o700)
        _ = chmod(path + "/inbox/tmp", 0o700)
        try? FileManager.default.removeItem(atPath: path)
    }

    func names(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path + "/inbox/" + folder)) ?? []
    }

    func mode(_ part: String) -> Int {
        var status = stat()
        return lstat(path + part, &status) == 0 ? Int(status.st_mode & 0o777) : -1
    }
}

private func record(_ name: String, at time: UInt64 = 1_700_000_000) -> Record {
    var message = Message(type: .incomingHtlc)
    message.paymentHash = BoundedText(String(repeating: "ab", count: 32))
    message.amountMsat = 5_000_000_000_999
    let identity = (name + String(repeating: "0", count: 32)).prefix(32)
    return Record(identity: BoundedText(String(identity))!, message: message, receivedAt: time)
}

@Suite struct InboxTests {
    @Test func aRecordIsWrittenOnceAndFoundByTheApp() throws {
        let group = Group()
        let inbox = Inbox(groupDirectory: group.path)
        #expect(try inbox.store(record("a")) == false)
        #expect(try inbox.store(record("a")) == true)
        #expect(group.names("new").count == 1)
        #expect(group.names("tmp") == [])
        let opened = try InboxReader.open(groupDirectory: group.path)
        guard let reader = opened else { Issue.record("there is an inbox"); return }
        let (entries, unreadable) = try reader.list()
        #expect(unreadable == 0)
        #expect(entries.map(\.json) == [
            "{\"v\":1,\"id\":\"a0000000000000000000000000000000\",\"type\":\"incomingHtlc\","
                + "\"kind\":\"lightning\",\"sats\":5000000000,\"amountMsat\":5000000000999,"
                + "\"paymentHash\":\"\(String(repeating: "ab", count: 32))\",\"receivedAt\":1700000000,"
                + "\"expiresAt\":1700000120,\"state\":\"pending\"}"
        ])
    }

    @Test func everythingIsOursAlone() throws {
        let group = Group()
        _ = try Inbox(groupDirectory: group.path).store(record("a"))
        for part in ["", "/inbox", "/inbox/new", "/inbox/tmp", "/inbox/cur"] {
            #expect(group.mode(part) == 0o700, "\(part)")
        }
        #expect(group.mode("/inbox/new/" + group.names("new")[0]) == 0o600)
    }

    @Test func aTakenRecordIsGoneAndStaysADuplicate() throws {
        let group = Group()
        let inbox = Inbox(groupDirectory: group.path)
        _ = try inbox.store(record("a"))
        let opened = try InboxReader.open(groupDirectory: group.path)
        guard let reader = opened else { Issue.record("there is an inbox"); return }
        let identity = try reader.list().entries[0].identity
        #expect(try reader.take(identity))
        #expect(try !reader.take(identity))
        #expect(try !reader.take("../../etc/passwd"))
        #expect(try reader.list().entries == [])
        #expect(try inbox.store(record("a")) == true)
        reader.forgetTaken(now: 1_700_000_000 + GroupLimits.takenSecondsMax)
        #expect(try inbox.store(record("a")) == true)
        reader.forgetTaken(now: 1_700_000_001 + GroupLimits.takenSecondsMax)
        #expect(try inbox.store(record("a")) == false)
    }

    @Test func whatKilledWritersLeftBehindGoesWhenNobodyCanBeWritingIt() throws {
        let group = Group()
        _ = try Inbox(groupDirectory: group.path).store(record("a"))
        let now: UInt64 = 1_700_000_000
        let ages: [(name: String, age: UInt64)] = [
            (".tmp-00000000000000aa", 37 * 3600), (".tmp-00000000000000bb", 35 * 3600),
            (".tmp-00000000000000cc", 0), ("somebody-else's", 100 * 3600),
        ]
        for (name, age) in ages {
            let path = group.path + "/inbox/tmp/" + name
            _ = FileManager.default.createFile(atPath: path, contents: Data("half".utf8))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(now - age))],
                ofItemAtPath: path)
        }
        _ = try Inbox(groupDirectory: group.path).store(record("b", at: now))
        #expect(Set(group.names("tmp")) == [
            ".tmp-00000000000000bb", ".tmp-00000000000000cc", "somebody-else's",
        ])
        // A clock that went back to 1970 sweeps nothing.
        _ = try Inbox(groupDirectory: group.path).store(record("c", at: 5))
        #expect(group.names("tmp").count == 3)
    }

    @Test func recordsComeOldestFirst() throws {
        let group = Group()
        let inbox = Inbox(groupDirectory: group.path)
        for (name, time) in [("c", 30), ("a", 10), ("b", 20)] {
            _ = try inbox.store(record(name, at: UInt64(time)))
        }
        let opened = try InboxReader.open(groupDirectory: group.path)
        guard let reader = opened else { Issue.record("there is an inbox"); return }
        #expect(try reader.list().entries.map(\.receivedAt) == [10, 20, 30])
    }

    @Test func thereIsNoInboxBeforeTheFirstRecord() throws {
        let opened = try InboxReader.open(groupDirectory: Group().path)
        switch opened {
        case nil: break
        case .some: Issue.record("nothing should be there")
        }
    }

    @Test func whatIsNoRecordIsCountedAndLeftAlone() throws {
        let group = Group()
        _ = try Inbox(groupDirectory: group.path).store(record("a"))
        for (name, content) in [("x", "{}"), ("y", "not json"), ("z", ""), ("w", "[1]")] {
            try Data(content.utf8).write(to: URL(filePath: group.path + "/inbox/new/" + name))
        }
        let opened = try InboxReader.open(groupDirectory: group.path)
        guard let reader = opened else { Issue.record("there is an inbox"); return }
        let (entries, unreadable) = try reader.list()
        #expect(entries.count == 1)
        #expect(unreadable == 4)
    }

    @Test func aRecordWithTheLineEndsOfAnotherSystemIsStillOneLine() throws {
        let group = Group()
        _ = try Inbox(groupDirectory: group.path).store(record("a"))
        let path = group.path + "/inbox/new/" + group.names("new")[0]
        try Data("{\"receivedAt\":1,\r\n\"a\":2}\r\n".utf8).write(to: URL(filePath: path))
        let opened = try InboxReader.open(groupDirectory: group.path)
        guard let reader = opened else { Issue.record("there is an inbox"); return }
        let line = try reader.list().entries[0].json
        #expect(!line.utf8.contains(UInt8(ascii: "\n")))
    }

    @Test func aLinkedGroupDirectoryIsRefused() throws {
        let group = Group()
        let target = Group()
        try FileManager.default.createDirectory(atPath: target.path, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: group.path, withDestinationPath: target.path)
        for path in [group.path, group.path + "/"] {
            #expect(throws: StoreError.symbolicLink) {
                try Inbox(groupDirectory: path).store(record("a"))
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == [])
    }

    @Test func aLinkInsideTheGroupDirectoryIsRefused() throws {
        let group = Group()
        let target = Group()
        for path in [group.path, target.path] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            atPath: group.path + "/inbox", withDestinationPath: target.path)
        #expect(throws: StoreError.symbolicLink) {
            try Inbox(groupDirectory: group.path).store(record("a"))
        }
    }

    @Test func aGroupDirectoryOfSomeoneElseIsRefused() throws {
        let group = Group()
        var path = "/usr"
        // Root gives one away; anybody else finds root's everywhere.
        if getuid() == 0 {
            path = group.path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            #expect(chown(path, 12345, 12345) == 0)
        }
        #expect(throws: StoreError.notOurs) {
            try Inbox(groupDirectory: path).store(record("a"))
        }
    }

    @Test func aFileInTheWayIsAnErrorAndIsKept() throws {
        let group = Group()
        try Data("mine".utf8).write(to: URL(filePath: group.path))
        #expect(throws: StoreError.failed) {
            try Inbox(groupDirectory: group.path).store(record("a"))
        }
        #expect(try String(contentsOfFile: group.path, encoding: .utf8) == "mine")
    }

    @Test func afterAFailureTheNextRecordTriesAgain() throws {
        let group = Group()
        try Data("mine".utf8).write(to: URL(filePath: group.path))
        let inbox = Inbox(groupDirectory: group.path)
        #expect(throws: StoreError.failed) { try inbox.store(record("a")) }
        try FileManager.default.removeItem(atPath: group.path)
        #expect(try inbox.store(record("a")) == false)
    }

    @Test func manyWritersOfTheSamePushMakeOneRecord() async throws {
        let group = Group()
        let path = group.path
        let created = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    let inbox = Inbox(groupDirectory: path)
                    return try (0..<20).filter { index in
                        try !inbox.store(record(String(index + 10)))
                    }.count
                }
            }
            return try await tasks.reduce(0, +)
        }
        #expect(created == 20)
        #expect(group.names("new").count == 20)
        #expect(group.names("tmp") == [])
    }
}
