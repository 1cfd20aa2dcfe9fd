internal import ProcessCoordination

extension Rules {
    /// That two real processes share a real database and neither hurts the other.
    static let database: [Rule] = [
        Rule("database", "of two writers, one killed at random, no commit is lost") {
            device throws(Violation) in
            var killing = WriterKilling(device)
            try killing.run(kills: 20)
        },
        Rule("database", "two writers that never rest let each other in") {
            device throws(Violation) in
            let writers = [try device.start(.app), try device.start(.extension)]
            let numbers = try writers.map { writer throws(Violation) in
                try writer.tell("database check")
                return writer.begin("database write 1 100 5000")
            }
            for (writer, number) in zip(writers, numbers) {
                let answer = writer.answer(to: number, within: .seconds(60))
                guard case .ok = answer else {
                    throw Violation("the \(writer.side.name) writes it all, but: \(answer)")
                }
                try writer.tell("database holds \(writer.side.name) 100")
            }
            try writers[0].tell("database check")
        },
        Rule("database", "a holder that is stopped is waited for no longer than said") {
            device throws(Violation) in
            let app = try device.start(.app)
            let `extension` = try device.start(.extension)
            _ = `extension`.begin("database hold 600000")
            guard try `extension`.event("holding") else {
                throw Violation("the extension is inside")
            }
            try `extension`.stop()
            let began = ContinuousClock.now
            try app.expectRefusal("database write 1 1 300", "held")
            let time = ContinuousClock.now - began
            guard time >= .milliseconds(300), time < .seconds(5) else {
                throw Violation("it is refused after 300 ms, but: after \(time)")
            }
            // The kernel frees what a dead process held.
            device.kill(`extension`)
            try app.tell("database write 1 1 1000")
            try app.tell("database holds app 1")
        },
        Rule("database", "a wait that a clock's jump used up ends") { device throws(Violation) in
            let app = try device.start(.app)
            let `extension` = try device.start(.extension)
            _ = `extension`.begin("database hold 600000")
            guard try `extension`.event("holding") else {
                throw Violation("the extension is inside")
            }
            let number = app.begin("database write 1 1 9000")
            // More than one jump, since it may not have begun to wait before the first.
            var answer = Answer.silent
            for _ in 0..<30 where answer == .silent {
                device.advance(by: .seconds(60))
                answer = app.answer(to: number, within: .milliseconds(200))
            }
            try refused(answer, "held")
        },
        Rule("database", "whoever is suspended neither enters nor holds it") {
            device throws(Violation) in
            let app = try device.start(.app)
            let `extension` = try device.start(.extension)
            let number = app.begin("database write 1 1000000 100")
            guard try app.event("committed 3") else { throw Violation("the app writes") }
            try app.tell("phase suspended")
            guard try app.event("suspended 1 commanded 0") else {
                throw Violation("what was under way finishes")
            }
            try refused(app.answer(to: number), "suspended")
            try app.stop()
            try `extension`.tell("database write 1 5 0")
            app.resume()
            let waiting = app.begin("database write 1 3 9000")
            try app.tell("phase active")
            guard case .ok = app.answer(to: waiting) else {
                throw Violation("it goes on with active")
            }
            try app.tell("database holds extension 5")
            try app.tell("database check")
        },
    ]
}

/// Two processes that write, one of which is killed at a random moment again and again; the other
/// goes on, and what both had acknowledged has to be there.
public struct WriterKilling {
    private let device: Device
    /// The last payment each writer said it had committed: they go one after another from 1 on.
    private var acknowledged: [Side: Int] = [.app: 0, .extension: 0]
    /// The longest wait for the database a writer told of.
    public private(set) var longestWait = Duration.zero
    /// How long a writer waits at most.
    private static let wait = Duration.seconds(5)

    /// Begins with a device of its own.
    public init(_ device: Device) { self.device = device }

    /// Payments that were acknowledged by both together.
    public var commits: Int { acknowledged.values.reduce(0, +) }

    /// Kills a writer so often.
    public mutating func run(kills: Int) throws(Violation) {
        var survivor = Side.app
        for _ in 0..<kills {
            try kill(survivor.other, beside: survivor)
            if Bool.random(using: &device.random) { survivor = survivor.other }
        }
    }

    private mutating func kill(_ victimSide: Side, beside side: Side) throws(Violation) {
        let survivor = try device.start(side)
        let victim = try device.start(victimSide)
        let wait = Int(WriterKilling.wait / .milliseconds(1))
        _ = victim.begin("database write \(next(victimSide)) 100000 \(wait)")
        let number = survivor.begin("database write \(next(side)) 8 \(wait)")
        let microseconds = Int.random(in: 0..<40_000, using: &device.random)
        device.clock.pause(for: .microseconds(microseconds))
        device.kill(victim)
        let answer = survivor.answer(to: number, within: .seconds(30))
        guard case .ok(let longest) = answer, let longest = Int(longest) else {
            throw Violation("the \(side.name) goes on writing, but: \(answer)")
        }
        longestWait = max(longestWait, .milliseconds(longest))
        guard longestWait <= WriterKilling.wait else {
            throw Violation("nobody waits longer than \(wait) ms, but: \(longest) ms")
        }
        count(victim.takeEvents(), of: victimSide)
        count(survivor.takeEvents(), of: side)
        try survivor.tell("database check")
        for side in Side.allCases {
            try survivor.tell("database holds \(side.name) \(acknowledged[side] ?? 0)")
        }
        device.kill(survivor)
    }

    private func next(_ side: Side) -> Int { (acknowledged[side] ?? 0) + 1 }

    private mutating func count(_ events: [String], of side: Side) {
        for event in events {
            let words = event.split(separator: " ")
            guard words.first == "committed", words.count == 2, let number = Int(words[1]) else {
                continue
            }
            acknowledged[side] = max(acknowledged[side] ?? 0, number)
        }
    }
}
