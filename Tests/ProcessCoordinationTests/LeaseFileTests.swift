import Foundation
import Testing

@testable import ProcessCoordination

/// The shipped lock's file, as its own encoder and decoder write and read it.
struct ShippedLock: Codable, Equatable {
    var environment: String
    var date: Date
}

@Suite struct LeaseFileTests {
    let directory = LockDirectory()
    let clock = ManualClock()

    private func leases(_ context: ExecutionContext = .pushNotificationExtension) throws -> Leases {
        try Leases(groupDirectory: directory.path, context: context, clock: clock)
    }

    private var now: Date { Date(timeIntervalSince1970: Double(clock.unixMilliseconds) / 1000) }

    private func ship(_ environment: String, _ date: Date) throws {
        let lock = ShippedLock(environment: environment, date: date)
        directory.write(try JSONEncoder().encode(lock), to: "lightning.lock")
    }

    @Test(arguments: ExecutionContext.allCases)
    func theShippedLockReadsOurs(context: ExecutionContext) throws {
        let leases = try leases(context)
        for milliseconds: Int64 in [1, 999, -1_789_999_999_000, 2_000_000_000_123] {
            clock.jumpWall(by: milliseconds)
            try leases.lock(.lightning)
            let data = try #require(directory.data("lightning.lock"))
            let lock = try JSONDecoder().decode(ShippedLock.self, from: data)
            #expect(lock.environment == context.rawValue)
            #expect(abs(lock.date.timeIntervalSince(now)) < 0.0005)
            try leases.unlock(.lightning)
        }
    }

    @Test func theShippedLocksOwnIsRespectedUntilItIsOver() throws {
        for (environment, time) in [("foregroundApp", 300.0), ("pushNotificationExtension", 35.0)] {
            try ship(environment, now)
            let leases = try leases()
            #expect(leases.isLocked(.lightning))
            #expect(!leases.isHeld(.lightning))
            let holder = try leases.holder(.lightning)
            #expect(holder?.context?.rawValue == environment)
            #expect(holder?.process == nil)
            #expect(throws: LeaseError.alreadyLocked(.lightning)) { try leases.lock(.lightning) }
            let file = directory.data("lightning.lock")
            let refusal: LeaseError =
                environment == "foregroundApp"
                ? .differentEnvironmentLocked : .alreadyLocked(.lightning)
            #expect(throws: refusal) { try leases.unlock(.lightning) }
            #expect(throws: refusal) { try leases.renew(.lightning) }
            #expect(directory.data("lightning.lock") == file)
            clock.advance(by: .seconds(time))
            #expect(leases.isLocked(.lightning))
            clock.advance(by: .milliseconds(1))
            #expect(!leases.isLocked(.lightning))
            try leases.lock(.lightning)
            #expect(leases.isHeld(.lightning))
            try leases.unlock(.lightning)
        }
    }

    @Test func whatTheShippedLockTakesOverIsLost() throws {
        let leases = try leases()
        try leases.lock(.lightning)
        try ship("pushNotificationExtension", now)
        let file = directory.data("lightning.lock")
        #expect(!leases.isHeld(.lightning))
        #expect(throws: LeaseError.staleLock) { try leases.renew(.lightning) }
        #expect(throws: LeaseError.alreadyLocked(.lightning)) { try leases.unlock(.lightning) }
        #expect(directory.data("lightning.lock") == file)
    }

    /// Locked, by nobody one knows, and free when it was like that for five minutes.
    @Test(arguments: [
        "", "{", "garbage", "null", "[]", "{}", "\u{0}\u{0}\u{0}",
        #"{"environment":"foregroundApp"}"#, #"{"date":1}"#,
        #"{"environment":"somethingElse","date":1}"#,
        #"{"environment":"foregroundApp","date":"1"}"#,
        #"{"environment":"foregroundApp","date":1e300}"#,
        #"{"environment":"foregroundApp","date":1e999}"#,
        #"{"environment":"foregroundApp","environment":"foregroundApp","date":1}"#,
        #"{"environment":"foregroundApp","date":99999999999}"#,
        #"{"environment":"foregroundApp","date":1,"owner":null}"#,
        #"{"environment":"foregroundApp","date":1,"owner":{"v":2}}"#,
        #"{"environment":"foregroundApp","date":1,"owner":{"v":1,"pid":0}}"#,
        #"{"environment":"foregroundApp","date":1,"owner":{},"owner":{}}"#,
        String(repeating: " ", count: 5_000), String(repeating: "[", count: 1_000),
    ])
    func whatTellsNothingIsLockedUntilItWasSeenForFiveMinutes(text: String) throws {
        directory.write(text, to: "lightning.lock")
        let began = clock.sinceBoot
        var looks = 0
        // Each look by a process that knows nothing of the others.
        while clock.sinceBoot - began < .seconds(300) {
            let leases = try leases()
            #expect(leases.isLocked(.lightning))
            #expect(throws: LeaseError.alreadyLocked(.lightning)) { try leases.lock(.lightning) }
            clock.advance(by: .seconds(25))
            looks += 1
        }
        #expect(looks == 12)
        let leases = try leases()
        #expect(!leases.isLocked(.lightning))
        try leases.lock(.lightning)
        #expect(leases.isHeld(.lightning))
        #expect(directory.names("coordination") == ["lease.guard", "lease.seen"])
    }

    @Test func whatChangesMeanwhileIsWaitedForAnew() throws {
        let leases = try leases()
        directory.write("garbage", to: "lightning.lock")
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(299))
        directory.write("garbage", to: "lightning.lock")
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(299))
        #expect(leases.isLocked(.lightning))
        // A look from another boot, or from the future, says nothing.
        clock.reboot()
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(299))
        #expect(leases.isLocked(.lightning))
        clock.jumpBoot(by: .seconds(-299))
        clock.jumpBoot(by: .milliseconds(-1))
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(299))
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(1))
        #expect(!leases.isLocked(.lightning))
    }

    @Test func aDateOfTheFutureCountsWhenItComes() throws {
        try ship("foregroundApp", now + 100)
        let leases = try leases()
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(299))
        #expect(leases.isLocked(.lightning))
        clock.advance(by: .seconds(102))
        #expect(!leases.isLocked(.lightning))
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("1", 1_000), ("1.5", 1_500), ("1.0009", 1_001), ("1.0004", 1_000),
            ("0.001", 1),
            ("785000000.1234567891234", 785_000_000_123), ("7.85e8", 785_000_000_000),
            ("7.85E+8", 785_000_000_000), ("785000000000e-3", 785_000_000_000), ("-1.25", -1_250),
            ("1e-400", 0), ("0.00000000000000000000001", 0),
            ("785000000.00000000000000001", 785_000_000_000),
        ] as [(String, Int64)])
    func datesAreReadHoweverTheyAreSpelled(text: String, milliseconds: Int64) throws {
        let bytes = Array(#"{"date":\#(text),"environment":"foregroundApp"}"#.utf8)
        let read = LeaseRecord(bytes.span)
        let record = try #require(read)
        #expect(record.date == 978_307_200_000 + milliseconds)
        #expect(record.owner == nil)
    }

    @Test(arguments: ["9223372036854775", "-1e15", "1e401", "1e99999999999999999999"])
    func datesBeyondAllMeasureAreNone(text: String) {
        let bytes = Array(#"{"date":\#(text),"environment":"foregroundApp"}"#.utf8)
        let record = LeaseRecord(bytes.span)
        #expect(record == nil || text == "-1e15")
    }

    @Test func aRecordIsReadAsItWasWritten() {
        for depth in [1, 999, 1_000] {
            let record = LeaseRecord(
                context: .pushNotificationExtension, date: -5,
                owner: LeaseRecord.Owner(
                    process: ProcessIdentity(
                        pid: .max, startedAt: .max, namespace: .max,
                        bootID: BootID(high: .max, low: 0x0123_4567_89ab_cdef)),
                    expires: .max, depth: depth, id: .max))
            var text = LeaseText()
            record.write(to: &text)
            #expect(text.withBytes { bytes in LeaseRecord(bytes) } == record)
        }
    }

    @Test(arguments: [UInt64(0), 1, 1 << 63 - 1, 1 << 63, .max])
    func noEndIsTooFarOffToBeReadAndNoneCountsThatCannotBe(expires: UInt64) throws {
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        // Somebody who cannot be asked for.
        let owner = LeaseRecord.Owner(
            process: ProcessIdentity(
                pid: 1, startedAt: 1, namespace: mine.namespace + 1, bootID: clock.bootID),
            expires: Int64(bitPattern: expires), depth: 1, id: 1)
        var text = LeaseText()
        LeaseRecord(context: .foregroundApp, date: 0, owner: owner).write(to: &text)
        directory.write(
            text.withBytes { bytes in Data(bytes.indices.map { bytes[$0] }) },
            to: "lightning.lock")
        let leases = try leases()
        let isPast = Int64(bitPattern: expires) < 1_000_000 && expires != 1 << 63
        #expect(leases.isLocked(.lightning) == !isPast)
        clock.advance(by: .seconds(300))
        #expect(!leases.isLocked(.lightning))
        try leases.lock(.lightning)
    }

    @Test func placesThatAreNoFilesAreErrorsAndNotFree() throws {
        let leases = try leases()
        symlink("/tmp/nothing", directory("lightning.lock"))
        mkdir(directory("onchain.lock"), 0o700)
        #expect(throws: LeaseError.file(.symbolicLink)) { try leases.lock(.lightning) }
        #expect(throws: LeaseError.file(.wrongKind)) { try leases.lock(.onchain) }
        for resource in LeasedResource.allCases {
            #expect(leases.isLocked(resource))
            #expect(!leases.isHeld(resource))
            #expect(throws: LeaseError.self) { try leases.holder(resource) }
        }
        #expect(throws: LeaseError.file(.wrongKind)) {
            try Leases(
                groupDirectory: directory("coordination/lease.guard"), context: .foregroundApp,
                clock: clock)
        }
    }

    @Test func aDirectoryThatWentAwayIsAnErrorAndNotFree() throws {
        let leases = try leases()
        try leases.lock(.lightning)
        try FileManager.default.removeItem(atPath: directory.path)
        #expect(!leases.isHeld(.lightning))
        #expect(throws: LeaseError.self) { try leases.renew(.lightning) }
        #expect(throws: LeaseError.self) { try leases.lock(.lightning) }
    }

    @Test func whatAKilledWriterLeftIsSweptByTheNext() throws {
        let leases = try leases()
        directory.write(String(repeating: "x", count: 10_000), to: "coordination/lease.spare")
        try leases.lock(.lightning)
        #expect(directory.names("coordination") == ["lease.guard"])
        directory.write("half", to: "coordination/lease.spare")
        try leases.renew(.lightning)
        directory.write("half", to: "coordination/lease.spare")
        try leases.unlock(.lightning)
        #expect(directory.names("coordination") == ["lease.guard"])
        #expect(directory.names() == ["coordination"])
    }

    @Test func aFileThatChangedBetweenLookAndStepStays() throws {
        let files = try LeaseFiles(groupDirectory: directory.path)
        let record = LeaseRecord(context: .foregroundApp, date: 0, owner: nil)
        directory.write("one", to: "lightning.lock")
        let one = try #require(try files.read(.lightning))
        directory.write("two", to: "lightning.lock")
        #expect(try !files.replace(.lightning, one, with: record))
        #expect(directory.text("lightning.lock") == "two")
        #expect(try !files.remove(.lightning, one))
        #expect(directory.text("lightning.lock") == "two")
        #expect(try !files.create(.lightning, record))
        #expect(directory.text("lightning.lock") == "two")
        #expect(directory.names("coordination") == [])
        let two = try #require(try files.read(.lightning))
        #expect(try files.replace(.lightning, two, with: record))
        let three = try #require(try files.read(.lightning))
        #expect(three.record == record)
        #expect(try files.remove(.lightning, three))
        #expect(try !files.remove(.lightning, three))
        #expect(try !files.replace(.lightning, three, with: record))
        #expect(directory.names("coordination") == [])
    }
}
