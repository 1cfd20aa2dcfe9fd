internal import ProcessCoordination

extension Rules {
    /// That gates close and open in order and in time, with the app and with the extension.
    static let phases: [Rule] = [
        Rule("phases", "gates close in order, the database last") { device throws(Violation) in
            let app = try device.start(.app)
            let receive = try app.tell("phase begin receiveNetwork 0")
            try app.tell("phase background")
            try expect(app, "phase closed", "notificationNetwork receiveNetwork")
            let send = try app.tell("phase begin sendNetwork 0")
            try app.tell("phase end \(receive)")
            try expect(
                app, "phase closed",
                "notificationNetwork receiveNetwork messageDelivery sendNetwork")
            try app.expectRefusal("phase begin sendNetwork 0", "deadline")
            let write = try app.tell("phase begin database 0")
            try app.tell("phase end \(write)")
            try app.tell("phase end \(send)")
            guard try app.event("network-idle") else {
                throw Violation("the app is told that the network is idle")
            }
            try app.tell("phase suspended")
            guard try app.event("suspended 1 commanded 0") else {
                throw Violation("the app is told that it may be suspended")
            }
            try app.expectRefusal("phase begin database 0", "deadline")
        },
        Rule("phases", "blocked operations go on with active") { device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("phase suspended")
            let numbers = GatedOperation.allCases.map { operation in
                app.begin("phase begin \(operation) 600000")
            }
            try eventually("all five wait") { app.ask("phase waiting") == .ok("5") }
            try app.tell("phase active")
            for number in numbers {
                let answer = app.answer(to: number)
                guard case .ok = answer else { throw Violation("it goes on, but: \(answer)") }
            }
        },
        Rule("phases", "nobody waits at a gate longer than it said") { device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("phase suspended")
            let number = app.begin("phase begin database 60000")
            try eventually("it waits") { app.ask("phase waiting") == .ok("1") }
            device.advance(by: .seconds(60))
            try refused(app.answer(to: number), "deadline")
            try app.expectRefusal("phase begin receiveNetwork 50", "deadline")
        },
        Rule("phases", "the cap is 20 seconds by the clock, whatever is under way") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("phase begin sendNetwork 0")
            try app.tell("phase begin receiveNetwork 0")
            try app.tell("phase background")
            device.advance(by: .seconds(15))
            try expect(app, "phase now", "background")
            device.advance(by: .seconds(5))
            try expect(app, "phase now", "suspended")
            try app.expectRefusal("phase begin messageDelivery 0", "deadline")
            guard try app.event("suspended 1 time 2") else {
                throw Violation("both are told as unfinished")
            }
        },
        Rule("phases", "a suspension that was called off cuts no later one short") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("phase background")
            device.advance(by: .seconds(15))
            try app.tell("phase active")
            try app.tell("phase background")
            device.advance(by: .seconds(15))
            try expect(app, "phase now", "background")
            device.advance(by: .seconds(5))
            try expect(app, "phase now", "suspended")
            try onceSuspended(app)
        },
        Rule("phases", "a suspension is told once, however often it is commanded") {
            device throws(Violation) in
            let app = try device.start(.app)
            for command in ["background", "suspended", "suspended", "background"] {
                try app.tell("phase \(command)")
            }
            device.advance(by: .seconds(60))
            try expect(app, "phase now", "suspended")
            try onceSuspended(app)
        },
        Rule("phases", "an app that is stopped for minutes in the background is suspended after") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("phase background")
            try app.stop()
            device.advance(by: .seconds(300))
            app.resume()
            guard try app.event("suspended 1 time 0") else {
                throw Violation("the app finds its time used up")
            }
        },
        Rule("phases", "the wall clock moves no phase, and a clock that goes back ends the wait") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("phase background")
            for jump in [Int64(86_400_000), -172_800_000] {
                device.clock.jumpWall(by: jump)
                try expect(app, "phase now", "background")
            }
            device.advance(by: .seconds(-3_600))
            try expect(app, "phase now", "suspended")
        },
        Rule("phases", "what is no phase is refused") { device throws(Violation) in
            let app = try device.start(.app)
            try app.expectRefusal("phase", "phaseUnknown")
            try app.expectRefusal("phase sleeping", "phaseUnknown")
            try app.expectRefusal("phase active now", "phaseUnknown")
            try expect(app, "phase now", "active")
        },
        Rule("phases", "the extension is suspended behind its last notification only") {
            device throws(Violation) in
            let `extension` = try device.start(.extension)
            let one = try `extension`.tell("phase notification")
            let two = try `extension`.tell("phase notification")
            try `extension`.tell("phase end \(one)")
            device.advance(by: .seconds(60))
            try expect(`extension`, "phase now", "active")
            try `extension`.tell("phase end \(two)")
            device.advance(by: .seconds(2))
            guard try `extension`.event("suspended 1 idle 0") else {
                throw Violation("the extension is suspended")
            }
            try expect(`extension`, "phase now", "suspended")
        },
        Rule("phases", "a new notification calls the extension's suspension off") {
            device throws(Violation) in
            let `extension` = try device.start(.extension)
            let one = try `extension`.tell("phase notification")
            try `extension`.tell("phase end \(one)")
            let two = try `extension`.tell("phase notification")
            device.advance(by: .seconds(60))
            try expect(`extension`, "phase now", "active")
            // Also one that comes while everything closes already.
            try `extension`.tell("phase begin sendNetwork 0")
            try `extension`.tell("phase end \(two)")
            device.advance(by: .seconds(2))
            try expect(`extension`, "phase now", "background")
            try `extension`.tell("phase notification")
            device.advance(by: .seconds(60))
            try expect(`extension`, "phase now", "active")
            guard !`extension`.takeEvents().contains(where: { $0.hasPrefix("suspended") }) else {
                throw Violation("no suspension is told")
            }
        },
    ]

    /// A command is answered so.
    static func expect(
        _ process: DeviceProcess, _ command: String, _ expected: String
    ) throws(Violation) {
        let answer = try process.tell(command)
        guard answer == expected else {
            throw Violation("“\(command)” answers “\(expected)”, but: “\(answer)”")
        }
    }

    /// An answer is a refusal that begins so.
    static func refused(_ answer: Answer, _ reason: String) throws(Violation) {
        guard case .refused(let given) = answer, given.hasPrefix(reason) else {
            throw Violation("it is refused for \(reason), but: \(answer)")
        }
    }

    /// Something becomes so within the time an answer may take.
    static func eventually(_ what: String, _ isSo: () -> Bool) throws(Violation) {
        let deadline = ContinuousClock.now + GuardrailsLimits.answerTime
        while !isSo() {
            guard ContinuousClock.now < deadline else { throw Violation(what) }
        }
    }

    private static func onceSuspended(_ process: DeviceProcess) throws(Violation) {
        guard try process.event("suspended") else { throw Violation("a suspension is told") }
        guard !process.takeEvents().contains(where: { $0.hasPrefix("suspended") }) else {
            throw Violation("a suspension is told once")
        }
    }
}
