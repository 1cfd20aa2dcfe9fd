import Foundation
import SecureFiles
import Testing
import Threading

@testable import ProcessCoordination

/// A directory that goes with its owner.
final class Directory: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "coordination-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension QueueID {
    static func numbered(_ number: UInt8) -> QueueID { QueueID(InlineArray(repeating: number)) }
}

extension MessageID {
    static func numbered(_ number: Int) -> MessageID {
        MessageID(InlineArray { index in UInt8(truncatingIfNeeded: number >> (8 * (index % 4))) })
    }
}

/// A server as SimpleX has it: the oldest message again and again until it is acknowledged.
final class MessageServer: MessageSource {
    struct Waiting: Equatable {
        let id: MessageID
        let body: [UInt8]
    }

    private struct State {
        var waiting: [[UInt8]: [Waiting]] = [:]
        var gets = 0
        var acknowledged: [MessageID] = []
        var failure: MessageSourceError?
        var isStuck = false
        /// Answers that come although the message was acknowledged in the meantime.
        var stale: [Waiting] = []
    }

    private let state = Mutex(State())
    private let clock: ManualClock
    private let isHeldUp = Monitor(false)

    init(clock: ManualClock) { self.clock = clock }

    var gets: Int { state.withLock { state in state.gets } }
    var acknowledged: [MessageID] { state.withLock { state in state.acknowledged } }
    var failure: MessageSourceError? {
        get { state.withLock { state in state.failure } }
        set { state.withLock { state in state.failure = newValue } }
    }
    var isStuck: Bool {
        get { state.withLock { state in state.isStuck } }
        set { state.withLock { state in state.isStuck = newValue } }
    }
    /// While true every question waits at the server.
    var holdsUp: Bool {
        get { isHeldUp.withLock { held in held } }
        set { isHeldUp.withLock { held in held = newValue } }
    }

    func send(_ range: ClosedRange<Int>, to queue: QueueID = .numbered(1), bytes: Int = 10) {
        for number in range {
            let body = (0..<bytes).map { index in UInt8(truncatingIfNeeded: number &* 7 &+ index) }
            let waiting = Waiting(id: .numbered(number), body: body)
            state.withLock { state in state.waiting[Self.key(queue), default: []].append(waiting) }
        }
    }

    func giveAgain(_ number: Int) {
        let waiting = Waiting(id: .numbered(number), body: [1])
        state.withLock { state in state.stale.append(waiting) }
    }

    func left(in queue: QueueID = .numbered(1)) -> Int {
        state.withLock { state in state.waiting[Self.key(queue)]?.count ?? 0 }
    }

    private static func key(_ queue: QueueID) -> [UInt8] { (0..<24).map { queue.bytes[$0] } }

    func get(
        _ queue: QueueID, into body: inout MutableSpan<UInt8>, within wait: Duration
    ) throws(MessageSourceError) -> MessageHead? {
        _ = isHeldUp.waiting(atMost: .seconds(20)) { held in held ? nil : true }
        let answer = state.withLock { state -> Result<Waiting?, MessageSourceError> in
            state.gets += 1
            if let failure = state.failure { return .failure(failure) }
            if !state.stale.isEmpty { return .success(state.stale.removeFirst()) }
            return .success(state.waiting[Self.key(queue)]?.first)
        }
        return Self.give(try answer.get(), &body)
    }

    func acknowledge(
        _ queue: QueueID, _ id: MessageID, deliverNext: Bool,
        into body: inout MutableSpan<UInt8>, within wait: Duration
    ) throws(MessageSourceError) -> MessageHead? {
        let answer = state.withLock { state -> Result<Waiting?, MessageSourceError> in
            if let failure = state.failure { return .failure(failure) }
            guard state.waiting[Self.key(queue)]?.first?.id == id else {
                return .failure(.noMessage)
            }
            if !state.isStuck {
                state.waiting[Self.key(queue)]?.removeFirst()
                state.acknowledged.append(id)
            }
            return .success(deliverNext ? state.waiting[Self.key(queue)]?.first : nil)
        }
        return Self.give(try answer.get(), &body)
    }

    private static func give(
        _ waiting: Waiting?, _ body: inout MutableSpan<UInt8>
    ) -> MessageHead? {
        guard let waiting else { return nil }
        for index in 0..<min(waiting.body.count, body.count) { body[index] = waiting.body[index] }
        return MessageHead(
            id: waiting.id, timestamp: 1_790_000_000, hasNotification: true,
            bodyBytes: waiting.body.count)
    }
}

/// A server, a directory and processes over both.
struct MessageBench: ~Copyable {
    let directory = Directory()
    let clock = ManualClock()
    let server: MessageServer
    let queue = QueueID.numbered(1)

    init() { server = MessageServer(clock: clock) }

    /// This process.
    func queues() -> MessageQueues {
        MessageQueues(
            source: server, store: MessageStore(groupDirectory: directory.path, clock: clock),
            clock: clock)
    }

    /// A process that is not this one.
    func queues(of identity: ProcessIdentity) -> MessageQueues {
        let store = MessageStore(
            groupDirectory: directory.path, clock: clock, identity: identity)
        return MessageQueues(source: server, store: store, clock: clock)
    }

    /// A process that ran and has ended.
    var dead: ProcessIdentity {
        let mine = ProcessIdentity.current(bootID: clock.bootID)
        return ProcessIdentity(
            pid: mine.pid, startedAt: mine.startedAt - 1, namespace: mine.namespace,
            bootID: mine.bootID)
    }

    /// A process that runs: the one with number 1 always does.
    var alive: ProcessIdentity {
        get throws {
            let stat = try String(contentsOfFile: "/proc/\(getppid())/stat", encoding: .utf8)
            let fields = stat[stat.index(after: stat.lastIndex(of: ")")!)...].split(separator: " ")
            let mine = ProcessIdentity.current(bootID: clock.bootID)
            return ProcessIdentity(
                pid: getppid(), startedAt: UInt64(fields[19])!, namespace: mine.namespace,
                bootID: mine.bootID)
        }
    }

    var files: [String] {
        (try? FileManager.default.contentsOfDirectory(
            atPath: directory.path + "/coordination/messages")) ?? []
    }
}

/// What a call came to.
func answer<Result>(
    _ body: () throws(MessageError) -> Result
) -> Swift.Result<Result, MessageError> {
    do { return .success(try body()) } catch { return .failure(error) }
}

@Suite struct MessageTests {
    @Test func twoNotificationsAreHandedDifferentMessages() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let queues = bench.queues()
        let one = queues.notification()
        let two = queues.notification()
        let first = try one.get(bench.queue)
        let second = try two.get(bench.queue)
        #expect(first?.head.id == .numbered(1) && first?.isRepeated == false)
        #expect(second?.head.id == .numbered(2) && second?.isRepeated == false)
        #expect(first?.head.hasNotification == true && first?.head.timestamp == 1_790_000_000)
    }

    @Test func theSameCallAgainIsToldApartFromTheNext() throws {
        let bench = MessageBench()
        bench.server.send(1...3)
        let queues = bench.queues()
        let one = queues.notification()
        let first = try #require(try one.get(bench.queue))
        let again = try #require(try one.get(bench.queue))
        #expect(again.head == first.head && again.isRepeated)
        let next = try #require(try one.get(bench.queue, after: first.head.id))
        #expect(next.head.id == .numbered(2) && !next.isRepeated)
        let nextAgain = try #require(try one.get(bench.queue, after: first.head.id))
        #expect(nextAgain.head.id == .numbered(2) && nextAgain.isRepeated)
        // The first call once more is still the first call.
        #expect(try one.get(bench.queue)?.head.id == .numbered(1))
        #expect(try one.get(bench.queue, after: next.head.id)?.head.id == .numbered(3))
        #expect(try one.get(bench.queue, after: .numbered(3)) == nil)
    }

    @Test func afterItsAcknowledgementTheSameCallIsANewOne() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let queues = bench.queues()
        let one = queues.notification()
        #expect(try one.get(bench.queue)?.head.id == .numbered(1))
        #expect(try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false) == nil)
        #expect(bench.server.acknowledged == [.numbered(1)])
        #expect(bench.files == [])
        let second = try #require(try one.get(bench.queue))
        #expect(second.head.id == .numbered(2) && !second.isRepeated)
    }

    @Test func anAcknowledgementMayDeliverTheNext() throws {
        let bench = MessageBench()
        bench.server.send(1...3)
        let queues = bench.queues()
        let one = queues.notification()
        #expect(try one.get(bench.queue)?.head.id == .numbered(1))
        let gets = bench.server.gets
        let second = try one.acknowledge(.numbered(1), of: bench.queue, thenNext: true)
        #expect(second?.head.id == .numbered(2))
        let third = try one.acknowledge(.numbered(2), of: bench.queue, thenNext: true)
        #expect(third?.head.id == .numbered(3))
        #expect(try one.acknowledge(.numbered(3), of: bench.queue, thenNext: true) == nil)
        // No question of its own for any of them.
        #expect(bench.server.gets == gets && bench.server.left() == 0 && bench.files == [])
    }

    @Test func aMessageIsAcknowledgedOnlyByWhoeverHasIt() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        let queues = bench.queues()
        let one = queues.notification()
        let two = queues.notification()
        _ = try one.get(bench.queue)
        #expect(throws: MessageError.notHeld) {
            try two.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        }
        #expect(throws: MessageError.notHeld) {
            try one.acknowledge(.numbered(1), of: .numbered(2), thenNext: false)
        }
        _ = try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        #expect(throws: MessageError.notHeld) {
            try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        }
    }

    @Test func aPreviousMessageThatIsUnknownIsRefused() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        let queues = bench.queues()
        let one = queues.notification()
        #expect(throws: MessageError.previousUnknown) {
            try one.get(bench.queue, after: .numbered(9))
        }
        #expect(try one.get(bench.queue)?.head.id == .numbered(1))
    }

    @Test func aMessageIsStoredBeforeItIsAcknowledged() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let queues = bench.queues()
        let one = queues.notification()
        let two = queues.notification()
        _ = try one.get(bench.queue)
        #expect(bench.server.acknowledged == [] && bench.files.count == 1)
        #expect(bench.files[0].hasPrefix("f"))
        _ = try two.get(bench.queue)
        #expect(bench.server.acknowledged == [.numbered(1)] && bench.files.count == 2)
        #expect(Set(bench.files.map { name in name.first }) == ["s", "f"])
    }

    @Test func aSlowNotificationKeepsNoOtherWaiting() throws {
        let bench = MessageBench()
        bench.server.send(1...5)
        let queues = bench.queues()
        let slow = queues.notification()
        _ = try slow.get(bench.queue)
        let before = bench.clock.sinceBoot
        for number in 2...5 {
            let other = queues.notification()
            #expect(try other.get(bench.queue)?.head.id == .numbered(number))
            _ = try other.acknowledge(.numbered(number), of: bench.queue, thenNext: false)
        }
        #expect(bench.clock.sinceBoot == before)
        _ = try slow.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        #expect(bench.files == [])
    }

    @Test func theBodyIsLentAsItCame() throws {
        let bench = MessageBench()
        bench.server.send(5...5, bytes: CoordinationLimits.messageBytesMax)
        let queues = bench.queues()
        let one = queues.notification()
        let message = try #require(try one.get(bench.queue))
        let body = try one.withBody(of: message) { bytes in bytes.indices.map { bytes[$0] } }
        #expect(body.count == CoordinationLimits.messageBytesMax)
        #expect(body[..<3] == [35, 36, 37])
        let stranger = queues.notification()
        #expect(throws: BracketError<MessageError, Never>.refused(.notHeld)) {
            try stranger.withBody(of: message) { _ in }
        }
    }

    @Test func whatANotificationLeavesBehindIsHandedOutAgain() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let queues = bench.queues()
        let one = queues.notification()
        _ = try one.get(bench.queue)
        let two = queues.notification()
        _ = try two.get(bench.queue)
        one.end()
        let three = queues.notification()
        #expect(try three.get(bench.queue)?.head.id == .numbered(1))
        #expect(try two.get(bench.queue, after: .numbered(2)) == nil)
    }

    @Test func whatADeadProcessHadIsHandedOutAgainAndWhatALivingOneHasIsNot() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let other = bench.queues(of: bench.dead)
        let its = other.notification()
        #expect(try its.get(bench.queue)?.head.id == .numbered(1))
        let living = bench.queues(of: try bench.alive)
        let alive = living.notification()
        #expect(try alive.get(bench.queue)?.head.id == .numbered(1))
        #expect(throws: MessageError.notHeld) {
            try its.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        }
        let mine = bench.queues().notification()
        #expect(try mine.get(bench.queue)?.head.id == .numbered(2))
        #expect(try mine.get(bench.queue, after: .numbered(2)) == nil)
    }

    @Test func aClaimFromBeforeTheRebootOrFromTheFutureOrTooOldIsNone() throws {
        for change in 0..<3 {
            let bench = MessageBench()
            bench.server.send(1...1)
            let held = bench.queues(of: try bench.alive).notification()
            _ = try held.get(bench.queue)
            let mine = bench.queues().notification()
            #expect(try mine.get(bench.queue) == nil)
            switch change {
            case 0: bench.clock.reboot()
            case 1: bench.clock.jumpBoot(by: .seconds(-10))
            default: bench.clock.advance(by: CoordinationLimits.messageHold)
            }
            #expect(try mine.get(bench.queue)?.head.id == .numbered(1))
        }
    }

    @Test func aMessageThatWasFinishedIsNotHandedOutWhenTheServerGivesItAgain() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let one = bench.queues().notification()
        _ = try one.get(bench.queue)
        _ = try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        // An answer that was under way to another process when it was acknowledged.
        bench.server.giveAgain(1)
        let two = bench.queues().notification()
        #expect(try two.get(bench.queue)?.head.id == .numbered(2))
    }

    @Test func anAcknowledgementCountsAlthoughTheServerIsAway() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let one = bench.queues().notification()
        _ = try one.get(bench.queue)
        bench.server.failure = .unreachable
        #expect(try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false) == nil)
        #expect(throws: MessageError.source(.unreachable)) { try one.get(bench.queue) }
        bench.server.failure = nil
        let two = bench.queues().notification()
        #expect(try two.get(bench.queue)?.head.id == .numbered(2))
        #expect(bench.server.acknowledged == [.numbered(1)])
        #expect(bench.files.count == 1)
    }

    @Test func nothingIsLostWhenTheServerHasForgottenAnAcknowledgement() throws {
        let bench = MessageBench()
        bench.server.send(1...3)
        let one = bench.queues().notification()
        _ = try one.get(bench.queue)
        // Somebody acknowledged it elsewhere: the server says NO_MSG, and is asked anew.
        var nothing: [UInt8] = []
        var none = nothing.mutableSpan
        _ = try bench.server.acknowledge(
            bench.queue, .numbered(1), deliverNext: false, into: &none, within: .zero)
        let two = bench.queues().notification()
        #expect(try two.get(bench.queue)?.head.id == .numbered(2))
        _ = try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        #expect(bench.files.count == 1)
    }

    @Test func moreThanThereIsRoomForStaysWithTheServer() throws {
        let bench = MessageBench()
        bench.server.send(1...(CoordinationLimits.messagesMax + 2))
        let queues = bench.queues()
        let one = queues.notification()
        var previous: MessageID?
        for _ in 0..<CoordinationLimits.messagesMax {
            previous = try one.get(bench.queue, after: previous)?.head.id
        }
        #expect(previous == .numbered(CoordinationLimits.messagesMax))
        #expect(throws: MessageError.full) { try one.get(bench.queue, after: previous) }
        #expect(bench.server.left() == 2)
        _ = try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        let next = try one.get(bench.queue, after: previous)
        #expect(next?.head.id == .numbered(CoordinationLimits.messagesMax + 1))
    }

    @Test(arguments: [
        MessageSourceError.prohibited, .unreachable, .noMessage,
    ])
    func whatTheServerSaysIsPassedOn(error: MessageSourceError) {
        let bench = MessageBench()
        bench.server.failure = error
        let one = bench.queues().notification()
        #expect(throws: MessageError.source(error)) { try one.get(bench.queue) }
    }

    @Test func aMessageThatIsTooLongIsRefused() {
        let bench = MessageBench()
        bench.server.send(1...1, bytes: CoordinationLimits.messageBytesMax + 1)
        let one = bench.queues().notification()
        #expect(throws: MessageError.source(.tooLarge)) { try one.get(bench.queue) }
        #expect(bench.files == [])
    }

    @Test func aServerThatAlwaysGivesTheSameEndsInAnError() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        bench.server.isStuck = true
        let queues = bench.queues()
        let one = queues.notification()
        _ = try one.get(bench.queue)
        let two = queues.notification()
        #expect(throws: MessageError.source(.noProgress)) { try two.get(bench.queue) }
    }

    @Test func aCallBehindAnotherOneWaitsNoLongerThanItSaid() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        bench.server.holdsUp = true
        let (queues, queue, clock) = (bench.queues(), bench.queue, bench.clock)
        let first = Worker { () -> MessageID? in
            let one = queues.notification()
            return answer { () throws(MessageError) in
                try one.get(queue, within: .seconds(60))?.head.id
            }.value ?? nil
        }
        #expect(becomes { queues.callsUnderWay == 1 })
        let second = Worker { () -> MessageError? in
            let two = queues.notification()
            return answer { () throws(MessageError) in
                try two.get(queue, within: .seconds(3))
            }.failure
        }
        #expect(becomes { queues.callsWaiting == 1 })
        clock.advance(by: .seconds(3))
        #expect(second.wait() == .deadline)
        bench.server.holdsUp = false
        #expect(first.wait() == .numbered(1))
        #expect(queues.callsUnderWay == 0)
    }

    @Test func queuesDoNotWaitForEachOther() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        bench.server.send(2...2, to: .numbered(2))
        bench.server.holdsUp = true
        let (queues, queue) = (bench.queues(), bench.queue)
        let first = Worker { () -> MessageID? in
            let one = queues.notification()
            return answer { () throws(MessageError) in try one.get(queue)?.head.id }.value ?? nil
        }
        #expect(becomes { queues.callsUnderWay == 1 })
        let second = Worker { () -> MessageID? in
            let two = queues.notification()
            return answer { () throws(MessageError) in
                try two.get(.numbered(2))?.head.id
            }.value ?? nil
        }
        #expect(becomes { queues.callsUnderWay == 2 })
        bench.server.holdsUp = false
        #expect(first.wait() == .numbered(1))
        #expect(second.wait() == .numbered(2))
    }

    @Test func aProcessThatKeepsTheLockIsNotWaitedForLongerThanSaid() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        let one = bench.queues().notification()
        _ = try one.get(bench.queue)
        let group = try SecureDirectory(path: bench.directory.path, creating: false)
        let coordination = try group.openSubdirectory("coordination", creating: false)
        let lock = try coordination.lock("messages.lock", within: .zero)
        let before = bench.clock.sinceBoot
        #expect(throws: MessageError.deadline) {
            try one.get(bench.queue, within: .milliseconds(500))
        }
        #expect(bench.clock.sinceBoot - before == .milliseconds(500))
        _ = lock
    }

    @Test func aDamagedMessageIsToldOnceAndOnlyOfWhatTheServerForgot() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        let queues = bench.queues()
        do {
            let one = queues.notification()
            let two = queues.notification()
            _ = try one.get(bench.queue)
            _ = try two.get(bench.queue)
        }
        for name in bench.files {
            let path = bench.directory.path + "/coordination/messages/" + name
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            bytes[80] ^= 1
            try Data(bytes).write(to: URL(filePath: path))
        }
        let three = queues.notification()
        #expect(throws: MessageError.damaged) { try three.get(bench.queue) }
        #expect(try three.get(bench.queue)?.head.id == .numbered(2))
        #expect(try three.get(bench.queue, after: .numbered(2)) == nil)
    }

    @Test func anotherVersionsFilesAreLeftAlone() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        _ = try bench.queues().notification().get(bench.queue)
        let path = bench.directory.path + "/coordination/messages.done"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[7] = 2
        try Data(bytes).write(to: URL(filePath: path))
        let before = bench.files
        let one = bench.queues().notification()
        #expect(throws: MessageError.versionUnknown) { try one.get(bench.queue) }
        #expect(bench.files == before)
        #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == bytes)
    }

    @Test func foreignNamesAndLeftoversAreNoMessages() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        _ = try bench.queues().notification().get(bench.queue)
        let directory = bench.directory.path + "/coordination/messages/"
        for name in [".tmp-0123456789abcdef", "readme", "f12", String(repeating: "f", count: 45)] {
            try Data([1]).write(to: URL(filePath: directory + name))
        }
        let one = bench.queues().notification()
        #expect(try one.get(bench.queue)?.head.id == .numbered(1))
        #expect(!bench.files.contains(".tmp-0123456789abcdef"))
        #expect(bench.files.contains("readme"))
    }

    @Test func aFullDiskLosesNothing() async {
        await #expect(processExitsWith: .success) {
            let bench = MessageBench()
            bench.server.send(1...1, bytes: 1_000)
            let one = bench.queues().notification()
            _ = try one.get(.numbered(2))
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 500, rlim_max: rlim_t.max)
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = 500
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let full = answer { () throws(MessageError) in try one.get(bench.queue) }
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            precondition(full.failure == .file(.noSpace))
            precondition(bench.server.acknowledged.isEmpty && bench.files.isEmpty)
            let mended = try one.get(bench.queue)
            precondition(mended?.head.id == .numbered(1))
        }
    }

    @Test func aMissingOrForeignDirectoryIsAnError() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        let missing = MessageQueues(
            source: bench.server,
            store: MessageStore(groupDirectory: "/proc/none/here", clock: bench.clock),
            clock: bench.clock)
        let one = missing.notification()
        #expect(answer { () throws(MessageError) in try one.get(bench.queue) }.failure != nil)
        try FileManager.default.createDirectory(
            atPath: bench.directory.path + "/coordination", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: bench.directory.path + "/coordination/messages", withDestinationPath: "/tmp")
        let two = bench.queues().notification()
        #expect(throws: MessageError.file(.symbolicLink)) { try two.get(bench.queue) }
        // What was mended is found.
        try FileManager.default.removeItem(
            atPath: bench.directory.path + "/coordination/messages")
        #expect(try two.get(bench.queue)?.head.id == .numbered(1))
    }

    @Test func garbageInTheListOfFinishedMessagesIsNoTrap() throws {
        let bench = MessageBench()
        bench.server.send(1...2)
        _ = try bench.queues().notification().get(bench.queue)
        let path = bench.directory.path + "/coordination/messages.done"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        for index in 8..<bytes.count { bytes[index] = 0xff }
        try Data(bytes).write(to: URL(filePath: path))
        let one = bench.queues().notification()
        #expect(try one.get(bench.queue)?.head.id == .numbered(1))
        _ = try one.acknowledge(.numbered(1), of: bench.queue, thenNext: false)
        #expect(try one.get(bench.queue)?.head.id == .numbered(2))
    }

    @Test func tooManyStrangeFilesAreFull() throws {
        let bench = MessageBench()
        bench.server.send(1...1)
        _ = try bench.queues().notification().get(.numbered(2))
        let directory = bench.directory.path + "/coordination/messages/"
        for number in 0...CoordinationLimits.messageNamesMax {
            try Data().write(to: URL(filePath: directory + "strange\(number)"))
        }
        let one = bench.queues().notification()
        #expect(throws: MessageError.full) { try one.get(bench.queue) }
    }

    @Test func theNameOfAFileSaysWhatItSaid() throws {
        let claim = MessageName.Claim(
            pid: .max, startedAt: 0xffff_ffff_ffff, namespace: 0x1234_5678_9abc,
            boot: .max, notification: .max, claimedAt: 77)
        for name in [
            MessageName(
                isAcknowledged: true, sequence: 12, queue: .max, message: 1, claim: claim),
            MessageName(isAcknowledged: false, sequence: 0, queue: 0, message: .max, claim: nil),
        ] {
            #expect(MessageName(name.fileName) == name)
            let text = name.fileName.withBytes { bytes in bytes.indices.map { bytes[$0] } }
            for end in 0..<text.count {
                let cut = Array(text[..<end])
                let file = FileName(cut.span)
                #expect(file.flatMap { file in MessageName(file) } != name)
            }
        }
    }

    @Test func manyNotificationsInTwoProcessesGetEachMessageOnce() throws {
        let bench = MessageBench()
        let count = 120
        bench.server.send(1...count)
        // A clock that goes on by itself: threads that wait would let the other one run away.
        let (clock, queue) = (DeviceClock(), bench.queue)
        let alive = try bench.alive
        let other = ProcessIdentity(
            pid: alive.pid, startedAt: alive.startedAt, namespace: alive.namespace,
            bootID: clock.bootID)
        let processes = [ProcessIdentity.current(bootID: clock.bootID), other].map { identity in
            MessageQueues(
                source: bench.server,
                store: MessageStore(
                    groupDirectory: bench.directory.path, clock: clock, identity: identity),
                clock: clock)
        }
        let workers = (processes + processes).map { queues in
            Worker { () -> [MessageID] in
                var seen: [MessageID] = []
                while seen.count <= count {
                    let one = queues.notification()
                    let message = answer { () throws(MessageError) in
                        try one.get(queue, within: .seconds(10))
                    }
                    guard case .success(let message?) = message else { return seen }
                    seen.append(message.head.id)
                    _ = try? one.acknowledge(
                        message.head.id, of: queue, thenNext: false, within: .seconds(10))
                }
                return seen
            }
        }
        var all: [MessageID] = []
        for worker in workers { all += try #require(worker.wait()) }
        #expect(all.count == count)
        #expect((1...count).allSatisfy { number in all.contains(.numbered(number)) })
        #expect(bench.server.left() == 0 && bench.files == [])
    }
}

extension Result {
    var value: Success? { if case .success(let value) = self { value } else { nil } }
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
