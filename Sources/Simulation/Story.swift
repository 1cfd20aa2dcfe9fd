internal import WakeToComplete

/// One payment to one device, from the first attempt until everything is over, in virtual time.
///
/// The machines are the real ones: `NodeCoordinator` in the app, `RetryMachine` at the sender,
/// `HoldMachine` at the server. What they ask for is done here by a world of dice, and everything they
/// must never do is looked for while it is done. A story can be played again and again; playing
/// allocates nothing.
struct Story {
    /// When whoever was in the app has left it.
    static let end = Duration.seconds(90)
    /// Reactions behind this are none.
    static let reactionMax = Duration.seconds(60)
    /// Happenings of one story.
    static let happeningsMax = 4_000

    let scenario: Scenario
    let measures: Measures
    let model: SimulationModel
    let spoil: Spoil?
    /// How long after the alert the user taps; nil leaves it to chance.
    let reaction: Duration?

    var dice = Dice(seed: 0, trial: 0)
    var queue = EventQueue()
    var now = Duration.zero
    /// What became of it.
    var result = StoryResult()

    // The three machines, and when each wants to be asked.
    var app = NodeCoordinator()
    var appDeadline: Duration?
    var sender: RetryMachine
    var senderDeadline: Duration?
    var server: HoldMachine
    var serverDeadline: Duration?

    var device = Device()
    var payment = Payment()

    /// The hash of the payment, which is the same in every story.
    let hash = PaymentHash(number: 6)

    init(
        _ scenario: Scenario, _ measures: Measures, model: SimulationModel, spoil: Spoil? = nil,
        reaction: Duration? = nil
    ) {
        self.scenario = scenario
        self.measures = measures
        self.model = model
        self.spoil = spoil
        self.reaction = reaction
        sender = RetryMachine(policy: Story.policy(measures))
        server = HoldMachine(height: Payment.height)
    }

    /// Whether the server waits for the device.
    var isHeld: Bool { measures.hold && scenario != .notificationsDisabled }

    /// A sender without retries is one that tries again for missing routes alone, and this server
    /// answers `temporary_channel_failure`.
    private static func policy(_ measures: Measures) -> RetryPolicy {
        RetryPolicy(asksForHints: measures.retry, interimIsForRouteNotFoundAlone: !measures.retry)
    }

    /// Plays the story of that number to its end.
    mutating func play(seed: UInt64, trial: Int) -> StoryResult {
        dice = Dice(seed: seed, trial: trial)
        queue.clear()
        now = .zero
        result = StoryResult()
        app = NodeCoordinator()
        sender = RetryMachine(policy: Story.policy(measures))
        server = HoldMachine(height: Payment.height)
        (appDeadline, senderDeadline, serverDeadline) = (nil, nil, nil)
        device = Device()
        payment = Payment()
        begin()
        var happenings = 0
        while step() {
            happenings += 1
            guard happenings < Story.happeningsMax else {
                result.note(.endless)
                break
            }
        }
        close()
        return result
    }

    private mutating func begin() {
        device.isUnlocked = scenario != .beforeFirstUnlock
        // A wallet that may not notify has no token that a server could push to.
        device.isRegistered = scenario != .notificationsDisabled || spoil == .notifiesAnyway
        let isKept = dice.happens(model.stillInMemory, .system)
        let wasPutAway = scenario == .killed || scenario == .beforeFirstUnlock
        device.isResident = isKept && !wasPutAway && scenario != .foreground
        let isTaken = dice.happens(model.leaseTaken, .lease)
        if isTaken { device.leaseTakenUntil = dice.draw(model.leaseTakenFor, .lease) }
        if scenario == .foreground {
            // The app was opened at the beginning, and the payment comes some time after that.
            let since = dice.draw(model.openSince, .launch)
            open(fromNotification: false)
            payment.begins = since
        }
        if scenario == .notificationsDisabled {
            let time = reaction ?? dice.draw(model.opensUnasked, .user)
            if time <= Story.reactionMax {
                schedule(.reacts(fromNotification: false), in: payment.begins + time)
            }
        }
        schedule(.leaves, in: payment.begins + Story.end)
    }

    /// Goes on to whatever is next: the queue before the machines. False when there is nothing.
    private mutating func step() -> Bool {
        let begins = payment.isBegun ? nil : payment.begins
        let machines = Story.earlier(appDeadline, Story.earlier(senderDeadline, serverDeadline))
        let next = Story.earlier(Story.earlier(begins, queue.first), machines)
        guard let time = next else { return false }
        now = max(now, time)
        if begins == time {
            payment.isBegun = true
            tellSender(.sendAsked)
        } else if queue.first == time {
            if let what = queue.take() { happen(what) }
        } else if appDeadline == time {
            tellApp(.timeCame)
        } else if serverDeadline == time {
            tellServer(.timeCame)
        } else {
            tellSender(.timeCame)
        }
        return true
    }

    /// The earlier of two times, where there are two. No list: that would be one on the heap.
    private static func earlier(_ one: Duration?, _ other: Duration?) -> Duration? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    mutating func schedule(_ what: Happening, in time: Duration) {
        if !queue.add(what, at: now + time) { result.note(.endless) }
    }

    private mutating func happen(_ what: Happening) {
        switch what {
        case .reachesServer(let attempt): reachServer(attempt)
        case .reachesDevice(let attempt): reachDevice(attempt)
        case .settles(let attempt): tellSender(.attemptSucceeded(attempt))
        case .fails(let attempt): tellSender(.attemptFailed(attempt, .temporaryChannelFailure))
        case .advises(let attempt, let isThere): advise(attempt, isThere)
        case .silentArrives(let number): silentArrives(number)
        case .alertArrives: alertArrives()
        case .wakes(let process): if isAlive(process) { wake() }
        case .opens(let process, let isTap): if isAlive(process) { show(isTap) }
        case .stepEnds(let process, let step, let number, let succeeded):
            if isAlive(process) { endStep(step, number, succeeded) }
        case .tellsAgain(let process): if isAlive(process) { tellReceived() }
        case .timeIsOver(let process): if isAlive(process) { endBackgroundTime() }
        case .isKilled(let process): if isAlive(process) { kill() }
        case .reacts(let isTap): react(isTap)
        case .unlocks: device.isUnlocked = true
        case .retries(let process): if isAlive(process) { tellApp(.retried) }
        case .leaves: leave()
        }
    }

    /// Looks at what is left when nothing happens any more.
    private mutating func close() {
        if !app.node.isAbsent || device.hasLease || device.isNodeRunning { result.note(.leaseLeft) }
        if device.pushesHanded != device.pushesCompleted { result.note(.pushNotCompleted) }
        if payment.finishes != 1 { result.note(.notFinishedOnce) }
        if sender.mayStillSettle || payment.inFlight != 0 { result.note(.undecidedForEver) }
        if sender.isPaid != payment.isReceived { result.note(.sidesDisagree) }
        if server.heldCount > 0 { result.note(.stillHeld) }
        if device.received > 1 || device.written > device.received { result.note(.countedTwice) }
        if device.written < device.received { result.note(.notWritten) }
    }
}
