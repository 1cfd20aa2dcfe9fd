public import SecureFiles

/// The messages that wait.
public protocol MessageQueue: Sendable {
    /// Takes one message, sends it, and removes it once it is sent. Returns soon when the task is
    /// cancelled; a message that was on its way may be sent all the same.
    func sendNext() async -> MessageSending.SendResult
}

/// Runs `MessageSending` with a queue, a system, a clock and a file.
public actor MessageSender {
    private var machine: MessageSending
    private let directory: SecureDirectory
    private let queue: any MessageQueue
    private let system: any BackgroundSystem
    private let clock: any BackgroundClock
    private let draw: @Sendable () -> UInt64?
    private var sending: Task<Void, Never>?
    private var alarm = Alarm()
    /// The outcome of every run that ended, newest last; at most 16.
    public private(set) var outcomes: [MessageSending.Outcome] = []
    /// How often the state could not be written. The process then goes on with the one it has.
    public private(set) var statesLost = 0

    /// Goes on from the state in `directory`.
    ///
    /// - Parameters:
    ///   - isEnabled: whether the system may be asked for tasks.
    ///   - draw: 64 random bits, or nil when there are none.
    public init(
        directory: consuming SecureDirectory, queue: any MessageQueue,
        system: any BackgroundSystem, clock: any BackgroundClock = SystemBackgroundClock(),
        isEnabled: Bool = true,
        intervalSeconds: UInt64 = BackgroundLimits.sendingIntervalSeconds,
        draw: @escaping @Sendable () -> UInt64? = { UInt64.random(in: .min ... .max) }
    ) {
        machine = MessageSending(
            SendingState.read(in: directory), isEnabled: isEnabled,
            intervalSeconds: intervalSeconds)
        self.directory = directory
        self.queue = queue
        self.system = system
        self.clock = clock
        self.draw = draw
    }

    /// What is remembered.
    public var state: SendingState { machine.state }

    /// Takes an event. `sent` and `timeCame` are the driver's own.
    public func handle(_ event: MessageSending.Event) {
        let effects = machine.handle(
            event, at: clock.now, unix: clock.unixSeconds, draw: draw)
        for effect in effects { perform(effect) }
        alarm.set(machine.deadline, by: clock) { [weak self] in await self?.handle(.timeCame) }
    }

    private func perform(_ effect: MessageSending.Effect) {
        switch effect {
        case .save(let state):
            do { try state.write(in: directory) } catch { statesLost += 1 }
        case .schedule(let earliest):
            system.schedule(
                TaskRequest(
                    purpose: .messages, earliest: earliest, needsNetwork: true, needsPower: false))
        case .send(let run):
            sending = Task { [queue] in
                let result = await queue.sendNext()
                self.handle(.sent(run: run, result))
            }
        case .cancelSend:
            sending?.cancel()
        case .ended(let outcome, let task):
            if outcomes.count == 16 { outcomes.removeFirst() }
            outcomes.append(outcome)
            if let task { system.complete(task, isSuccess: outcome.isSuccess) }
        }
    }
}
