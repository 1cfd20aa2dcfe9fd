internal import WakeToComplete

/// What the app's machine asks for, done.
extension Story {
    mutating func tellApp(_ event: NodeCoordinator.Event) {
        let effects = app.handle(event, at: now)
        appDeadline = app.deadline
        for effect in effects { perform(effect) }
    }

    private mutating func perform(_ effect: NodeCoordinator.Effect) {
        switch effect {
        case .begin(let step, let number, let wait): begin(step, number, wait)
        // The lease is kept as long as it is renewed.
        case .renewLease: break
        case .complete(let last, let result, _, _):
            complete(last, result)
            if spoil == .completesTwice { complete(last, result) }
        case .show(let state):
            guard state == .expired, dice.happens(model.pressesRetry, .user) else { break }
            let time = dice.draw(model.retriesAfter, .user)
            if device.isInFront { schedule(.retries(process: device.process), in: time) }
        case .writeReceived: device.written += 1
        case .tapEnded(let outcome):
            // The next attempt to bring it up is another one.
            if case .failed = outcome { device.wokenAt = nil }
        case .everythingElse: break
        case .measured(let measurement): measure(measurement)
        }
    }

    private mutating func complete(_ last: UInt32, _ outcome: BackgroundFetchResult) {
        guard spoil != .neverCompletes else { return }
        guard last > device.pushesCompleted, last <= device.pushesHanded else {
            return result.note(.pushCompletedTwice)
        }
        let count = Int(last - device.pushesCompleted)
        device.pushesCompleted = last
        if !device.isInFront, device.isUpAt <= now { device.wokenAt = nil }
        result.silentCompleted += count
        guard outcome == .newData else { return }
        result.silentReceived += count
        if !device.isUnlocked { result.silentReceivedLocked += count }
    }

    private mutating func measure(_ measurement: NodeCoordinator.Measurement) {
        guard case .connected = measurement, let woken = device.wokenAt else { return }
        // From the wake or the tap, the launch with it, which the machine cannot know.
        if result.connectedAfter == nil { result.connectedAfter = now - woken }
    }

    private mutating func begin(_ step: NodeStep, _ number: UInt32, _ wait: Duration) {
        // As the driver does: the step before is cancelled, and waited for unless it may hang.
        var begins = now
        if device.step != nil, device.stepEnds > now {
            let mayOverlap = device.step == .connect || device.step == .sync
            let returns = now + dice.draw(model.cancelled, .stop)
            if !mayOverlap { begins = min(device.stepEnds, returns) }
        }
        if step == .stop {
            device.isConnected = false
            tellServerOfConnection(false)
        }
        let (time, succeeded) = outcome(of: step, wait, begins)
        device.step = step
        device.stepNumber = number
        device.stepEnds = begins + time
        schedule(
            .stepEnds(
                process: device.process, step, number: number, succeeded: succeeded),
            in: device.stepEnds - now)
    }

    /// How long a step will take, and whether it will go well.
    private mutating func outcome(
        of step: NodeStep, _ wait: Duration, _ begins: Duration
    ) -> (Duration, Bool) {
        switch step {
        case .lease:
            let time = dice.draw(model.lease, .lease)
            let taken = max(.zero, device.leaseTakenUntil - begins)
            return taken > wait ? (wait + time, false) : (taken + time, true)
        case .setUp: return (dice.draw(model.setUp, .node), true)
        case .start:
            let time = dice.draw(model.start, .node)
            return (time, !dice.happens(model.startFails, .node))
        case .connect:
            let time = dice.draw(model.connect, .node)
            return (time, !dice.happens(model.connectFails, .node))
        case .sync:
            let time = dice.draw(model.sync, .node)
            return (time, !dice.happens(model.syncFails, .node))
        case .stop: return (dice.draw(model.stop, .stop), true)
        case .release: return (dice.draw(model.lease, .lease), true)
        }
    }

    mutating func endStep(_ step: NodeStep, _ number: UInt32, _ succeeded: Bool) {
        // A step that was cancelled changes nothing, but its answer comes all the same.
        let isCurrent = number == device.stepNumber
        let isGood = succeeded && (step != .setUp || device.isUnlocked || spoil == .ignoresLock)
        if isCurrent {
            device.step = nil
            if isGood { change(step) }
        }
        tellApp(.ended(number, succeeded: isGood))
    }

    private mutating func change(_ step: NodeStep) {
        switch step {
        case .lease: device.hasLease = true
        case .setUp:
            if !device.hasLease { result.note(.nodeWithoutLease) }
            if !device.isUnlocked { result.note(.nodeWithoutKeys) }
        case .start:
            if !device.hasLease { result.note(.nodeWithoutLease) }
            device.isNodeRunning = true
        case .connect: connect()
        case .sync: break
        case .stop: device.isNodeRunning = false
        case .release:
            if device.isNodeRunning { result.note(.nodeWithoutLease) }
            if spoil != .keepsLease { device.hasLease = false }
        }
    }

    private mutating func connect() {
        guard device.isNodeRunning else { return result.note(.nodeWithoutLease) }
        // Connected again is connected.
        guard !device.isConnected else { return }
        device.isConnected = true
        tellServerOfConnection(true)
        // What was passed on while we were not there comes again now.
        guard payment.waitsAtDevice != 0 else { return }
        let time = dice.draw(model.lastHop, .network)
        schedule(.reachesDevice(payment.waitsAtDevice), in: time)
        payment.waitsAtDevice = 0
    }

    /// The node tells the app of the payment.
    mutating func tellReceived() {
        if spoil == .writesTwice, device.written > 0 { device.written += 1 }
        tellApp(
            .received(ReceivedPayment(id: hash, hash: hash, amountMsat: Payment.amountMsat)))
    }
}
