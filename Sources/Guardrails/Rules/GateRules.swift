internal import ProcessCoordination
internal import SecureFiles

extension Rules {
    /// Who may be connected to the peer, and what the app knows of it.
    static let gate: [Rule] =
        Rule.story(
            "heartbeat", "the extension is connected, then the app, never both",
            [
                .extension("gate enter 1000"),
                .app("gate beat", "ok fresh"),
                .app("gate enter 100", "refused deadline"),
                .extension("gate close"),
                .app("gate beat", "ok ended"),
                .app("gate enter 1000"),
                .extension("gate enter 1000", "refused appConnected"),
                .app("gate close"),
                .extension("gate enter 1000"),
                .extension("gate close"),
            ]
        ) { pair throws(Violation) in
            // Whoever is left closes; then each side can be connected within moments.
            for side in Side.allCases { try pair.process(side).tell("gate close") }
            for side in Side.allCases {
                try pair.process(side).tell("gate enter 2000")
                try pair.process(side).tell("gate close")
            }
        } + GateScenes.rules
}

/// What happens at the gate.
enum GateScenes {
    private static let room = "heartbeat"

    static let rules: [Rule] = [
        Rule(
            room,
            "an app launched while the extension is connected says so, and goes on by itself"
        ) {
            device throws(Violation) in
            let `extension` = try device.start(.extension)
            try `extension`.tell("gate enter 1000")
            try takeTurn(device, from: `extension`, to: device.start(.app))
        },
        Rule(room, "an app that is brought to the foreground does the same") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("gate enter 1000")
            try app.tell("gate close")
            let `extension` = try device.start(.extension)
            try `extension`.tell("gate enter 1000")
            try takeTurn(device, from: `extension`, to: app)
        },
        Rule(room, "a crashed extension keeps the app waiting no longer") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try `extension`.tell("gate enter 1000")
            let number = try waiting(app)
            device.kill(`extension`)
            try goesOn(app, number, within: .seconds(1))
        },
        Rule(
            room, "an extension that is stopped for minutes keeps the gate, and goes on afterwards"
        ) {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try `extension`.tell("gate enter 1000")
            try `extension`.stop()
            device.advance(by: .seconds(600))
            try LeaseScenes.expect(app, "gate beat", "stale")
            try app.expectRefusal("gate enter 200", "deadline")
            `extension`.resume()
            try LeaseScenes.expect(`extension`, "gate valid", "yes")
            try app.expectRefusal("gate enter 100", "deadline")
            try `extension`.tell("gate close")
            try app.tell("gate enter 1000")
        },
        Rule(
            room,
            "an app that is stopped for minutes keeps the gate, and the extension does not wait"
        ) {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try app.tell("gate enter 1000")
            try app.stop()
            device.advance(by: .seconds(600))
            let began = ContinuousClock.now
            try `extension`.expectRefusal("gate enter 10000", "appConnected")
            guard ContinuousClock.now - began < .seconds(2) else {
                throw Violation("the extension is refused at once")
            }
            device.kill(app)
            try `extension`.tell("gate enter 1000")
        },
        Rule(room, "clocks that jump open nothing") { device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try `extension`.tell("gate enter 1000")
            for seconds in [3_600, -7_200, 86_400] {
                device.clock.jumpWall(by: Int64(seconds) * 1_000)
                device.advance(by: .seconds(seconds))
                try app.expectRefusal("gate enter 100", "deadline")
            }
            try `extension`.tell("gate close")
            try app.tell("gate enter 1000")
        },
        Rule(room, "after a reboot nothing keeps the app waiting") { device throws(Violation) in
            try device.start(.extension).tell("gate enter 1000")
            device.reboot()
            let app = try device.start(.app)
            try LeaseScenes.expect(app, "gate beat", "stale")
            try app.tell("gate enter 0")
        },
        Rule(room, "it beats by itself every two seconds, and a beat is fresh for five") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try LeaseScenes.expect(app, "gate beat", "none")
            try `extension`.tell("gate enter 1000")
            // From the past and from the future, until it beats again.
            for jump in [6, -60] {
                device.advance(by: .seconds(jump))
                try LeaseScenes.expect(app, "gate beat", "stale")
                let deadline = ContinuousClock.now + .seconds(4)
                while try app.tell("gate beat") != "fresh" {
                    guard ContinuousClock.now < deadline else { throw Violation("it beats again") }
                    device.clock.pause(for: .milliseconds(20))
                }
            }
            device.advance(by: .seconds(2))
            try LeaseScenes.expect(app, "gate beat", "fresh")
            try `extension`.tell("gate close")
            try LeaseScenes.expect(app, "gate beat", "ended")
        },
        Rule(room, "garbage keeps the app waiting for five seconds, and lets nobody else in") {
            device throws(Violation) in
            try garbage(device)
        },
        Rule(room, "a permit whose lock was removed is worth nothing") { device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("gate enter 1000")
            try LeaseScenes.expect(app, "gate valid", "yes")
            do {
                try coordination(device).unlink("peer.lock")
            } catch { throw Violation("the lock can be removed: \(error)") }
            try LeaseScenes.expect(app, "gate valid", "no")
        },
        Rule(room, "of several extensions one is connected, the others wait their time") {
            device throws(Violation) in
            var extensions: [DeviceProcess] = []
            for _ in 0..<3 { extensions.append(try device.start(.extension)) }
            let numbers = extensions.map { process in process.begin("gate enter 300") }
            let answers = zip(extensions, numbers).map { process, number in
                process.answer(to: number)
            }
            guard answers.filter({ answer in answer == .ok("") }).count == 1,
                answers.filter({ answer in answer == .refused("deadline") }).count == 2
            else { throw Violation("one is through, two are not, but: \(answers)") }
            try device.check()
        },
        Rule(room, "never both, whatever is killed, stopped and moved anywhere at the gate") {
            device throws(Violation) in
            try chance(device)
        },
    ]

    private static func coordination(_ device: Device) throws(FileError) -> SecureDirectory {
        try SecureDirectory(path: device.groupDirectory, creating: true)
            .openSubdirectory("coordination", creating: true)
    }

    /// Begins to enter, and waits until the app says why it waits.
    private static func waiting(_ app: DeviceProcess) throws(Violation) -> UInt64 {
        let number = app.begin("gate enter 9000")
        guard try app.event("gate waiting receivingInBackground") else {
            throw Violation("the app says that a payment is being received")
        }
        return number
    }

    private static func goesOn(
        _ app: DeviceProcess, _ number: UInt64, within wait: Duration
    ) throws(Violation) {
        let answer = app.answer(to: number, within: wait)
        guard answer == .ok("") else {
            throw Violation("the app goes on by itself, but: \(answer)")
        }
        guard try app.event("gate open", within: .seconds(1)) else {
            throw Violation("the app says that it goes on")
        }
    }

    private static func takeTurn(
        _ device: Device, from former: DeviceProcess, to app: DeviceProcess
    ) throws(Violation) {
        let number = try waiting(app)
        guard app.answer(to: number, within: .milliseconds(100)) == .silent,
            device.peer.connected == [former.pid]
        else { throw Violation("the app waits") }
        try former.tell("gate close")
        try goesOn(app, number, within: .seconds(1))
        guard device.peer.connected == [app.pid] else { throw Violation("the app is connected") }
        try former.expectRefusal("gate enter 1000", "appConnected")
        try device.check()
    }

    private static func garbage(_ device: Device) throws(Violation) {
        var bytes = [UInt8](repeating: 0, count: 64)
        for index in bytes.indices { bytes[index] = .random(in: 1...255, using: &device.random) }
        do {
            try coordination(device).replace("heartbeat", with: bytes.span)
        } catch { throw Violation("the heartbeat can be written: \(error)") }
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        let number = try waiting(app)
        try `extension`.expectRefusal("gate enter 1000", "appConnected")
        device.advance(by: .seconds(5))
        try goesOn(app, number, within: .seconds(2))
        try app.tell("gate close")
        try `extension`.tell("gate enter 1000")
        do {
            let note = try coordination(device).openShared("peer.lock", size: 64)
            try note.write(bytes.span, at: 0)
        } catch { throw Violation("the lock's note can be written: \(error)") }
        try app.expectRefusal("gate enter 100", "deadline")
        try device.start(.extension).expectRefusal("gate enter 100", "deadline")
        try device.check()
    }

    private static func chance(_ device: Device) throws(Violation) {
        let sides: [Side] = [.app, .extension, .extension]
        var processes: [DeviceProcess?] = [nil, nil, nil]
        var entered = 0
        for _ in 0..<120 {
            let place = Int.random(in: 0..<3, using: &device.random)
            guard let process = processes[place] else {
                processes[place] = try device.start(sides[place])
                continue
            }
            switch Int.random(in: 0..<10, using: &device.random) {
            case 0:
                device.kill(process)
                processes[place] = nil
            case 1: try process.stop()
            case 2, 3: process.resume()
            case 4: device.advance(by: .seconds(Int.random(in: -400...600, using: &device.random)))
            case 5, 6: _ = process.begin("gate close")
            default:
                let wait = Int.random(in: 0...60, using: &device.random)
                let number = process.begin("gate enter \(wait)")
                let patience = Duration.milliseconds(
                    Int.random(in: 0...20, using: &device.random))
                if process.answer(to: number, within: patience) == .ok("") { entered += 1 }
            }
            try device.check()
        }
        for process in processes {
            if let process { device.kill(process) }
        }
        let app = try device.start(.app)
        try app.tell("gate enter 6000")
        try device.check()
        guard entered > 0 else { throw Violation("somebody is connected now and then") }
    }
}
