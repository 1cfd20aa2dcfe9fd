internal import WakeToComplete

/// The device, as the system sees it.
struct Device {
    /// Whether it was unlocked since its start.
    var isUnlocked = true
    /// Whether the server knows where to push.
    var isRegistered = true
    /// The number of the app's process; the ones before it are gone.
    var process: UInt32 = 0
    /// Whether that process is in memory.
    var isResident = false
    /// When that process is there to be used.
    var isUpAt = Duration.zero
    /// Whether the app is in front.
    var isInFront = false
    /// Since when the node is wanted; for its latency.
    var wokenAt: Duration?
    /// The silent push that was sent last: the system keeps one, the newest.
    var silentNewest: UInt32 = 0
    var alertCame = false
    /// Whether the system's clock for the background runs.
    var isTimed = false

    // The process.

    var pushesHanded: UInt32 = 0
    var pushesCompleted: UInt32 = 0
    var hasLease = false
    /// Another process has it until then.
    var leaseTakenUntil = Duration.zero
    var isNodeRunning = false
    var isConnected = false
    var stepNumber: UInt32 = 0
    var step: NodeStep?
    var stepEnds = Duration.zero
    var received = 0
    var written = 0
}

extension Story {
    func isAlive(_ process: UInt32) -> Bool { device.isResident && device.process == process }

    /// Whether the system hands silent pushes to the app at all.
    private var mayWake: Bool {
        if spoil == .wakesAnyway { return true }
        return switch scenario {
        case .foreground, .background, .lowPower, .beforeFirstUnlock: true
        // The system wakes no app its user has closed or does not let refresh.
        case .killed: device.isResident
        case .refreshDisabled: device.isInFront
        case .notificationsDisabled: false
        }
    }

    /// Sends the pair of pushes on its way to the device.
    mutating func sendPushes() {
        result.pushes += 1
        if result.begun == nil { result.begun = now }
        let alertDelay = dice.draw(model.alertDelay, .alert)
        let isAlertLost = dice.happens(model.alertsLost, .alert)
        if !isAlertLost { schedule(.alertArrives, in: alertDelay) }
        guard measures.silentPush else { return }
        device.silentNewest += 1
        let lost = scenario == .lowPower ? model.silentLostInLowPower : model.silentLost
        let delay = dice.draw(model.silentDelay, .silent)
        let (isLost, isTwice) = (
            dice.happens(lost, .silent), dice.happens(model.silentTwice, .silent)
        )
        guard !isLost || (spoil == .wakesAnyway) else { return }
        schedule(.silentArrives(device.silentNewest), in: delay)
        if isTwice { schedule(.silentArrives(device.silentNewest), in: delay + delay / 4) }
    }

    mutating func silentArrives(_ number: UInt32) {
        // One of those that wait is kept: the newest.
        guard number == device.silentNewest, mayWake else { return }
        // The app hands what comes behind the end to nobody.
        guard now < payment.begins + Story.end else { return }
        let time = bringUp()
        schedule(.wakes(process: device.process), in: time)
    }

    /// Has the process launched or resumed; answers how long that takes.
    private mutating func bringUp() -> Duration {
        if device.isResident, device.isUpAt > now { return device.isUpAt - now }
        let time = dice.draw(device.isResident ? model.resume : model.launch, .launch)
        if !device.isResident {
            device.process += 1
            device.isResident = true
        }
        device.isUpAt = now + time
        if device.wokenAt == nil { device.wokenAt = now }
        return time
    }

    /// A silent push is handed to the app.
    mutating func wake() {
        device.pushesHanded += 1
        result.silentHanded += 1
        if !device.isInFront { result.wakes += 1 }
        if !device.isInFront, !device.isTimed {
            device.isTimed = true
            let time = dice.draw(model.backgroundTime, .system)
            schedule(.timeIsOver(process: device.process), in: time)
            let isKilled = dice.happens(model.killedInBackground, .system)
            let killTime = dice.draw(model.killedAfter, .system)
            if isKilled { schedule(.isKilled(process: device.process), in: killTime) }
        }
        tellApp(.silentPush(device.pushesHanded, hash))
    }

    mutating func endBackgroundTime() {
        device.isTimed = false
        guard !device.isInFront, device.pushesHanded != device.pushesCompleted else { return }
        tellApp(.expired)
    }

    /// The process goes without a word, and all that it held with it.
    mutating func kill() {
        // An app in front, or one that is done and sleeps, is not what the system is after.
        guard !device.isInFront, device.pushesHanded != device.pushesCompleted else { return }
        result.silentKilled += Int(device.pushesHanded - device.pushesCompleted)
        var next = Device()
        next.isUnlocked = device.isUnlocked
        next.isRegistered = device.isRegistered
        next.process = device.process
        next.silentNewest = device.silentNewest
        next.alertCame = device.alertCame
        next.leaseTakenUntil = device.leaseTakenUntil
        next.received = device.received
        next.written = device.written
        device = next
        app = NodeCoordinator()
        appDeadline = nil
        tellServerOfConnection(false)
    }

    mutating func alertArrives() {
        if !payment.isReceived { result.alertsNeeded += 1 }
        guard spoil != .losesAlerts else { return }
        result.alertsShown += 1
        // Those that come behind the first replace it.
        guard !device.alertCame else { return }
        device.alertCame = true
        guard !device.isInFront else { return }
        let isBlind = dice.happens(model.neverLooks, .user)
        let drawn = dice.draw(model.reaction, .user)
        guard let time = reaction ?? (isBlind ? nil : drawn), time <= Story.reactionMax else {
            return
        }
        schedule(.reacts(fromNotification: true), in: time)
    }

    mutating func react(_ isTap: Bool) {
        guard device.isUnlocked || spoil == .ignoresLock else {
            let time = dice.draw(model.unlock, .user)
            schedule(.unlocks, in: time)
            return schedule(.reacts(fromNotification: isTap), in: time)
        }
        if result.opened == nil {
            result.opened = now
            result.isTap = isTap
        }
        open(fromNotification: isTap)
        if dice.happens(model.tapsTwice, .user) {
            schedule(
                .opens(process: device.process, fromNotification: isTap),
                in: max(.zero, device.isUpAt - now) + .milliseconds(300))
        }
    }

    /// The app is brought to the front.
    mutating func open(fromNotification isTap: Bool) {
        let time = bringUp()
        schedule(.opens(process: device.process, fromNotification: isTap), in: time)
    }

    mutating func show(_ isTap: Bool) {
        guard !payment.isOver else { return }
        device.isInFront = true
        tellApp(.tapped(isTap ? hash : nil))
    }

    /// Whoever was in the app leaves it.
    mutating func leave() {
        payment.isOver = true
        device.isInFront = false
        if device.isResident { tellApp(.closed) }
        giveBack()
    }
}
