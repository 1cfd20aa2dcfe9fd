import BackgroundWork
import SecureFiles
import Testing
import Threading

/// A node that writes down what is asked of it.
final class Node: BackgroundNode {
    enum Behaviour {
        case works
        case refuses
        /// Begins nothing before the gate is open.
        case startsLate
        /// Says that it is at 7, and then hangs until it is cancelled.
        case hangs(BackgroundStep)
        case fails(BackgroundStep, BackgroundError)
    }

    private struct State {
        var calls: [String] = []
        var isRunning = false
    }

    private let behaviour: Behaviour
    private let state = Mutex(State())
    let gate = Gate()
    let isHanging = Gate()

    init(_ behaviour: Behaviour) {
        self.behaviour = behaviour
    }

    var calls: [String] { state.withLock { state in state.calls } }
    var isRunning: Bool { state.withLock { state in state.isRunning } }

    private func note(_ call: String, isRunning: Bool? = nil) {
        state.withLock { state in
            state.calls.append(call)
            if let isRunning { state.isRunning = isRunning }
        }
    }

    func prepare() async -> BackgroundTasks.Preparation {
        if case .refuses = behaviour {
            note("refused")
            return .leaseRefused
        }
        if case .startsLate = behaviour {
            isHanging.open()
            await gate.pass()
        }
        note("prepare", isRunning: true)
        return .ready
    }

    func perform(
        _ step: BackgroundStep, from position: UInt64, within: Duration,
        onProgress: @Sendable (UInt64, UInt64) async -> Void
    ) async -> StepResult {
        note("\(step) \(position)")
        switch behaviour {
        case .hangs(step):
            await onProgress(7, 7)
            isHanging.open()
            await withTaskCancellationHandler {
                await gate.pass()
            } onCancel: {
                gate.open()
            }
            return .failed(.syncTimeout)
        case .fails(step, let error): return .failed(error)
        default: return .done(position: position + 10, count: 10)
        }
    }

    func stop() async {
        note("stop", isRunning: false)
    }
}

struct WorkerTests {
    let place = Place()
    let phone = Phone()
    let hands = Hands()
    let ends = Ends()

    final class Ends: Sendable {
        let all = Mutex<[(BackgroundTasks.Outcome, BackgroundMetrics)]>([])
    }

    private func worker(_ node: Node) throws -> BackgroundWorker {
        BackgroundWorker(
            directory: try place.directory(), node: node, system: phone, clock: hands
        ) { [ends] outcome, metrics in
            ends.all.withLock { all in all.append((outcome, metrics)) }
        }
    }

    /// What was told of the ends. A task is completed first: whoever waits for that alone is too early.
    private func outcomes(_ worker: BackgroundWorker) async -> [BackgroundTasks.Outcome] {
        _ = await worker.state
        return ends.all.withLock { all in all.map(\.0) }
    }

    @Test func aRunGoesThroughItsStepsAndStopsTheNodeBeforeItsEnd() async throws {
        let node = Node(.works)
        let worker = try worker(node)
        await worker.handle(.began(TaskID(1), .processing, Tasks.charging))
        #expect(await phone.completion(of: TaskID(1)))
        #expect(
            node.calls == ["prepare", "sync 0", "channels 0", "events 0", "gossip 0", "stop"])
        #expect(await outcomes(worker) == [.done])
        #expect(ends.all.withLock { all in all[0].1.channelsUpdated } == 10)
        let request = try #require(phone.log.withLock { log in log.requests.first })
        #expect(request.purpose == .node(.processing) && request.needsPower)
        #expect(BackgroundState.read(in: try place.directory()).height == 10)
    }

    @Test func anExpiredRunIsGoneOnWithByTheNextProcess() async throws {
        let node = Node(.hangs(.channels))
        let worker = try worker(node)
        await worker.handle(.began(TaskID(1), .refresh, Tasks.battery))
        await node.isHanging.pass()
        await worker.handle(.expired(TaskID(1)))
        #expect(await phone.completion(of: TaskID(1)) == false)
        #expect(node.calls.last == "stop" && !node.isRunning)
        let next = Node(.works)
        let another = try self.worker(next)
        await another.handle(.began(TaskID(2), .refresh, Tasks.battery))
        #expect(await phone.completion(of: TaskID(2)))
        #expect(next.calls == ["prepare", "channels 7", "events 0", "stop"])
        #expect(await outcomes(another) == [.expired, .done])
    }

    @Test func aStepThatHangsIsCutOffWithinTheBudget() async throws {
        let node = Node(.hangs(.sync))
        let worker = try worker(node)
        await worker.handle(.began(TaskID(1), .refresh, Tasks.battery))
        await node.isHanging.pass()
        while hands.sleepers == 0 { await Task.yield() }
        hands.move(by: .seconds(22))
        #expect(await phone.completion(of: TaskID(1)) == false)
        #expect(await outcomes(worker) == [.partial])
        #expect(BackgroundState.read(in: try place.directory()).height == 7)
    }

    @Test func aNodeThatStartsTooLateIsStoppedOnceItStarted() async throws {
        let node = Node(.startsLate)
        let worker = try worker(node)
        await worker.handle(.began(TaskID(1), .refresh, Tasks.battery))
        await node.isHanging.pass()
        await worker.handle(.expired(TaskID(1)))
        while hands.sleepers == 0 { await Task.yield() }
        hands.move(by: .seconds(1))
        #expect(await phone.completion(of: TaskID(1)) == false)
        // Nobody else gets a node before this one is gone.
        await worker.handle(.began(TaskID(2), .refresh, Tasks.battery))
        #expect(await phone.completion(of: TaskID(2)) == false)
        node.gate.open()
        while node.calls.last != "stop" { await Task.yield() }
        #expect(node.calls == ["prepare", "stop"])
        #expect(!node.isRunning)
    }

    @Test func whoeverHasTheLeaseIsLeftAlone() async throws {
        let node = Node(.refuses)
        let worker = try worker(node)
        await worker.handle(.began(TaskID(1), .refresh, Tasks.battery))
        #expect(await phone.completion(of: TaskID(1)))
        #expect(node.calls == ["refused", "stop"])
    }

    @Test func aFailureIsSaidAndTheStepBeginsAgainThere() async throws {
        let node = Node(.fails(.events, .chainSyncFailed))
        let worker = try worker(node)
        await worker.handle(.began(TaskID(1), .processing, Tasks.charging))
        #expect(await phone.completion(of: TaskID(1)) == false)
        #expect(await outcomes(worker) == [.failed(.chainSyncFailed)])
        #expect(await worker.state.next == .events)
        #expect(await worker.statesLost == 0)
    }
}
