import Foundation
import NotificationExtension
import SharedGroup
import StandInDarwin
import StandInFoundation
import StandInOS
import Testing

@testable import ProcessCoordination
@testable import SecureFiles

/// What changes the stand-in device: one after another.
@Suite(.serialized) struct DeviceTests {
    @Test func inASandboxAnotherProcessIsUnknownAndNeverDead() throws {
        let clock = DeviceClock()
        let probe = try Probe("identity")
        let words = try #require(probe.line()).split(separator: " ")
        let identity = ProcessIdentity(
            pid: try #require(Int32(words[0])), startedAt: try #require(UInt64(words[1])),
            namespace: ProcessIdentity.current(bootID: clock.bootID).namespace,
            bootID: clock.bootID)
        #expect(identity.liveness(bootID: clock.bootID) == .alive)
        Device.isSandboxed = true
        defer { Device.isSandboxed = false }
        #expect(identity.liveness(bootID: clock.bootID) == .unknown)
        #expect(ProcessIdentity.isStopped(identity.pid) == nil)
        let own = ProcessIdentity.current(bootID: clock.bootID)
        #expect(own.liveness(bootID: clock.bootID) == .alive)
        probe.end(SIGKILL)
        probe.process.waitUntilExit()
        // There is no such number: that much the kernel says to anybody.
        #expect(identity.liveness(bootID: clock.bootID) == .dead)
    }

    @Test func aBeatOfWhoIsUnknownCountsAsOneForFiveSeconds() throws {
        let group = try Folder()
        let clock = DeviceClock()
        let gate = try PeerGate(side: .extension, groupDirectory: group.path)
        let permit = try gate.enter(within: .zero)
        Device.isSandboxed = true
        defer { Device.isSandboxed = false }
        let reader = try HeartbeatReader(groupDirectory: group.path, clock: clock)
        guard case .fresh = try reader.read() else {
            Issue.record("a beat of a process nobody knows is fresh")
            return
        }
        // The lock tells the rest, whoever has it.
        let app = try PeerGate(side: .app, groupDirectory: group.path)
        #expect(throws: GateError.deadline) { try app.enter(within: .milliseconds(100)).close() }
        permit.close()
    }

    @Test func whatWasWrittenInAnotherBootSessionIsStale() throws {
        let group = try Folder()
        Device.bootSession = "11111111-2222-3333-4444-555555555555"
        defer { Device.bootSession = nil }
        let before = DeviceClock()
        #expect(before.bootID == BootID(high: 0x1111_1111_2222_3333, low: 0x4444_5555_5555_5555))
        let permit = try PeerGate(side: .extension, groupDirectory: group.path, clock: before)
            .enter(within: .zero)
        let reader = try HeartbeatReader(groupDirectory: group.path, clock: before)
        guard case .fresh = try reader.read() else {
            Issue.record("a beat of this boot session is fresh")
            return
        }
        Device.bootSession = "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE"
        let after = DeviceClock()
        #expect(after.bootID == BootID(high: 0xaaaa_aaaa_bbbb_cccc, low: 0xdddd_eeee_eeee_eeee))
        #expect(try HeartbeatReader(groupDirectory: group.path, clock: after).read() == .stale)
        permit.close()
    }

    @Test func aBootSessionThatIsKeptSecretIsEqualToNothing() throws {
        Device.isSandboxed = true
        defer { Device.isSandboxed = false }
        #expect(!DeviceClock().bootID.isKnown)
    }

    @Test func theSystemsLimitCountsBeforeTheCallers() throws {
        #expect(MemoryFootprint.now()?.availableBytes == nil)
        MemoryLimit.set(availableBytes: 5 << 20)
        defer { MemoryLimit.set(availableBytes: 0) }
        #expect(MemoryFootprint.now(limitBytes: 1)?.availableBytes == 5 << 20)
    }
}

extension DeviceTests {
    private func directory(_ folder: Folder) throws(FileError) -> SecureDirectory {
        try SecureDirectory(path: folder.path, creating: false)
    }

    private func write(_ text: String, _ name: FileName, _ directory: borrowing SecureDirectory)
        throws(FileError)
    { try directory.replace(name, with: Array(text.utf8).span) }

    private func text(_ folder: Folder, _ name: String) -> String? {
        FileManager.default.contents(atPath: folder.path + "/" + name).map { data in
            String(decoding: data, as: UTF8.self)
        }
    }

    @Test(arguments: [false, true])
    func anExclusiveRenameNeverReplacesWithAndWithoutTheSystemsHelp(isOldSystem: Bool) throws {
        Device.hasNoRenaming = isOldSystem
        defer { Device.hasNoRenaming = false }
        let folder = try Folder()
        let directory = try directory(folder)
        try write("one", "a", directory)
        try write("two", "b", directory)
        #expect(try !directory.renameExclusively("a", to: "b", in: directory))
        #expect(text(folder, "a") == "one" && text(folder, "b") == "two")
        #expect(try directory.renameExclusively("a", to: "c", in: directory))
        #expect(text(folder, "a") == nil && text(folder, "c") == "one")
        #expect(throws: FileError.notFound) {
            try directory.renameExclusively("a", to: "d", in: directory)
        }
    }

    @Test func twoFilesChangePlacesOrTheSystemSaysThatItCannot() throws {
        let folder = try Folder()
        let directory = try directory(folder)
        try write("one", "a", directory)
        try write("two", "b", directory)
        #expect(try directory.exchange("a", with: "b", in: directory))
        #expect(text(folder, "a") == "two" && text(folder, "b") == "one")
        #expect(throws: FileError.notFound) {
            try directory.exchange("a", with: "none", in: directory)
        }
        Device.hasNoRenaming = true
        defer { Device.hasNoRenaming = false }
        #expect(try !directory.exchange("a", with: "b", in: directory))
        #expect(text(folder, "a") == "two")
    }

    @Test func aWriteIsOneBarrierAndOneFlush() throws {
        let folder = try Folder()
        let directory = try directory(folder)
        let before = (
            Device.synchronizations(F_BARRIERFSYNC), Device.synchronizations(F_FULLFSYNC)
        )
        try write("one", "a", directory)
        #expect(Device.synchronizations(F_BARRIERFSYNC) == before.0 + 1)
        #expect(Device.synchronizations(F_FULLFSYNC) == before.1 + 1)
        // Where there is neither, fsync is what is left.
        Device.hasNoBarrier = true
        defer { Device.hasNoBarrier = false }
        try write("two", "a", directory)
        #expect(text(folder, "a") == "two")
    }

    @Test func whatIsMadeIsReadableFromTheFirstUnlockOn() throws {
        let folder = try Folder()
        let directory = try SecureDirectory(path: folder.path + "/new/below", creating: true)
        try write("one", "a", directory)
        _ = try directory.lock("lock", within: .zero)
        _ = try directory.openShared("shared", size: 64)
        for name in ["", "/a", "/lock", "/shared"] {
            let file = open(folder.path + "/new/below" + name, 0)
            #expect(Device.protection(ofFile: file) == 3)
            close(file)
        }
    }

    @Test func aDirectoryIsFoundAtOnceAndMadeWhereItIsMissing() throws {
        let folder = try Folder()
        let deep = folder.path + "//a/b///c/"
        #expect(throws: FileError.notFound) {
            _ = try SecureDirectory(path: deep, creating: false)
        }
        _ = try SecureDirectory(path: deep, creating: true)
        _ = try SecureDirectory(path: deep, creating: false)
        var isDirectory: ObjCBool = false
        #expect(
            FileManager.default.fileExists(
                atPath: folder.path + "/a/b/c", isDirectory: &isDirectory)
                && isDirectory.boolValue)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/a")
        #expect(throws: FileError.symbolicLink) {
            _ = try SecureDirectory(path: folder.path + "/link", creating: true)
        }
        // On the way there the user's own links are followed.
        _ = try SecureDirectory(path: folder.path + "/link/b/new", creating: true)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/a/b/new"))
    }
}

extension DeviceTests {
    @Test func aGroupWithoutEntitlementHasNoContainer() {
        #expect(throws: AppGroupError.notEntitled) {
            try AppGroup.directory("group.of.somebody.else")
        }
    }

    @Test func aContainerThatIsNotThereIsNotUsed() throws {
        let folder = try Folder()
        Containers.entitle("group.missing", to: folder.path + "/none")
        #expect(throws: AppGroupError.file(.notFound)) {
            try AppGroup.directory("group.missing")
        }
    }

    @Test func theContainerIsTheGroupDirectoryOfBoth() throws {
        let folder = try Folder()
        Containers.entitle("group.ours", to: folder.path)
        #expect(try AppGroup.directory("group.ours") == folder.path)
        let presence = Presence(
            side: .extension, groupDirectory: try AppGroup.directory("group.ours"))
        try presence.start()
        presence.stop()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["coordination", "inbox"])
    }
}
