import Foundation
import Testing
import Threading

@testable import ProcessCoordination

/// A channel that brings what the test puts in, and that may be broken.
final class FakeChannel: PresenceChannel {
    struct State {
        var arrivals: ArraySlice<PresenceArrival> = []
        var there: PresencePlaces = []
        var sent: [PresenceMessage] = []
        var receives = 0
    }

    let state = Monitor(State())
    private let ends: (read: Int32, write: Int32)
    var descriptor: Int32 { ends.read }

    init() {
        var pipe: [Int32] = [0, 0]
        Glibc.pipe(&pipe)
        ends = (pipe[0], pipe[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    /// Readable from now on, whatever is read.
    func bring(_ arrivals: [PresenceArrival], there: PresencePlaces) {
        state.withLock { state in
            state.arrivals += arrivals
            state.there = there
        }
        write(ends.write, "x", 1)
    }

    func send(_ message: PresenceMessage, to places: PresencePlaces) -> PresenceReach {
        state.withLock { state in
            state.sent.append(message)
            return PresenceReach(there: state.there.intersection(places))
        }
    }

    func receive() -> PresenceArrival {
        state.withLock { state in
            state.receives += 1
            return state.arrivals.popFirst() ?? .nothing
        }
    }
}

/// What a presence does with what no real channel brings easily.
@Suite struct PresenceChannelTests {
    private let clock = DeviceClock()

    private func message(_ word: PresenceMessage.Word) -> PresenceMessage {
        PresenceMessage(
            side: .extension, word: word, isConnected: false, sequence: 1,
            sentAt: UInt64(clock.sinceBoot / .nanoseconds(1)))
    }

    @Test func whereTheKernelHasNoWordForAProcessItsPlaceSaysWhetherItIsThere() throws {
        let channel = FakeChannel()
        let core = PresenceCore(side: .app, clock: clock)
        try core.start(channel)
        channel.bring([.message(message(.ping), place: 2, pid: 0)], there: .place(2))
        #expect(becomes { core.current == .active })
        channel.state.withLock { state in state.there = [] }
        #expect(becomes { core.current == .gone })
        core.stop()
    }

    @Test func aProcessThatIsNoMoreIsNotTakenInForWhatItSaid() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        let channel = FakeChannel()
        let core = PresenceCore(side: .app, clock: clock)
        try core.start(channel)
        let ended = process.processIdentifier
        channel.bring([.message(message(.ping), place: 0, pid: ended), .garbage], there: [])
        #expect(becomes { core.state.withLock { book in book.droppedCount } == 1 })
        #expect(core.current == .gone)
        core.stop()
    }

    @Test func ofTwoThatHadAPlaceTheSecondCounts() throws {
        let channel = FakeChannel()
        let core = PresenceCore(side: .app, clock: clock)
        try core.start(channel)
        channel.bring(
            [
                .message(message(.ping), place: 1, pid: getpid()),
                .message(message(.unavailable), place: 1, pid: getppid()),
            ], there: .place(1))
        #expect(becomes { core.current == .suspended })
        #expect(core.state.withLock { book in book.table.knows(getppid(), at: 1) })
        core.stop()
    }

    @Test func aBrokenChannelDoesNotMakeTheThreadSpin() throws {
        let channel = FakeChannel()
        let core = PresenceCore(side: .app, clock: clock)
        try core.start(channel)
        // Ready for ever, and never anything there.
        channel.bring([], there: [])
        #expect(becomes { channel.state.withLock { state in state.receives } > 0 })
        let before = channel.state.withLock { state in state.receives }
        usleep(200_000)
        let after = channel.state.withLock { state in state.receives }
        #expect(after - before <= 40)
        core.stop()
    }

    @Test func messagesWithoutEndAreReadInPortions() throws {
        let channel = FakeChannel()
        let core = PresenceCore(side: .app, clock: clock)
        try core.start(channel)
        channel.bring(Array(repeating: .garbage, count: 1_000_000), there: [])
        #expect(becomes { core.state.withLock { book in book.droppedCount } > 0 })
        let before = core.state.withLock { book in book.droppedCount }
        let began = ContinuousClock.now
        usleep(100_000)
        let read = core.state.withLock { book in book.droppedCount } - before
        let windows = (ContinuousClock.now - began) / CoordinationLimits.presencePause + 2
        #expect(Double(read) <= windows * Double(CoordinationLimits.presenceMessagesMax))
        core.stop()
    }

    @Test func stoppingLetsGoOfTheChannel() throws {
        weak var gone: FakeChannel?
        do {
            let channel = FakeChannel()
            gone = channel
            let core = PresenceCore(side: .app, clock: clock)
            try core.start(channel)
            core.stop()
            #expect(channel.state.withLock { state in state.sent.last?.isLeaving } == true)
        }
        #expect(gone == nil)
    }
}
