internal import ProcessCoordination
internal import SecureFiles

extension Rules {
    /// The parts of payments that are not complete yet.
    static let parts: [Rule] =
        Rule.story(
            "parts", "both see what either took, and one of them settles it, once",
            [
                .app("parts append 1 1 400 1000", "ok waiting 400 1000"),
                .extension("parts append 1 2 600 1000", "ok complete 1000 1000"),
                .app("parts list 1", "ok 1-held 2-held"),
                .extension("parts append 1 1 400 1000", "ok duplicate 1000 1000"),
                .extension("parts claim 1", "ok claimed 1000 1000"),
                .app("parts claim 1", "ok taken"),
                .app("parts settle 1", "ok notYours"),
                .app("parts append 1 3 100 1000", "ok refused claimed"),
                .extension("parts settle 1", "ok done"),
                .app("parts settle 1", "ok settled"),
                .app("parts append 1 1 400 1000", "ok settled"),
            ], recovery: PartsScenes.settleWhatIsThere) + PartsScenes.rules
}

/// What happens to pending parts.
enum PartsScenes {
    static let rules: [Rule] = [
        Rule("parts", "killed at any store of any change, a process takes nothing along") {
            device throws(Violation) in
            try dieAtEachStore(device)
        },
        Rule("parts", "killed at any moment, no part that was acknowledged is lost") {
            device throws(Violation) in
            try pour(device)
        },
        Rule("parts", "of several that claim a complete payment exactly one has it") {
            device throws(Violation) in
            try claimAtOnce(device)
        },
        Rule("parts", "a claim passes on when its process dies, not when it is stopped") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try `extension`.tell("parts append 1 1 1000 1000")
            try LeaseScenes.expect(`extension`, "parts claim 1", "claimed 1000 1000")
            try `extension`.stop()
            device.advance(by: .seconds(600))
            try LeaseScenes.expect(app, "parts expire", "")
            try LeaseScenes.expect(app, "parts claim 1", "taken")
            device.kill(`extension`)
            // Its preimage may have left: it is never failed by time.
            try LeaseScenes.expect(app, "parts expire", "1-orphaned")
            try LeaseScenes.expect(app, "parts settle 1", "notClaimed")
            try LeaseScenes.expect(app, "parts claim 1", "claimed 1000 1000")
            try LeaseScenes.expect(app, "parts settle 1", "done")
        },
        Rule("parts", "a payment waits a minute from its first part on, whatever the wall clock") {
            device throws(Violation) in
            try timeOut(device)
        },
        Rule("parts", "after a reboot what waited fails, and what was claimed is claimed again") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("parts append 1 1 400 1000")
            try app.tell("parts append 2 2 1000 1000")
            try app.tell("parts claim 2")
            device.reboot()
            let `extension` = try device.start(.extension)
            try LeaseScenes.expect(`extension`, "parts expire", "1-failed 2-orphaned")
            try LeaseScenes.expect(`extension`, "parts append 1 1 400 1000", "failed")
            try LeaseScenes.expect(`extension`, "parts claim 2", "claimed 1000 1000")
            try LeaseScenes.expect(`extension`, "parts settle 2", "done")
        },
        Rule("parts", "a file of another version stays as it is") { device throws(Violation) in
            try otherVersion(device)
        },
        Rule("parts", "garbage holds nothing, and is replaced after it was seen for a minute") {
            device throws(Violation) in
            try garbage(device)
        },
        Rule("parts", "what does not fit is refused, and fits when there is place again") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            for payment in 1...8 {
                let process = payment % 2 == 0 ? app : `extension`
                try LeaseScenes.expect(process, "parts pour \(payment) 64", "64")
            }
            try LeaseScenes.expect(`extension`, "parts append 9 1 1 2", "refused full")
            try LeaseScenes.expect(`extension`, "parts append 1 99 1 1000", "refused full")
            try LeaseScenes.expect(`extension`, "parts fail 1", "done")
            // Remembered for another minute.
            try LeaseScenes.expect(app, "parts append 9 1 1 2", "refused full")
            device.advance(by: .seconds(61))
            try LeaseScenes.expect(app, "parts append 9 1 1 2", "waiting 1 2")
        },
        Rule("parts", "whoever is stopped in the middle of a change makes the other one busy") {
            device throws(Violation) in
            try stopInTheMiddle(device)
        },
    ]

    /// Whatever happened, the peer repeats both parts, and the payment is settled once.
    static func settleWhatIsThere(_ pair: Pair) throws(Violation) {
        for side in Side.allCases {
            let process = try pair.process(side)
            // What this side had claimed itself.
            try process.tell("parts settle 1")
            try process.tell("parts append 1 1 400 1000")
            try process.tell("parts append 1 2 600 1000")
            if try process.tell("parts claim 1") == "claimed 1000 1000" {
                try LeaseScenes.expect(process, "parts settle 1", "done")
            }
        }
        for side in Side.allCases {
            let process = try pair.process(side)
            try LeaseScenes.expect(process, "parts claim 1", "settled")
            try LeaseScenes.expect(process, "parts list 1", "1-settled 2-settled")
        }
    }

    private static func dieAtEachStore(_ device: Device) throws(Violation) {
        let heir = try device.start(.app)
        for (kind, command) in ["append", "claim", "settle", "fail"].enumerated() {
            for store in 1...40 {
                let payment = kind * 100 + store
                let victim = try device.start(.extension)
                try heir.tell("parts append \(payment) 1 500 1000")
                if command != "append" {
                    try victim.tell("parts append \(payment) 2 500 1000")
                }
                if command == "settle" { try victim.tell("parts claim \(payment)") }
                let arguments = command == "append" ? "\(payment) 2 500 1000" : "\(payment)"
                let answer = victim.ask("parts die \(store) \(command) \(arguments)")
                device.kill(victim)
                do throws(Violation) {
                    try inherit(payment, command, heir)
                } catch {
                    throw Violation("\(command), killed at store \(store): \(error.description)")
                }
                // It was through before its last store came.
                if answer != .dead {
                    guard case .ok = answer, store > 1 else {
                        throw Violation("it dies or is through, but: \(answer)")
                    }
                    break
                }
                guard store < 40 else { throw Violation("\(command) ends") }
            }
        }
    }

    /// After a death: the first part is there, the second is whole or is taken again, and the
    /// payment has one fate.
    private static func inherit(
        _ payment: Int, _ command: String, _ heir: DeviceProcess
    ) throws(Violation) {
        let listed = try heir.tell("parts list \(payment)")
        let fates = Set(listed.split(separator: " ").compactMap { $0.split(separator: "-").last })
        guard listed.hasPrefix("1-"), fates.count == 1 else {
            throw Violation("one part is there, and all have one fate, but: \(listed)")
        }
        if fates == ["failed"] && command == "fail" { return }
        if fates == ["settled"] && command == "settle" { return }
        guard fates == ["held"] else { throw Violation("the parts are held, but: \(listed)") }
        try heir.tell("parts append \(payment) 2 500 1000")
        try LeaseScenes.expect(heir, "parts claim \(payment)", "claimed 1000 1000")
        try LeaseScenes.expect(heir, "parts settle \(payment)", "done")
        try LeaseScenes.expect(heir, "parts list \(payment)", "1-settled 2-settled")
    }

    private static func pour(_ device: Device) throws(Violation) {
        for payment in 1...12 {
            let processes = [try device.start(.app), try device.start(.extension)]
            // Both at once, of two payments, so that one is killed while the other one writes.
            let count = 20
            for (index, process) in processes.enumerated() {
                _ = process.begin("parts pour \(payment * 2 + index) \(count)")
            }
            let victim = Int.random(in: 0...1, using: &device.random)
            let moment = Int.random(in: 0..<count, using: &device.random)
            guard
                try processes[victim].event("part \(payment * 2 + victim) \(moment)")
            else { throw Violation("parts are acknowledged") }
            device.clock.pause(
                for: .microseconds(Int.random(in: 0..<300, using: &device.random)))
            device.kill(processes[victim])
            let other = processes[1 - victim]
            guard try other.event("part \(payment * 2 + 1 - victim) \(count - 1)") else {
                throw Violation("the other one goes on")
            }
            let listed = try other.tell("parts list \(payment * 2 + victim)")
            let there = Set(listed.split(separator: " ").map(String.init))
            for htlc in 0...moment where !there.contains("\(htlc)-held") {
                throw Violation("acknowledged part \(htlc) is there, but: \(listed)")
            }
            let own = try other.tell("parts list \(payment * 2 + 1 - victim)")
            guard own.split(separator: " ").count == count else {
                throw Violation("all parts of the other one are there, but: \(own)")
            }
            for index in 0...1 { try other.tell("parts fail \(payment * 2 + index)") }
            device.kill(other)
            device.advance(by: .seconds(61))
        }
    }

    private static func claimAtOnce(_ device: Device) throws(Violation) {
        var processes: [DeviceProcess] = []
        for side in [Side.app, .extension, .extension] { processes.append(try device.start(side)) }
        for payment in 1...20 {
            try processes[0].tell("parts append \(payment) 1 1000 1000")
            let numbers = processes.map { process in process.begin("parts claim \(payment)") }
            let answers = zip(processes, numbers).map { process, number in
                process.answer(to: number)
            }
            guard answers.filter({ $0 == .ok("claimed 1000 1000") }).count == 1,
                answers.filter({ $0 == .ok("taken") }).count == 2
            else { throw Violation("one has it, but: \(answers)") }
        }
    }

    private static func timeOut(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        try app.tell("parts append 1 1 400 1000")
        device.advance(by: .seconds(30))
        try `extension`.tell("parts append 1 2 400 1000")
        try `extension`.tell("parts append 2 3 400 1000")
        device.clock.jumpWall(by: 86_400_000)
        device.advance(by: .seconds(25))
        try LeaseScenes.expect(app, "parts expire", "")
        device.clock.jumpWall(by: -172_800_000)
        device.advance(by: .seconds(5))
        try LeaseScenes.expect(`extension`, "parts expire", "1-failed")
        try LeaseScenes.expect(app, "parts list 1", "1-failed 2-failed")
        try LeaseScenes.expect(app, "parts append 1 2 400 1000", "failed")
        // The sender's next try is another one.
        try LeaseScenes.expect(app, "parts append 1 9 1000 1000", "complete 1000 1000")
        device.advance(by: .seconds(30))
        try LeaseScenes.expect(app, "parts append 2 4 600 1000", "failed")
        try LeaseScenes.expect(app, "parts list 2", "3-failed")
    }

    private static func file(_ device: Device) throws(FileError) -> SharedFile {
        try SecureDirectory(path: device.groupDirectory, creating: true)
            .openSubdirectory("coordination", creating: true).openShared(existing: "parts")
    }

    private static func otherVersion(_ device: Device) throws(Violation) {
        try device.start(.app).tell("parts append 1 1 400 1000")
        var before = [UInt8](repeating: 0, count: 65_664)
        var after = before
        do {
            let file = try file(device)
            try file.write(([99] as [UInt8]).span, at: 8)
            var target = before.mutableSpan
            try file.read(at: 0, into: &target)
        } catch { throw Violation("the file can be written: \(error)") }
        for side in Side.allCases {
            let process = try device.start(side)
            for command in ["append 1 2 600 1000", "claim 1", "settle 1", "list 1", "expire"] {
                try process.expectRefusal("parts \(command)", "versionUnknown")
            }
            device.advance(by: .seconds(600))
        }
        do {
            var target = after.mutableSpan
            try file(device).read(at: 0, into: &target)
        } catch { throw Violation("the file can be read: \(error)") }
        guard before == after else { throw Violation("the file stays as it is") }
    }

    private static func garbage(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        try app.tell("parts append 1 1 400 1000")
        do {
            let count = 400 * 128
            let bytes = (0..<count).map { _ in
                UInt8.random(in: 0...255, using: &device.random)
            }
            try file(device).write(bytes.span, at: 2 * 128)
        } catch { throw Violation("the file can be written: \(error)") }
        try LeaseScenes.expect(app, "parts list 1", "1-held")
        try LeaseScenes.expect(`extension`, "parts append 1 2 600 1000", "complete 1000 1000")
        try LeaseScenes.expect(`extension`, "parts expire", "")
        do {
            try file(device).write([UInt8](repeating: 0xe7, count: 64).span, at: 0)
        } catch { throw Violation("the file can be written: \(error)") }
        // Also for whoever had it open before.
        let late = try device.start(.extension)
        for process in [app, late] {
            try process.expectRefusal("parts append 3 1 1 2", "unreadable")
        }
        device.advance(by: .seconds(50))
        try late.expectRefusal("parts append 3 1 1 2", "unreadable")
        device.advance(by: .seconds(11))
        try LeaseScenes.expect(late, "parts append 3 1 1 2", "waiting 1 2")
        try LeaseScenes.expect(app, "parts list 3", "1-held")
        try device.check()
    }

    private static func stopInTheMiddle(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        try app.tell("parts append 1 1 400 1000")
        let number = `extension`.begin("parts stop 5 append 1 2 600 1000")
        let stopped = `extension`.answer(to: number, within: .milliseconds(300))
        guard stopped == .silent else {
            throw Violation("the extension stops in the middle, but: \(stopped)")
        }
        try `extension`.stop()
        let began = ContinuousClock.now
        try app.expectRefusal("parts append 1 3 600 1000", "busy")
        guard ContinuousClock.now - began < .seconds(5) else {
            throw Violation("the app is told within seconds")
        }
        `extension`.resume()
        guard `extension`.answer(to: number) == .ok("complete 1000 1000") else {
            throw Violation("the extension goes on where it was")
        }
        try LeaseScenes.expect(app, "parts list 1", "1-held 2-held")
        // And when it dies there, the app goes on at once.
        let last = `extension`.begin("parts stop 5 append 2 2 600 1000")
        _ = `extension`.answer(to: last, within: .milliseconds(300))
        device.kill(`extension`)
        try LeaseScenes.expect(app, "parts append 2 1 400 1000", "waiting 400 1000")
    }
}
