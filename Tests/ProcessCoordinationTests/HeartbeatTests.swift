import CAllocationMeter
import Foundation
import SecureFiles
import Testing

@testable import ProcessCoordination

@Suite struct HeartbeatTests {
    let directory = LockDirectory()
    let clock = ManualClock()

    private func heart(bootID: BootID? = nil) throws -> Heart {
        let process = ProcessIdentity(
            pid: 1, startedAt: 1, namespace: 1, bootID: bootID ?? clock.bootID)
        return try Heart(
            place: CoordinationPlace(groupDirectory: directory.path), process: process,
            clock: clock)
    }

    private func reader() throws -> HeartbeatReader {
        try HeartbeatReader(groupDirectory: directory.path, clock: clock)
    }

    @Test func aBeatIsFreshForFiveSeconds() throws {
        let reader = try reader()
        #expect(try reader.read() == .none)
        let heart = try heart()
        #expect(directory.data("coordination/heartbeat")?.count == 64)
        let until = clock.sinceBoot + .seconds(5)
        #expect(try reader.read() == .fresh(until: until))
        clock.advance(by: .seconds(5) - .nanoseconds(1))
        #expect(try reader.read() == .fresh(until: until))
        clock.advance(by: .nanoseconds(1))
        #expect(try reader.read() == .stale)
        try heart.beat()
        #expect(try reader.read() == .fresh(until: clock.sinceBoot + .seconds(5)))
        heart.end()
        #expect(try reader.read() == .ended)
        // A beat that comes late is none.
        try heart.beat()
        #expect(try reader.read() == .ended)
    }

    @Test func neitherTheFutureNorAnotherBootIsFresh() throws {
        let reader = try reader()
        _ = try heart()
        clock.jumpWall(by: -86_400_000)
        #expect(try reader.read() == .fresh(until: clock.sinceBoot + .seconds(5)))
        clock.jumpBoot(by: .nanoseconds(-1))
        #expect(try reader.read() == .stale)
        clock.reboot()
        clock.jumpBoot(by: .seconds(1_000))
        #expect(try reader.read() == .stale)
        let heart = try heart(bootID: BootID(high: 0, low: 0))
        #expect(try reader.read() == .stale)
        clock.setBoot(BootID(high: 0, low: 0))
        try heart.beat()
        #expect(try reader.read() == .stale)
    }

    @Test(arguments: [0, 4, 5, 8, 12, 16, 32, 40, 55, 56, 63])
    func aBrokenBeatIsHeldForOneUntilItIsOldEnough(place: Int) throws {
        _ = try heart()
        var bytes = try #require(directory.data("coordination/heartbeat"))
        bytes[place] ^= 0x80
        directory.write(bytes, to: "coordination/heartbeat")
        let reader = try reader()
        #expect(try reader.read() == .unreadable)
        clock.advance(by: .milliseconds(4_999))
        #expect(try reader.read() == .unreadable)
        clock.advance(by: .milliseconds(1))
        #expect(try reader.read() == .stale)
        // Another kind of garbage is another beat.
        bytes[20] ^= 1
        directory.write(bytes, to: "coordination/heartbeat")
        let again = try self.reader()
        #expect(try again.read() == .unreadable)
    }

    @Test func aBeatOfAnotherVersionIsWaitedForWhileItBeats() throws {
        let reader = try reader()
        let file = try SecureDirectory(path: directory("coordination"), creating: false)
            .openShared("heartbeat", size: 64)
        for beat in 1...5 {
            var record = SmallRecord()
            record.put(0x5046_544e, at: 0, count: 4)
            record.put(2, at: 4, count: 1)
            record.put(UInt64(beat), at: 12, count: 4)
            record.seal(kind: Heart.kind)
            try file.write(record.bytes.span, at: 0)
            #expect(try reader.read() == .unreadable)
            clock.advance(by: .seconds(4))
            #expect(try reader.read() == .unreadable)
        }
        clock.advance(by: .seconds(1))
        #expect(try reader.read() == .stale)
    }

    @Test func aHeartBeatsByItselfAndStops() throws {
        let clock = DeviceClock()
        let gate = try PeerGate(
            side: .extension, groupDirectory: directory.path, clock: clock)
        let reader = try HeartbeatReader(groupDirectory: directory.path, clock: clock)
        let permit = try gate.enter(within: .zero)
        guard case .fresh(let first) = try reader.read() else {
            Issue.record("the first beat comes at once")
            return
        }
        var wait = BoundedWait(.seconds(10), pause: .milliseconds(20), clock: clock)
        var next = first
        while next == first, wait.rest() {
            if case .fresh(let until) = try reader.read() { next = until }
        }
        #expect(next - first >= .seconds(2))
        #expect(next - first < .seconds(5))
        permit.close()
        #expect(try reader.read() == .ended)
    }

    @Test func aProcessWhoseMainThreadEndedIsAlive() throws {
        // The main thread ends by exit(2); another one says so and stays.
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import ctypes, platform, sys, threading, time
            def stay():
                while open("/proc/self/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
                    time.sleep(0.01)
                sys.stdout.write("Z")
                sys.stdout.flush()
                time.sleep(60)
            threading.Thread(target=stay).start()
            ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
            """,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        #expect(try output.fileHandleForReading.read(upToCount: 1) == Data("Z".utf8))
        let clock = DeviceClock()
        let stat = try String(
            contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        let rest = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let identity = ProcessIdentity(
            pid: process.processIdentifier, startedAt: UInt64(rest[20]) ?? 0,
            namespace: ProcessIdentity.current(bootID: clock.bootID).namespace,
            bootID: clock.bootID)
        #expect(identity.liveness(bootID: clock.bootID) == .alive)
    }
}

@Suite struct LeaseAllocationTests {
    @Test func renewalsAndBeatsKeepNoMemory() throws {
        let (directory, clock) = (LockDirectory(), DeviceClock())
        let leases = try Leases(
            groupDirectory: directory.path, context: .foregroundApp, clock: clock)
        let place = try CoordinationPlace(groupDirectory: directory.path)
        let heart = try Heart(
            place: place, process: .current(bootID: clock.bootID), clock: clock)
        let reader = try HeartbeatReader(groupDirectory: directory.path, clock: clock)
        let gate = try PeerGate(side: .app, groupDirectory: directory.path, clock: clock)
        heart.end()
        let permit = try gate.enter(within: .zero)
        try leases.lock(.lightning)
        func round(_ permit: borrowing PeerPermit) throws {
            try leases.renew(.lightning)
            try leases.lock(.lightning)
            try leases.unlock(.lightning)
            _ = leases.isHeld(.lightning)
            _ = leases.isLocked(.onchain)
            try heart.beat()
            _ = try reader.read()
            _ = permit.isValid()
        }
        try round(permit)
        let before = ntf_allocations_read()
        for _ in 0..<100 { try round(permit) }
        let after = ntf_allocations_read()
        #expect(after.live == before.live)
        // Unoptimised code takes memory for a moment here and there, and so does the library these
        // tests run in at each error that is thrown: there are four a round, of files that are
        // not there.
        #if !DEBUG
        #expect(after.count - before.count <= 400)
        #endif
        permit.close()
    }
}
