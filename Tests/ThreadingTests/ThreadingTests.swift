import Testing

@testable import Threading

@Suite struct ThreadingTests {
    @Test func aWaitEndsWhenSomebodyMakesTheChange() throws {
        let monitor = Monitor(0)
        let thread = try #require(Threading.Thread { monitor.withLock { $0 = 7 } })
        let seen = monitor.waiting(atMost: .seconds(60)) { $0 == 7 ? $0 : nil }
        #expect(seen == 7)
        thread.join()
    }

    @Test(arguments: [Duration.zero, .milliseconds(1), .milliseconds(20), .seconds(-5)])
    func aWaitEndsByItself(wait: Duration) {
        let monitor = Monitor(0)
        let clock = ContinuousClock()
        let start = clock.now
        let seen: Int? = monitor.waiting(atMost: wait) { _ in nil }
        #expect(seen == nil)
        #expect(clock.now - start >= max(wait, .zero))
    }

    @Test func whatIsThereAlreadyIsNotWaitedFor() {
        let monitor = Monitor("there")
        #expect(monitor.waiting(atMost: .zero) { $0 } == "there")
        #expect(monitor.waiting(atMost: nil) { $0 } == "there")
    }

    @Test func everyThreadsChangeCounts() {
        let monitor = Monitor(0)
        let threads = (0..<4).compactMap { _ in
            Threading.Thread { for _ in 0..<1000 { monitor.withLock { $0 += 1 } } }
        }
        for thread in threads { thread.join() }
        #expect(threads.count == 4)
        #expect(monitor.withLock { $0 } == 4000)
    }

    @Test func aDetachedThreadRunsOnASmallStack() {
        let monitor = Monitor(false)
        #expect(Threading.Thread.detach(stackBytes: 64 * 1024) { monitor.withLock { $0 = true } })
        #expect(monitor.waiting(atMost: .seconds(60)) { $0 ? true : nil } == true)
    }

    @Test func anErrorLeavesTheStateAndTheLockInOrder() {
        struct Refused: Error {}
        let monitor = Monitor(1)
        #expect(throws: Refused.self) {
            try monitor.withLock { (state) throws(Refused) in
                state = 2
                throw Refused()
            }
        }
        #expect(monitor.withLock { $0 } == 2)
    }
}
