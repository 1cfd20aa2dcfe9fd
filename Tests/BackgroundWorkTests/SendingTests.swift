import BackgroundWork
import Testing

/// A machine with a wall clock that goes anywhere, and what it asked for.
struct Sending {
    var machine: MessageSending
    var now = Duration.zero
    var unix: UInt64
    var draw: UInt64? = 0
    var saved: [SendingState] = []
    var scheduled: [UInt64] = []
    var sends: [UInt32] = []
    var cancels = 0
    var outcomes: [MessageSending.Outcome] = []
    var completed: [TaskID: Bool] = [:]

    init(
        _ state: SendingState = SendingState(), at unix: UInt64 = 1_700_000_000,
        isEnabled: Bool = true, intervalSeconds: UInt64 = BackgroundLimits.sendingIntervalSeconds
    ) {
        machine = MessageSending(state, isEnabled: isEnabled, intervalSeconds: intervalSeconds)
        self.unix = unix
    }

    mutating func tell(_ event: MessageSending.Event) {
        let draw = draw
        for effect in machine.handle(event, at: now, unix: unix, draw: { draw }) {
            switch effect {
            case .save(let state): saved.append(state)
            case .schedule(let earliest): scheduled.append(earliest)
            case .send(let run): sends.append(run)
            case .cancelSend: cancels += 1
            case .ended(let outcome, let task):
                outcomes.append(outcome)
                if let task {
                    #expect(completed[task] == nil, "a task is completed once")
                    completed[task] = outcome.isSuccess
                }
            }
        }
    }

    /// Answers the last `send`.
    mutating func answer(_ result: MessageSending.SendResult) {
        tell(.sent(run: sends.last ?? 0, result))
    }

    /// A process that was killed and began again with what lies on disk.
    mutating func restart() {
        machine = MessageSending(saved.last ?? SendingState())
    }
}

struct SendingTests {
    private func state(_ change: (inout SendingState) -> Void) -> SendingState {
        var state = SendingState()
        change(&state)
        return state
    }

    @Test(arguments: [
        (40, 30, true), (20, 30, false), (30, 30, true), (29, 30, false), (-10, 30, true),
        (3720, 3600, true), (3600, 3600, true), (3599, 3600, false),
    ] as [(Int, UInt64, Bool)])
    func aRunIsPermittedOnceTheIntervalIsOver(ago: Int, interval: UInt64, isPermitted: Bool) {
        let now: UInt64 = 1_700_000_000
        let before = state { $0.lastSuccess = UInt64(Int(now) - ago) }
        var sending = Sending(before, at: now, intervalSeconds: interval)
        sending.tell(.taskBegan(TaskID(1)))
        #expect((sending.sends.count == 1) == isPermitted)
        #expect(sending.machine.state.lastTrigger == now)
        #expect(sending.outcomes == (isPermitted ? [] : [.skipped]))
    }

    @Test func theLastRunIsWrittenDownWhenItSucceedsAndNotBefore() {
        var sending = Sending(state { $0.lastSuccess = 0 }, at: 3720)
        let runs: [(UInt64, UInt64)] = [(3720, 3720), (3720, 3720), (7380, 7380)]
        for (number, (unix, last)) in runs.enumerated() {
            sending.unix = unix
            let sends = sending.sends.count
            sending.tell(.taskBegan(TaskID(UInt64(number))))
            if sending.sends.count > sends {
                sending.answer(.sent)
                sending.answer(.sent)
            }
            #expect(sending.machine.state.lastSuccess == last)
        }
        #expect(sending.sends.count == 4)
    }

    @Test func theAppSendsAtItsStartWhenWorkIsPendingAndSchedulesTheFailSafe() {
        var sending = Sending(state { $0.isPending = true })
        sending.tell(.appStarted)
        #expect(sending.sends == [1])
        #expect(sending.scheduled == [sending.unix + 300 + 600])
        sending.answer(.sent)
        #expect(sending.sends == [1, 1])
        sending.answer(.sent)
        #expect(sending.outcomes == [.sent(2)])
        #expect(sending.machine.state.lastSuccess == sending.unix)
        // The fail-safe is still to come.
        #expect(sending.machine.state.isPending)
    }

    @Test func theAppSendsNothingAtItsStartWhenNothingIsPending() {
        var sending = Sending()
        sending.tell(.appStarted)
        sending.tell(.appFinished)
        #expect(sending.sends.isEmpty && sending.outcomes.isEmpty)
        #expect(sending.scheduled == [sending.unix + 900, sending.unix + 300])
        #expect(sending.machine.state.isPending)
        #expect(sending.saved.last == sending.machine.state)
    }

    @Test func aTaskSchedulesTheNextOneFirstAndLeavesNothingPending() {
        var sending = Sending(state { $0.isPending = true })
        sending.tell(.taskBegan(TaskID(7)))
        #expect(sending.scheduled == [sending.unix + 300])
        #expect(sending.completed.isEmpty)
        sending.answer(.queueEmpty)
        #expect(sending.completed == [TaskID(7): true])
        #expect(sending.outcomes == [.sent(0)])
        #expect(!sending.machine.state.isPending)
    }

    @Test func afterARunTheAppsStartSendsNothingAgainAndAsksForTheNext() {
        var sending = Sending()
        sending.tell(.taskBegan(TaskID(1)))
        sending.answer(.sent)
        sending.answer(.sent)
        let (sends, scheduled) = (sending.sends.count, sending.scheduled.count)
        sending.tell(.appStarted)
        #expect(sending.sends.count == sends)
        #expect(sending.scheduled.count == scheduled + 1)
        // Too early, too early, and then the next two.
        for (number, seconds) in [(2, 5), (3, 5), (4, 7200)] as [(UInt64, UInt64)] {
            sending.unix += seconds
            sending.tell(.taskBegan(TaskID(number)))
        }
        sending.answer(.sent)
        sending.answer(.sent)
        #expect(sending.outcomes == [.sent(2), .skipped, .skipped, .sent(2)])
    }

    @Test func workThatIsScheduledDuringARunStaysPending() {
        var sending = Sending()
        sending.tell(.taskBegan(TaskID(7)))
        sending.tell(.appFinished)
        sending.answer(.queueEmpty)
        #expect(sending.machine.state.isPending)
    }

    /// Shipped: the foreground heeds whether tasks are enabled, the background does not.
    @Test func withoutTasksNothingIsScheduledAndWorkIsPending() {
        var sending = Sending(isEnabled: false)
        sending.tell(.appFinished)
        sending.tell(.appStarted)
        #expect(sending.sends.count == 1)
        sending.answer(.failed)
        #expect(sending.scheduled.isEmpty)
        #expect(sending.machine.state.isPending)
    }

    /// Shipped: results were ignored, the run was a success even when nothing was sent.
    @Test func aFailedSendIsNoSuccessAndIsRetriedRegardlessOfTheInterval() {
        var sending = Sending()
        sending.tell(.taskBegan(TaskID(1)))
        sending.answer(.sent)
        sending.answer(.failed)
        #expect(sending.completed == [TaskID(1): false])
        #expect(sending.outcomes == [.failed])
        #expect(sending.machine.state.lastSuccess == nil)
        #expect(sending.machine.state.owed == 1)
        #expect(sending.scheduled.last == sending.unix + 600)
        sending.unix += 599
        sending.tell(.taskBegan(TaskID(2)))
        #expect(sending.outcomes.last == .skipped)
        #expect(sending.scheduled.last == sending.unix + 1)
        sending.unix += 1
        sending.tell(.taskBegan(TaskID(3)))
        // What the failed run left over, and no more.
        sending.answer(.sent)
        #expect(sending.outcomes.last == .sent(1))
        #expect(sending.machine.state.owed == 0 && sending.machine.state.retryAt == nil)
    }

    @Test func aRetryAfterARecentSuccessIsPermitted() {
        var sending = Sending(
            state {
                $0.lastSuccess = 1_700_000_000
                $0.owed = 1
                $0.failures = 1
                $0.retryAt = 1_700_000_600
            }, at: 1_700_000_600)
        sending.tell(.taskBegan(TaskID(1)))
        #expect(sending.sends.count == 1)
    }

    @Test func theBackOffDoublesUpToItsLimitAndEndsWithASuccess() {
        var sending = Sending()
        var waits: [UInt64] = []
        for number in 1...8 {
            sending.tell(.taskBegan(TaskID(UInt64(number))))
            sending.answer(.failed)
            let retryAt = sending.machine.state.retryAt ?? 0
            waits.append(retryAt - sending.unix)
            sending.unix = retryAt
        }
        #expect(waits == [600, 1200, 2400, 4800, 7200, 7200, 7200, 7200])
        sending.tell(.taskBegan(TaskID(9)))
        sending.answer(.queueEmpty)
        #expect(sending.machine.state.failures == 0)
        var many = Sending(state { $0.failures = 255 })
        many.tell(.taskBegan(TaskID(1)))
        many.answer(.failed)
        #expect(many.machine.state.failures == 255)
    }

    /// Shipped: a request that is made later replaces the earlier one, and the retry with it.
    @Test func theFailSafeDoesNotPutOffARetry() {
        var sending = Sending()
        sending.draw = .max
        sending.tell(.taskBegan(TaskID(1)))
        sending.answer(.failed)
        let retryAt = sending.unix + 600
        sending.unix += 60
        sending.tell(.appStarted)
        sending.tell(.appFinished)
        #expect(sending.scheduled.suffix(3) == [retryAt, retryAt, retryAt])
        #expect(sending.outcomes == [.failed, .skipped])
    }

    /// Shipped: no expiration handler, so that the system killed the app.
    @Test func anExpiredTaskIsCompletedOnceAndItsWorkRemembered() {
        var sending = Sending()
        sending.tell(.taskBegan(TaskID(1)))
        sending.tell(.taskExpired(TaskID(2)))
        #expect(sending.completed.isEmpty)
        sending.tell(.taskExpired(TaskID(1)))
        #expect(sending.cancels == 1)
        #expect(sending.completed == [TaskID(1): false])
        #expect(sending.outcomes == [.expired])
        let state = sending.machine.state
        #expect(state.isPending && state.owed == 2 && state.retryAt == sending.unix + 600)
        // All that comes late changes nothing.
        sending.tell(.taskExpired(TaskID(1)))
        sending.answer(.sent)
        sending.answer(.failed)
        sending.tell(.timeCame)
        #expect(sending.machine.state == state)
        #expect(sending.outcomes == [.expired])
    }

    @Test func aRunThatHangsEndsAtItsDeadline() {
        var sending = Sending()
        sending.tell(.taskBegan(TaskID(1)))
        #expect(sending.machine.deadline == .seconds(25))
        sending.now = .seconds(24)
        sending.tell(.timeCame)
        #expect(sending.completed.isEmpty)
        sending.now = .seconds(25)
        sending.tell(.timeCame)
        #expect(sending.completed == [TaskID(1): false])
        #expect(sending.machine.deadline == nil)
    }

    @Test func aTaskJoinsTheRunOfTheAppAndASecondOneDoesNot() {
        var sending = Sending(state { $0.isPending = true })
        sending.tell(.appStarted)
        sending.tell(.taskBegan(TaskID(1)))
        sending.tell(.taskBegan(TaskID(1)))
        sending.tell(.taskBegan(TaskID(2)))
        sending.tell(.appStarted)
        #expect(sending.sends == [1])
        #expect(sending.completed == [TaskID(2): false])
        sending.answer(.queueEmpty)
        #expect(sending.completed == [TaskID(1): true, TaskID(2): false])
    }

    @Test func aClockThatWentBackPermitsOneRunAndNotEveryOne() {
        var sending = Sending(state { $0.lastSuccess = 1_800_000_000 })
        sending.tell(.taskBegan(TaskID(1)))
        sending.answer(.failed)
        #expect(sending.machine.state.lastSuccess == nil)
        sending.unix += 600
        sending.tell(.taskBegan(TaskID(2)))
        sending.answer(.queueEmpty)
        sending.unix += 1
        sending.tell(.taskBegan(TaskID(3)))
        #expect(sending.outcomes == [.failed, .sent(0), .skipped])
    }

    @Test(arguments: [MessageSending.SendResult.queueEmpty, .failed])
    func aClockThatJumpedForwardAndBackStarvesNobody(result: MessageSending.SendResult) {
        var sending = Sending()
        sending.unix += 10 * 365 * 24 * 3600
        sending.tell(.taskBegan(TaskID(1)))
        sending.answer(result)
        sending.unix -= 10 * 365 * 24 * 3600
        sending.tell(.taskBegan(TaskID(2)))
        #expect(sending.sends.count == 2)
        sending.answer(.queueEmpty)
        #expect(sending.machine.state.lastSuccess == sending.unix)
        sending.tell(.appStarted)
        // Asked for anew, so that the request for a day in ten years is gone.
        #expect(sending.scheduled.last == sending.unix + 900)
    }

    @Test func timesAtTheirLimitsDoNotTrap() {
        for unix: UInt64 in [0, 1, .max - 1, .max] {
            var sending = Sending(
                state {
                    $0.isPending = true
                    $0.lastSuccess = .max - 1
                    $0.lastTrigger = .max - 1
                    $0.owed = 255
                    $0.failures = 255
                    $0.retryAt = .max - 1
                }, at: unix)
            sending.draw = .max
            sending.tell(.appStarted)
            sending.answer(.failed)
            sending.tell(.appFinished)
            #expect(sending.scheduled.count > 1)
        }
    }

    @Test func aProcessThatIsKilledInARunHasFailedAndSendsNoMoreThanItMay() {
        var sending = Sending()
        sending.tell(.taskBegan(TaskID(1)))
        sending.answer(.sent)
        sending.restart()
        #expect(sending.machine.state.owed == 1)
        sending.unix += 60
        sending.tell(.appStarted)
        #expect(sending.outcomes == [.skipped])
        sending.unix += 540
        sending.tell(.appStarted)
        sending.answer(.sent)
        #expect(sending.outcomes == [.skipped, .sent(1)])
        #expect(sending.sends.count == 3)
    }
}
