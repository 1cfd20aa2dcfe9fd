import BackgroundWork
import Testing

/// Every sequence of events, each at a moment of its own.
struct SendingPropertyTests {
    private enum Move: CaseIterable {
        case start, finish, task, expire, sent, empty, failed, hour, back, late, killed
    }

    private struct World {
        var sending = Sending()
        var tasks: UInt64 = 0
        var open: Set<TaskID> = []

        mutating func play(_ move: Move) {
            switch move {
            case .start: sending.tell(.appStarted)
            case .finish: sending.tell(.appFinished)
            case .task:
                tasks += 1
                open.insert(TaskID(tasks))
                sending.tell(.taskBegan(TaskID(tasks)))
            case .expire: sending.tell(.taskExpired(TaskID(tasks)))
            case .sent: sending.answer(.sent)
            case .empty: sending.answer(.queueEmpty)
            case .failed: sending.answer(.failed)
            case .hour: sending.unix += 3600
            case .back: sending.unix -= 86_400
            case .late:
                sending.now += .seconds(25)
                sending.tell(.timeCame)
            case .killed:
                sending.restart()
                open = []
            }
            sending.now += .milliseconds(1)
            for task in sending.completed.keys { open.remove(task) }
        }
    }

    /// Five moves in every order (three where the sanitizer slows each down), then the end that
    /// every run comes to.
    @Test func everyTaskIsCompletedOnceAndNothingIsLeftRunning() {
        var worlds = 0
        func walk(_ world: World, _ depth: Int) {
            guard depth > 0 else {
                worlds += 1
                var world = world
                // At most the newest run has a task that waits, and its deadline ends it.
                #expect(world.open.count <= 1)
                #expect(world.open.isEmpty || world.sending.machine.deadline != nil)
                world.play(.late)
                #expect(world.open.isEmpty)
                #expect(world.sending.machine.deadline == nil)
                // On disk is what is in memory, but for when a task was last tried.
                #expect(world.sending.saved.last ?? SendingState() == world.sending.machine.state)
                return
            }
            for move in Move.allCases {
                var next = world
                next.play(move)
                walk(next, depth - 1)
            }
        }
        #if NTF_THREAD_SANITIZER
        let depth = 3
        #else
        let depth = 5
        #endif
        walk(World(), depth)
        #expect(worlds == (depth == 5 ? 161_051 : 1_331))
    }

    /// However it is begun, an hour of successes sends two messages.
    @Test func noHourHasMoreThanTwoMessagesWhileAllSucceed() {
        var random = Seeded(state: 7)
        for _ in 0..<200 {
            var sending = Sending()
            var times: [UInt64] = []
            for task in 0..<UInt64(200) {
                sending.unix += random.next() % 900
                let sends = sending.sends.count
                switch random.next() % 4 {
                case 0: sending.tell(.appStarted)
                case 1: sending.tell(.appFinished)
                case 2: sending.restart()
                default: sending.tell(.taskBegan(TaskID(task)))
                }
                var asked = sends
                while sending.sends.count > asked {
                    asked = sending.sends.count
                    times.append(sending.unix)
                    sending.answer(.sent)
                }
            }
            for (first, third) in zip(times, times.dropFirst(2)) {
                #expect(third - first >= 3600)
            }
        }
    }
}
