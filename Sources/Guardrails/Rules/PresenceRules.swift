internal import CommandSupport
internal import ProcessCoordination

extension Rules {
    /// That each side knows within 100 ms what the other one is.
    static let presence: [Rule] =
        Rule.story(
            "presence", "each side learns that the other comes, rests, goes on and leaves",
            [
                .app("presence start"), .extension("presence start"),
                .app("presence wait active"), .extension("presence wait active"),
                .extension("presence suspend"), .app("presence wait suspended"),
                .extension("presence resume"), .app("presence wait active"),
                .app("presence suspend"), .extension("presence wait suspended"),
                .app("presence resume"), .extension("presence wait active"),
                .extension("presence stop"), .app("presence wait gone"),
            ]
        ) { pair throws(Violation) in try findEachOther(pair) }
        + [
            Rule("presence", "the death of either side is told within 100 ms") {
                device throws(Violation) in
                for side in Side.allCases {
                    try times(device, "a death", of: side) { pair throws(Violation) in
                        pair.kill(side)
                        return "gone"
                    }
                }
            },
            Rule("presence", "a stop of either side is told within 100 ms, and its going on") {
                device throws(Violation) in
                for side in Side.allCases {
                    try times(device, "a stop", of: side) { pair throws(Violation) in
                        try pair.process(side).stop()
                        return "suspended"
                    }
                    try times(device, "going on", of: side, isStopped: true) {
                        pair throws(Violation) in
                        try pair.process(side).resume()
                        return "active"
                    }
                }
            },
            Rule("presence", "whoever was stopped for minutes knows what is, not what was") {
                device throws(Violation) in
                for side in Side.allCases { try awake(side, on: device) }
            },
            Rule("presence", "suspends are counted, and a resume too many ends the process") {
                device throws(Violation) in try counting(device)
            },
            Rule("presence", "two that come at the same moment have one channel") {
                device throws(Violation) in
                for _ in 0..<20 {
                    let pair = Pair(device)
                    let both = try Side.allCases.map { side throws(Violation) in
                        try pair.process(side)
                    }
                    let begun = both.map { process in process.begin("presence start") }
                    for (process, number) in zip(both, begun) {
                        try expect(process.answer(to: number) == .ok(""), "both start")
                    }
                    for process in both { try process.tell("presence wait active") }
                    for side in Side.allCases { pair.kill(side) }
                    Tree.remove(device.groupDirectory)
                }
            },
            Rule("presence", "a channel that cannot be read is an error and no other channel") {
                device throws(Violation) in try unreadable(device)
            },
            Rule("presence", "of five extensions one finds no place, until another one dies") {
                device throws(Violation) in
                let four = try (0..<4).map { _ throws(Violation) in try device.start(.extension) }
                for process in four { try process.tell("presence start") }
                let fifth = try device.start(.extension)
                try fifth.expectRefusal("presence start", "noPlace")
                let app = try device.start(.app)
                try app.tell("presence start")
                try app.tell("presence wait active")
                device.kill(four[2])
                try fifth.tell("presence start")
                for process in four where !process.hasEnded { device.kill(process) }
                try patiently("the fifth is active") { () throws(Violation) in
                    try app.tell("presence probe") == "active"
                }
                device.kill(fifth)
                try app.tell("presence wait gone")
            },
            Rule("presence", "garbage in the channel is dropped, and costs next to nothing") {
                device throws(Violation) in
                for side in Side.allCases { try garbage(device, from: side) }
            },
            Rule("presence", "a side that hears its own words hears garbage") {
                device throws(Violation) in
                for side in Side.allCases {
                    let pair = Pair(device)
                    let (one, other) = (try pair.process(side), try pair.process(side.other))
                    try one.tell("presence start")
                    let number = other.begin("presence mirror 5")
                    // Until there is somebody to be asked, nothing is there to be sent back.
                    try patiently("the silent one is seen") { () throws(Violation) in
                        try one.tell("presence probe") == "suspended"
                    }
                    try expect(other.answer(to: number) == .ok("5"), "words are sent back")
                    try patiently("own words are dropped") { () throws(Violation) in
                        Int(try one.tell("presence dropped")) ?? 0 >= 5
                    }
                    try expect(one.tell("presence probe") != "active", "nobody is active")
                    for side in Side.allCases { pair.kill(side) }
                }
            },
            Rule("presence", "two that have nothing to say to each other do nothing") {
                device throws(Violation) in
                let pair = Pair(device)
                try findEachOther(pair)
                for side in Side.allCases {
                    let process = try pair.process(side)
                    let before = Int(try process.tell("presence cpu")) ?? 0
                    device.clock.pause(for: .milliseconds(500))
                    let after = Int(try process.tell("presence cpu")) ?? .max
                    try expect(after - before < 100, "\(after - before) ms of work in 500 ms")
                }
            },
        ]

    /// That the app takes over from the extension, but not a payment under way.
    static let takeover: [Rule] = [
        Rule("takeover", "an app launched while the extension runs takes over within 100 ms") {
            device throws(Violation) in
            try median("the takeover") { () throws(Violation) in
                let pair = Pair(device)
                let its = try pair.process(.extension)
                try its.tell("extension begin")
                let app = try pair.process(.app)
                _ = app.begin("presence start")
                let began = ContinuousClock.now
                try expect(its.event("takeover"), "the extension stops")
                let time = ContinuousClock.now - began
                try patiently("the app is active") { () throws(Violation) in
                    try its.tell("extension active") == "yes"
                }
                for side in Side.allCases { pair.kill(side) }
                return time
            }
        },
        Rule("takeover", "an app brought to the foreground takes over within 100 ms") {
            device throws(Violation) in
            let pair = Pair(device)
            let (app, its) = (try pair.process(.app), try pair.process(.extension))
            try app.tell("presence start")
            try app.tell("presence suspend")
            try its.tell("extension begin")
            try expect(its.tell("extension active") == "no", "the app is in the background")
            try median("the takeover") { () throws(Violation) in
                _ = app.begin("presence resume")
                let began = ContinuousClock.now
                try expect(its.event("takeover"), "the extension stops")
                let time = ContinuousClock.now - began
                try app.tell("presence suspend")
                while try its.tell("extension active") == "yes" {}
                return time
            }
        },
        Rule("takeover", "an extension that is connected to the peer goes on") {
            device throws(Violation) in
            let pair = Pair(device)
            let (app, its) = (try pair.process(.app), try pair.process(.extension))
            try its.tell("extension begin")
            try its.tell("extension connect")
            try app.tell("presence start")
            try app.tell("presence wait active")
            try expect(app.tell("presence other") == "connected", "the app is told why")
            try expect(its.tell("extension active") == "no", "the extension goes on")
            try expect(its.takeEvents().isEmpty, "nobody takes over")
            try expect(device.peer.connected == [its.pid], "the extension stays connected")
            try its.tell("extension close")
            try patiently("the next push is the app's") { () throws(Violation) in
                try its.tell("extension active") == "yes"
            }
            try device.check()
        },
        Rule("takeover", "an app that dies or is stopped hands the pushes back") {
            device throws(Violation) in
            let pair = Pair(device)
            let its = try pair.process(.extension)
            try pair.process(.app).tell("presence start")
            try its.tell("extension begin")
            try patiently("an active app is known") { () throws(Violation) in
                try its.tell("extension active") == "yes"
            }
            try pair.process(.app).stop()
            try patiently("a stopped app is not active") { () throws(Violation) in
                try its.tell("extension active") == "no"
            }
            try pair.process(.app).resume()
            try patiently("an app that goes on is") { () throws(Violation) in
                try its.tell("extension active") == "yes"
            }
            pair.kill(.app)
            try patiently("a dead app is not active") { () throws(Violation) in
                try its.tell("extension active") == "no"
            }
        },
    ]
}

// How the rules are shown.
extension Rules {
    static func expect(
        _ isTrue: @autoclosure () throws(Violation) -> Bool, _ sentence: String
    ) throws(Violation) {
        guard try isTrue() else { throw Violation(sentence) }
    }

    /// Asks again until it holds, for as long as an answer is waited for.
    static func patiently(
        _ sentence: String, _ isTrue: () throws(Violation) -> Bool
    ) throws(Violation) {
        let end = ContinuousClock.now + GuardrailsLimits.answerTime
        while try !isTrue() {
            try expect(ContinuousClock.now < end, sentence)
        }
    }

    /// Whatever was before: both sides are active and know it of each other.
    private static func findEachOther(_ pair: Pair) throws(Violation) {
        for side in Side.allCases { try pair.process(side).tell("presence ensure") }
        for side in Side.allCases { try pair.process(side).tell("presence wait active") }
    }

    /// Measures five times and wants most of them within 100 ms: on a machine with other things to do
    /// a process may not run for longer than that.
    private static func median(
        _ name: String, _ measure: () throws(Violation) -> Duration
    ) throws(Violation) {
        var times: [Duration] = []
        for _ in 0..<5 { times.append(try measure()) }
        let median = times.sorted()[2]
        try expect(
            median <= CoordinationLimits.presenceKnown,
            "\(name) is told within 100 ms, not \(median)")
    }

    /// How long it takes the other side to be told what `change` makes of a side.
    private static func times(
        _ device: Device, _ name: String, of side: Side, isStopped: Bool = false,
        _ change: (Pair) throws(Violation) -> String
    ) throws(Violation) {
        let pair = Pair(device)
        try median("\(name) of the \(side.name)") { () throws(Violation) in
            if !isStopped { try pair.process(side).resume() }
            try findEachOther(pair)
            let other = try pair.process(side.other)
            if isStopped {
                try pair.process(side).stop()
                try other.tell("presence wait suspended")
            }
            _ = other.takeEvents()
            let began = ContinuousClock.now
            let state = try change(pair)
            try expect(other.event("presence \(state)"), "the other side is told \(state)")
            return ContinuousClock.now - began
        }
        for side in Side.allCases { pair.kill(side) }
    }

    private static func awake(_ side: Side, on device: Device) throws(Violation) {
        let pair = Pair(device)
        try findEachOther(pair)
        let sleeper = try pair.process(side)
        try sleeper.stop()
        let other = try pair.process(side.other)
        // More than the sleeper's queue has room for, the last word among what is lost.
        for _ in 0..<20 {
            try other.tell("presence suspend")
            try other.tell("presence resume")
        }
        try other.tell("presence suspend")
        device.advance(by: .seconds(300))
        sleeper.resume()
        try sleeper.tell("presence wait suspended")
        try other.tell("presence resume")
        try sleeper.tell("presence wait active")
        try sleeper.stop()
        pair.kill(side.other)
        device.advance(by: .seconds(300))
        sleeper.resume()
        try sleeper.tell("presence wait gone")
        pair.kill(side)
    }

    private static func counting(_ device: Device) throws(Violation) {
        let pair = Pair(device)
        try findEachOther(pair)
        for side in Side.allCases {
            let (one, other) = (try pair.process(side), try pair.process(side.other))
            for _ in 0..<3 { try one.tell("presence suspend") }
            try other.tell("presence wait suspended")
            for _ in 0..<2 { try one.tell("presence resume") }
            try expect(other.tell("presence probe") == "suspended", "two of three are not all")
            try one.tell("presence resume")
            try other.tell("presence wait active")
        }
        for side in Side.allCases {
            try pair.process(side).tell("process hush")
            let answer = try pair.process(side).ask("presence resume")
            try expect(answer == .dead, "a resume too many traps, but: \(answer)")
            pair.kill(side)
        }
    }

    private static func unreadable(_ device: Device) throws(Violation) {
        let pair = Pair(device)
        try findEachOther(pair)
        for side in Side.allCases { pair.kill(side) }
        let file = "\(device.groupDirectory)/coordination/channel"
        let texts = [
            "", "garbage", String(repeating: "0", count: 40),
            String(repeating: "Z", count: 32) + "\n",
        ]
        for text in texts {
            do { try System.write(text, toFile: file) } catch {
                throw Violation("\(file) can be written")
            }
            for side in Side.allCases {
                try pair.process(side).expectRefusal("presence start", "channelUnreadable")
            }
        }
    }

    private static func garbage(_ device: Device, from side: Side) throws(Violation) {
        let pair = Pair(device)
        try findEachOther(pair)
        let (noisy, quiet) = (try pair.process(side), try pair.process(side.other))
        func number(_ command: String) throws(Violation) -> Int {
            Int(try quiet.tell(command)) ?? 0
        }
        let files = try number("presence files")
        let memory = try number("presence memory")
        let work = try number("presence cpu")
        let began = ContinuousClock.now
        let seed = UInt64.random(in: 0 ... .max, using: &device.random)
        let arrived = try noisy.tell("presence flood 400 \(seed)")
        try expect((Int(arrived) ?? 0) > 0, "garbage arrives")
        try expect(try number("presence dropped") > 0, "garbage is counted")
        let elapsed = Int((ContinuousClock.now - began) / .milliseconds(1))
        let worked = try number("presence cpu") - work
        try expect(worked * 2 < elapsed, "\(worked) ms of work in \(elapsed) ms")
        try expect(try number("presence files") <= files, "no descriptor is left open")
        let grown = try number("presence memory") - memory
        try expect(grown <= 16 * 1024, "nothing is kept, but \(grown) bytes were")
        // What was said before and after counts, and the place the noise came from is left again.
        try patiently("the other side is still heard") { () throws(Violation) in
            try quiet.tell("presence probe") == "active"
        }
        try noisy.tell("presence suspend")
        try quiet.tell("presence wait suspended")
        for side in Side.allCases { pair.kill(side) }
    }
}
