internal import ProcessCoordination

extension Rules {
    /// That each message is handed to one notification, in whichever process, and none is lost.
    static let messages: [Rule] =
        [
            Rule("messages", "two notifications are handed different messages") {
                device throws(Violation) in
                let `extension` = try device.start(.extension)
                try `extension`.tell("messages send 1 1 4")
                let one = try `extension`.tell("messages notification")
                let two = try `extension`.tell("messages notification")
                try expect(`extension`, "messages get \(one) 1", "1")
                try expect(`extension`, "messages get \(two) 1", "2")
                try `extension`.tell("messages body \(one)")
                try `extension`.tell("messages body \(two)")
                // In another process too.
                let app = try device.start(.app)
                let three = try app.tell("messages notification")
                try expect(app, "messages get \(three) 1", "3")
                try expect(app, "messages ack \(three) 1 3 next", "4")
                try app.tell("messages body \(three)")
            },
            Rule("messages", "a repeated call is told apart from a call for the next") {
                device throws(Violation) in
                let app = try device.start(.app)
                try app.tell("messages send 1 1 3")
                let one = try app.tell("messages notification")
                try expect(app, "messages get \(one) 1", "1")
                try expect(app, "messages get \(one) 1", "1 again")
                try expect(app, "messages get \(one) 1 after 1", "2")
                try expect(app, "messages get \(one) 1 after 1", "2 again")
                try expect(app, "messages ack \(one) 1 1", "none")
                try expect(app, "messages ack \(one) 1 2 next", "3")
                try app.expectRefusal("messages ack \(one) 1 2", "notHeld")
                try app.expectRefusal("messages get \(one) 1 after 99", "previousUnknown")
                try expect(app, "messages ack \(one) 1 3 next", "none")
                try expect(app, "messages left 1", "0")
            },
            Rule("messages", "a slow notification keeps no other waiting") {
                device throws(Violation) in
                let `extension` = try device.start(.extension)
                try `extension`.tell("messages send 1 1 10")
                let slow = try `extension`.tell("messages notification")
                try expect(`extension`, "messages get \(slow) 1", "1")
                try expect(`extension`, "messages work 1", "9")
                try expect(`extension`, "messages left 1", "0")
                try `extension`.tell("messages ack \(slow) 1 1")
            },
            Rule("messages", "what a killed process had in hand is handed out again") {
                device throws(Violation) in
                let app = try device.start(.app)
                let `extension` = try device.start(.extension)
                try app.tell("messages send 1 1 3")
                let its = try `extension`.tell("messages notification")
                try expect(`extension`, "messages get \(its) 1", "1")
                try expect(`extension`, "messages get \(its) 1 after 1", "2")
                let mine = try app.tell("messages notification")
                try expect(app, "messages get \(mine) 1", "3")
                device.kill(`extension`)
                let other = try app.tell("messages notification")
                try expect(app, "messages get \(other) 1", "1")
                try app.tell("messages body \(other)")
                try expect(app, "messages get \(other) 1 after 1", "2")
            },
            Rule("messages", "what a stopped process has in hand is its own for its time") {
                device throws(Violation) in
                let app = try device.start(.app)
                let `extension` = try device.start(.extension)
                try app.tell("messages send 1 1 1")
                let its = try `extension`.tell("messages notification")
                try expect(`extension`, "messages get \(its) 1", "1")
                try `extension`.stop()
                let mine = try app.tell("messages notification")
                device.advance(by: .seconds(120))
                try expect(app, "messages get \(mine) 1", "none")
                device.advance(by: .seconds(180))
                try expect(app, "messages get \(mine) 1", "1")
                `extension`.resume()
                try `extension`.expectRefusal("messages body \(its)", "notHeld")
                try `extension`.expectRefusal("messages ack \(its) 1 1", "notHeld")
                try app.tell("messages ack \(mine) 1 1")
            },
            Rule("messages", "after a reboot everything that was in hand is handed out again") {
                device throws(Violation) in
                let before = try device.start(.extension)
                try before.tell("messages send 1 1 2")
                let its = try before.tell("messages notification")
                try expect(before, "messages get \(its) 1", "1")
                device.reboot()
                let after = try device.start(.extension)
                try expect(after, "messages work 1", "2")
            },
            Rule("messages", "of two processes killed at random none loses a message") {
                device throws(Violation) in
                var killing = ReaderKilling(device)
                try killing.run(kills: 10)
            },
        ]
        + Rule.story(
            "messages", "messages go from hand to hand",
            [
                .extension("messages send 1 1 4"),
                .extension("messages notification", "ok 1"),
                .extension("messages get 1 1", "ok 1"),
                .app("messages notification", "ok 1"),
                .app("messages get 1 1", "ok 2"),
                .extension("messages ack 1 1 1 next", "ok 3"),
                .app("messages ack 1 1 2", "ok none"),
                .extension("messages ack 1 1 3", "ok none"),
                .app("messages get 1 1", "ok 4"),
                .app("messages ack 1 1 4", "ok none"),
            ]
        ) { pair throws(Violation) in
            // Whoever is left gives back what it had; then everything can be taken, by one of them.
            for side in Side.allCases {
                _ = try pair.process(side).ask("messages end 1")
            }
            let app = try pair.process(.app)
            try app.tell("messages work 1")
            try expect(app, "messages left 1", "0")
            try expect(app, "messages work 1", "0")
        }
}

/// Two processes that take messages from one queue, either of which is killed at random moments.
public struct ReaderKilling {
    private let device: Device
    private var sent = 0
    private var finished: Set<Int> = []
    /// Handed out in an earlier round.
    private var begun: Set<Int> = []
    /// Messages handed out again because whoever had them was killed.
    public private(set) var repeated = 0

    /// Begins with a device of its own.
    public init(_ device: Device) { self.device = device }

    /// Messages that were sent and all taken.
    public var count: Int { sent }

    /// Kills a reader so often, then lets another take what is left.
    public mutating func run(kills: Int) throws(Violation) {
        for _ in 0..<kills {
            let readers = [try device.start(.app), try device.start(.extension)]
            try readers[0].tell("messages send 1 \(sent + 1) \(sent + 8)")
            sent += 8
            let numbers = readers.map { reader in reader.begin("messages work 1") }
            let victim = Int.random(in: 0...1, using: &device.random)
            let microseconds = Int.random(in: 0..<30_000, using: &device.random)
            device.clock.pause(for: .microseconds(microseconds))
            device.kill(readers[victim])
            let answer = readers[1 - victim].answer(to: numbers[1 - victim], within: .seconds(30))
            guard case .ok = answer else { throw Violation("the other goes on, but: \(answer)") }
            try count(readers.map { reader in reader.takeEvents() }, victim)
            device.kill(readers[1 - victim])
        }
        let last = try device.start(.app)
        try last.tell("messages work 1", within: .seconds(30))
        try count([last.takeEvents()], 0)
        guard finished.count >= sent - kills, try last.tell("messages left 1") == "0" else {
            throw Violation("all \(sent) are taken, but: \(finished.count)")
        }
    }

    /// Takes in what each reader told: a message that was finished with is handed to nobody else, and
    /// only what the victim had is handed out twice.
    private mutating func count(_ events: [[String]], _ victim: Int) throws(Violation) {
        var handed: [Int: Int] = [:]
        for (reader, events) in events.enumerated() {
            for event in events {
                let words = event.split(separator: " ")
                guard words.count == 2, let number = Int(words[1]) else { continue }
                if words[0] == "handed" {
                    guard !finished.contains(number) else {
                        throw Violation("\(number) was finished with and is handed out again")
                    }
                    if let other = handed[number], other != reader {
                        repeated += 1
                        guard other == victim || reader == victim else {
                            throw Violation("\(number) is handed to two")
                        }
                    }
                    if begun.remove(number) != nil { repeated += 1 }
                    handed[number] = reader
                }
            }
        }
        begun.formUnion(handed.keys)
        for events in events {
            for event in events where event.hasPrefix("finished ") {
                guard let number = Int(event.dropFirst(9)), finished.insert(number).inserted else {
                    throw Violation("\(event) twice")
                }
            }
        }
    }
}
