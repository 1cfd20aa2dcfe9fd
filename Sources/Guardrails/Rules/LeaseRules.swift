internal import ProcessCoordination
internal import SecureFiles

extension Rules {
    /// Who may use the lightning node, and for how long.
    static let lease: [Rule] =
        Rule.story(
            "lease", "one process at a time has it, and only that one gives it back",
            [
                .app("lease lock lightning"),
                .extension("lease lock lightning", "refused alreadyLocked"),
                .extension("lease unlock lightning", "refused differentEnvironmentLocked"),
                .extension("lease lock onchain"),
                .app("lease lock lightning"),
                .app("lease renew lightning"),
                .app("lease unlock lightning"),
                .extension("lease locked lightning", "ok yes"),
                .app("lease unlock lightning"),
                .extension("lease lock lightning"),
                .app("lease holder lightning", "ok pushNotificationExtension"),
                .app("lease lock lightning", "refused alreadyLocked"),
                .extension("lease unlock lightning"),
                .extension("lease unlock onchain"),
            ]
        ) { pair throws(Violation) in
            for side in Side.allCases { try LeaseScenes.release(pair.process(side)) }
            for side in Side.allCases {
                for resource in LeasedResource.allCases {
                    let process = try pair.process(side)
                    try process.tell("lease lock \(resource.rawValue) 2000")
                    try LeaseScenes.expect(process, "lease held \(resource.rawValue)", "yes")
                    try process.tell("lease unlock \(resource.rawValue)")
                }
            }
        } + LeaseScenes.rules
}

/// What happens to leases.
enum LeaseScenes {
    static let rules: [Rule] = [
        Rule("lease", "the app's ends 5 minutes after it was last renewed, its owner stopped") {
            device throws(Violation) in
            try expire(device, .app, .seconds(300))
        },
        Rule(
            "lease", "the extension's ends 35 seconds after it was last renewed, its owner stopped"
        ) {
            device throws(Violation) in
            try expire(device, .extension, .seconds(35))
        },
        Rule("lease", "of several that take an expired one over exactly one has it") {
            device throws(Violation) in
            try takeOver(device)
        },
        Rule("lease", "a dead owner's is free at once, a stopped one's is not") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try `extension`.tell("lease lock lightning")
            try `extension`.stop()
            try app.expectRefusal("lease lock lightning", "alreadyLocked")
            device.kill(`extension`)
            try app.tell("lease lock lightning")
        },
        Rule("lease", "an app that is launched while the extension works waits and gets it") {
            device throws(Violation) in
            let `extension` = try device.start(.extension)
            try `extension`.tell("lease lock lightning")
            let app = try device.start(.app)
            let waiting = app.begin("lease lock lightning 8000")
            guard app.answer(to: waiting, within: .milliseconds(100)) == .silent else {
                throw Violation("the app waits")
            }
            try `extension`.tell("lease unlock lightning")
            guard app.answer(to: waiting, within: .seconds(1)) == .ok("") else {
                throw Violation("the app has it within a second")
            }
            try `extension`.expectRefusal("lease lock lightning", "alreadyLocked")
        },
        Rule("lease", "the wall clock moves nothing") { device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try app.tell("lease lock lightning")
            for jump: Int64 in [3_600_000, -86_400_000, 31_536_000_000, -63_072_000_000] {
                device.clock.jumpWall(by: jump)
                try expect(app, "lease held lightning", "yes")
                try `extension`.expectRefusal("lease lock lightning", "alreadyLocked")
                try app.tell("lease renew lightning")
            }
        },
        Rule("lease", "a clock since boot that went back frees nothing, and ends all the same") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try app.tell("lease lock lightning")
            device.advance(by: .seconds(-7_200))
            try expect(app, "lease held lightning", "no")
            try `extension`.expectRefusal("lease lock lightning", "alreadyLocked")
            device.advance(by: .seconds(301))
            try `extension`.tell("lease lock lightning")
            try app.expectRefusal("lease renew lightning", "staleLock")
        },
        Rule("lease", "a reboot ends all of them") { device throws(Violation) in
            for side in Side.allCases {
                try device.start(side).tell(
                    "lease lock \(side == .app ? "lightning" : "onchain")")
            }
            device.reboot()
            let `extension` = try device.start(.extension)
            try expect(`extension`, "lease locked lightning", "no")
            try `extension`.tell("lease lock lightning")
            try `extension`.tell("lease lock onchain")
        },
        Rule(
            "lease", "a lock file that cannot be read is somebody's until it was seen for 5 minutes"
        ) {
            device throws(Violation) in
            try garbage(device)
        },
        Rule(
            "lease",
            "a process with the lock as it was shipped and one with leases keep each other out"
        ) {
            device throws(Violation) in
            try shipped(device)
        },
        Rule(
            "lease", "whoever stands in the middle of a change is waited for a second, not for ever"
        ) {
            device throws(Violation) in
            try middle(device)
        },
        Rule("lease", "who has it is alone, with processes killed and stopped anywhere") {
            device throws(Violation) in
            try visits(device)
        },
    ]

    static func expect(
        _ process: DeviceProcess, _ command: String, _ text: String
    ) throws(Violation) {
        let answer = try process.tell(command)
        guard answer == text else {
            throw Violation(
                "the \(process.side.name) answers “\(command)” with \(text), but: \(answer)")
        }
    }

    /// Gives back whatever a process holds.
    static func release(_ process: DeviceProcess) {
        for resource in LeasedResource.allCases {
            for _ in 0..<3 { _ = process.ask("lease unlock \(resource.rawValue)") }
        }
    }

    private static func expire(
        _ device: Device, _ side: Side, _ time: Duration
    ) throws(Violation) {
        let owner = try device.start(side)
        let other = try device.start(side.other)
        try owner.tell("lease lock lightning")
        device.advance(by: time - .seconds(5))
        try owner.tell("lease renew lightning")
        try owner.stop()
        device.advance(by: time - .seconds(5))
        try other.expectRefusal("lease lock lightning", "alreadyLocked")
        device.advance(by: .seconds(6))
        try other.tell("lease lock lightning")
        owner.resume()
        // It believes in it until it looks, and can do nothing to the new one.
        try expect(owner, "lease held lightning", "no")
        try owner.expectRefusal("lease renew lightning", "staleLock")
        try owner.expectRefusal("lease unlock lightning", "differentEnvironmentLocked")
        try expect(other, "lease held lightning", "yes")
        try other.tell("lease unlock lightning")
    }

    private static func takeOver(_ device: Device) throws(Violation) {
        let former = try device.start(.app)
        var others: [DeviceProcess] = []
        for side in [Side.extension, .app, .extension] { others.append(try device.start(side)) }
        for _ in 0..<10 {
            try former.tell("lease lock lightning")
            device.advance(by: .seconds(301))
            let numbers = others.map { other in other.begin("lease lock lightning") }
            var owner: DeviceProcess?
            for (other, number) in zip(others, numbers) {
                let answer = other.answer(to: number)
                if answer == .ok("") {
                    guard owner == nil else { throw Violation("one has it, but two do") }
                    owner = other
                } else if !"\(answer)".hasPrefix("refused alreadyLocked") {
                    throw Violation("the others are refused, but: \(answer)")
                }
            }
            guard let owner else { throw Violation("one has it, but none does") }
            try former.expectRefusal("lease renew lightning", "staleLock")
            try expect(owner, "lease held lightning", "yes")
            try owner.tell("lease unlock lightning")
        }
    }

    private static func garbage(_ device: Device) throws(Violation) {
        do {
            let group = try SecureDirectory(path: device.groupDirectory, creating: true)
            try group.replace("lightning.lock", with: Array("{\"environment\":".utf8).span)
        } catch { throw Violation("a lock file can be written: \(error)") }
        // One process after the other, none of which lives long enough.
        for step in 0..<4 {
            let process = try device.start(step % 2 == 0 ? .app : .extension)
            try process.expectRefusal("lease lock lightning", "alreadyLocked")
            try expect(process, "lease holder lightning", "somebody")
            try expect(process, "lease locked lightning", "yes")
            device.kill(process)
            device.advance(by: .seconds(step == 3 ? 76 : 75))
        }
        let last = try device.start(.extension)
        try last.tell("lease lock lightning")
        try expect(last, "lease held lightning", "yes")
    }

    private static func shipped(_ device: Device) throws(Violation) {
        for old in Side.allCases {
            let (former, new) = (try device.start(old), try device.start(old.other))
            try former.tell("shipped lock lightning")
            try new.expectRefusal("lease lock lightning", "alreadyLocked")
            try new.expectRefusal("lease unlock lightning", "differentEnvironmentLocked")
            device.advance(by: .seconds(30))
            try expect(new, "lease locked lightning", "yes")
            try former.tell("shipped unlock lightning")
            try new.tell("lease lock lightning")
            try former.expectRefusal("shipped lock lightning", "alreadyLocked")
            try former.expectRefusal("shipped unlock lightning", "differentEnvironmentLocked")
            device.advance(by: .seconds(30))
            try new.tell("lease renew lightning")
            device.advance(by: .seconds(30))
            try former.expectRefusal("shipped lock lightning", "alreadyLocked")
            try new.tell("lease unlock lightning")
            // One that was never given back is over by the wall clock.
            try former.tell("shipped lock lightning")
            device.kill(former)
            try new.expectRefusal("lease lock lightning", "alreadyLocked")
            device.advance(by: .seconds(301))
            try new.tell("lease lock lightning")
            try new.tell("lease unlock lightning")
            device.kill(new)
        }
    }

    /// Holds the guard as a process does that was stopped in the middle.
    private static func middle(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        try app.tell("lease lock lightning")
        do {
            let coordination = try SecureDirectory(path: device.groupDirectory, creating: false)
                .openSubdirectory("coordination", creating: false)
            let held = try coordination.lock("lease.guard", within: .seconds(1))
            let began = ContinuousClock.now
            guard case .refused("busy") = app.ask("lease renew lightning"),
                case .refused = `extension`.ask("lease lock onchain"),
                ContinuousClock.now - began < .seconds(4)
            else { throw Violation("both are refused within the second each") }
            guard held != nil else { throw Violation("the guard can be had") }
            extendLifetime(held)
        } catch let error as FileError { throw Violation("the guard can be had: \(error)") } catch {
            throw Violation("\(error)")
        }
        try expect(app, "lease held lightning", "yes")
        try `extension`.tell("lease lock onchain")
    }

    private static func visits(_ device: Device) throws(Violation) {
        let pair = Pair(device)
        var visited = 0
        for _ in 0..<30 {
            var numbers: [(DeviceProcess, UInt64)] = []
            for side in Side.allCases {
                let process = try pair.process(side)
                numbers.append((process, process.begin("lease visit lightning 500")))
            }
            let side = Side.allCases[Int.random(in: 0...1, using: &device.random)]
            device.clock.pause(
                for: .microseconds(Int.random(in: 0..<3_000, using: &device.random)))
            if Bool.random(using: &device.random) {
                pair.kill(side)
            } else {
                try pair.process(side).stop()
                device.clock.pause(for: .milliseconds(5))
                try pair.process(side).resume()
            }
            for (process, number) in numbers {
                if process.answer(to: number) == .ok("") { visited += 1 }
                release(process)
            }
            try device.check()
        }
        guard visited >= 20 else { throw Violation("most visits succeed, but \(visited) did") }
    }
}
