import BackgroundWork
import SecureFiles
import Testing
import Threading

/// What was asked of the system.
final class Phone: BackgroundSystem {
    struct Log {
        var requests: [TaskRequest] = []
        var completed: [TaskID: Bool] = [:]
        var waiting: [(TaskID, CheckedContinuation<Bool, Never>)] = []
    }

    let log = Mutex(Log())

    func schedule(_ request: TaskRequest) {
        log.withLock { log in log.requests.append(request) }
    }

    func complete(_ task: TaskID, isSuccess: Bool) {
        let waiting = log.withLock { log in
            #expect(log.completed[task] == nil, "a task is completed once")
            log.completed[task] = isSuccess
            defer { log.waiting.removeAll { $0.0 == task } }
            return log.waiting.filter { $0.0 == task }.map(\.1)
        }
        for continuation in waiting { continuation.resume(returning: isSuccess) }
    }

    /// Waits until the task is completed, and answers how.
    func completion(of task: TaskID) async -> Bool {
        await withCheckedContinuation { continuation in
            let known = log.withLock { log -> Bool? in
                if log.completed[task] == nil { log.waiting.append((task, continuation)) }
                return log.completed[task]
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}

/// Time that stands still unless a test moves it.
final class Hands: BackgroundClock {
    private struct State {
        var now = Duration.zero
        var unix: UInt64 = 1_700_000_000
        var sleepers: [Int: (Duration, CheckedContinuation<Void, any Error>)] = [:]
        var count = 0
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock { state in state.now } }
    var unixSeconds: UInt64 { state.withLock { state in state.unix } }
    var sleepers: Int { state.withLock { state in state.sleepers.count } }

    func move(by time: Duration) {
        let due = state.withLock { state in
            state.now += time
            state.unix += UInt64(time.components.seconds)
            let due = state.sleepers.filter { $0.value.0 <= state.now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.map(\.1)
        }
        for continuation in due { continuation.resume() }
    }

    func sleep(until time: Duration) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if time <= state.now || Task.isCancelled { return true }
                    state.sleepers[number] = (time, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in state.sleepers.removeValue(forKey: number) }
            sleeper?.1.resume(throwing: CancellationError())
        }
    }
}

/// Something a test opens, and until then others wait at.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
        (false, []))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Messages with the results of sending them.
final class Letters: MessageQueue {
    private let results: Mutex<[MessageSending.SendResult]>
    private let gate: Gate?
    let started = Gate()

    init(_ results: [MessageSending.SendResult], gate: Gate? = nil) {
        self.results = Mutex(results)
        self.gate = gate
    }

    func sendNext() async -> MessageSending.SendResult {
        started.open()
        await gate?.pass()
        return results.withLock { results in
            results.isEmpty ? .queueEmpty : results.removeFirst()
        }
    }
}

struct DriverTests {
    let place = Place()
    let phone = Phone()
    let hands = Hands()

    private func sender(_ queue: Letters) throws -> MessageSender {
        MessageSender(
            directory: try place.directory(), queue: queue, system: phone, clock: hands,
            draw: { 0 })
    }

    @Test func aTaskSendsTwoAndTheNextProcessKnowsIt() async throws {
        let sender = try sender(Letters([.sent, .sent, .sent]))
        await sender.handle(.taskBegan(TaskID(1)))
        #expect(await phone.completion(of: TaskID(1)))
        #expect(await sender.outcomes == [.sent(2)])
        let state = SendingState.read(in: try place.directory())
        #expect(state == (await sender.state))
        #expect(state.lastSuccess == hands.unixSeconds)
        let next = try self.sender(Letters([.sent]))
        await next.handle(.taskBegan(TaskID(2)))
        #expect(await phone.completion(of: TaskID(2)))
        #expect(await next.outcomes == [.skipped])
    }

    @Test func aFailedSendIsRetriedByTheNextProcess() async throws {
        let sender = try sender(Letters([.sent, .failed]))
        await sender.handle(.taskBegan(TaskID(1)))
        #expect(await phone.completion(of: TaskID(1)) == false)
        let requests = phone.log.withLock { log in log.requests }
        #expect(requests.map(\.earliest) == [1_700_000_300, 1_700_000_600])
        #expect(requests.allSatisfy { $0.purpose == .messages && $0.needsNetwork })
        hands.move(by: .seconds(600))
        let next = try self.sender(Letters([.sent]))
        await next.handle(.taskBegan(TaskID(2)))
        #expect(await phone.completion(of: TaskID(2)))
        #expect(await next.outcomes == [.sent(1)])
    }

    @Test func aQueueThatHangsIsLeftAtTheDeadline() async throws {
        let gate = Gate()
        let letters = Letters([.sent], gate: gate)
        let sender = try sender(letters)
        await sender.handle(.taskBegan(TaskID(1)))
        await letters.started.pass()
        while hands.sleepers == 0 { await Task.yield() }
        hands.move(by: .seconds(25))
        #expect(await phone.completion(of: TaskID(1)) == false)
        gate.open()
        #expect(await sender.outcomes == [.expired])
    }

    @Test(arguments: [0, 1, 8, 23, 40, 47, 48, 49, 5_000])
    func aDamagedStateIsAsIfNothingHadEverRun(size: Int) async throws {
        var state = SendingState()
        state.isPending = true
        state.lastSuccess = 7
        try state.write(in: try place.directory())
        #expect(SendingState.read(in: try place.directory()) == state)
        var bytes = try #require(place.bytes("sending"))
        #expect(bytes.count == 48)
        place.put(
            Array((bytes + [UInt8](repeating: 0, count: 5_000)).prefix(size)), "sending")
        let isWhole = size == 48
        #expect(
            SendingState.read(in: try place.directory()) == (isWhole ? state : SendingState()))
        for index in bytes.indices {
            bytes[index] ^= 0x10
            place.put(bytes, "sending")
            #expect(SendingState.read(in: try place.directory()) == SendingState())
            bytes[index] ^= 0x10
        }
        // Nor is the state of another machine one.
        place.put(bytes, "background")
        #expect(BackgroundState.read(in: try place.directory()) == BackgroundState())
    }

    @Test func theStateOfTheTasksComesBackAsItWas() throws {
        var state = BackgroundState()
        state.next = .gossip
        state.height = 812_345
        state.position = 17
        state.failures = 2
        state.delays = 3
        state.metrics.lastSync = 5
        state.metrics.syncMilliseconds = 6
        state.metrics.blocksSynced = 7
        state.metrics.channelsUpdated = 8
        try state.write(in: try place.directory())
        #expect(BackgroundState.read(in: try place.directory()) == state)
    }

    /// The file cannot be replaced while a directory has its name.
    @Test func aStateThatCannotBeWrittenStopsNoMessage() async throws {
        _ = try place.directory().openSubdirectory("sending", creating: true)
        let sender = try sender(Letters([.sent, .sent]))
        await sender.handle(.taskBegan(TaskID(1)))
        #expect(await phone.completion(of: TaskID(1)))
        #expect(await sender.statesLost > 0)
        #expect(await sender.outcomes == [.sent(2)])
    }
}
