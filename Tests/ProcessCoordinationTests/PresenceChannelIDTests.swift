import Foundation
import SecureFiles
import Testing
import Threading

@testable import ProcessCoordination

@Suite struct PresenceChannelIDTests {
    @Test func theNameIsDrawnOnceWhoeverComesFirst() throws {
        for _ in 0..<20 {
            let group = try GroupScratch()
            let found = Mutex<[PresenceChannelID]>([])
            let threads = (0..<4).compactMap { _ in
                Thread {
                    guard let directory = try? group.coordination() else { return }
                    guard let id = try? PresenceChannelID.find(in: directory) else { return }
                    found.withLock { found in found.append(id) }
                }
            }
            for thread in threads { thread.join() }
            let names = found.withLock { found in found }
            #expect(names.count == 4)
            #expect(names.allSatisfy { name in name == names[0] })
            let left = try FileManager.default.contentsOfDirectory(atPath: group.path + "/coordination")
            #expect(left == ["channel"])
        }
    }

    @Test func twoDevicesHaveTwoNames() throws {
        let (one, other) = (try GroupScratch(), try GroupScratch())
        let ids = [
            try PresenceChannelID.find(in: try one.coordination()),
            try PresenceChannelID.find(in: try other.coordination()),
        ]
        #expect(ids[0] != ids[1])
    }

    @Test(arguments: [
        "", "0", String(repeating: "0", count: 32), String(repeating: "0", count: 33) + "\n",
        String(repeating: "A", count: 32) + "\n", String(repeating: "g", count: 32) + "\n",
        String(repeating: "\0", count: 33), String(repeating: "0", count: 1_000_000),
    ])
    func whatNamesNoChannelIsAnErrorAndStays(text: String) throws {
        let group = try GroupScratch()
        try text.write(toFile: group.file("channel"), atomically: false, encoding: .utf8)
        #expect(throws: PresenceError.channelUnreadable) {
            _ = try PresenceChannelID.find(in: try group.coordination())
        }
        #expect(throws: PresenceError.channelUnreadable) {
            try Presence(side: .app, groupDirectory: group.path).start()
        }
        #expect(try String(contentsOfFile: group.file("channel"), encoding: .utf8) == text)
    }

    @Test func aLinkAndADirectoryAreNoChannel() throws {
        let group = try GroupScratch()
        try FileManager.default.createSymbolicLink(
            atPath: group.file("channel"), withDestinationPath: "/etc/hostname")
        #expect(throws: PresenceError.file(.symbolicLink)) {
            _ = try PresenceChannelID.find(in: try group.coordination())
        }
        let other = try GroupScratch()
        try FileManager.default.createDirectory(
            atPath: other.file("channel"), withIntermediateDirectories: false)
        #expect(throws: PresenceError.file(.wrongKind)) {
            _ = try PresenceChannelID.find(in: try other.coordination())
        }
    }

    @Test func aGroupDirectoryThatIsNoneIsAnError() throws {
        #expect(throws: PresenceError.file(.wrongKind)) {
            try Presence(side: .app, groupDirectory: "/dev/null").start()
        }
        #expect(throws: PresenceError.file(.notFound)) {
            try Presence(side: .app, groupDirectory: "").start()
        }
    }

    @Test func aFullDiskIsAnErrorAndLeavesNothing() async throws {
        await #expect(processExitsWith: .success) {
            let group = try GroupScratch()
            signal(SIGXFSZ, SIG_IGN)
            var none = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &none)
            none.rlim_cur = 0
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &none)
            #expect(throws: PresenceError.file(.noSpace)) {
                _ = try PresenceChannelID.find(in: try group.coordination())
            }
            none.rlim_cur = none.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &none)
            #expect(
                try FileManager.default.contentsOfDirectory(
                    atPath: group.path + "/coordination").isEmpty)
            _ = try PresenceChannelID.find(in: try group.coordination())
        }
    }
}
