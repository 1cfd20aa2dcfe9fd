internal import ProcessCoordination
internal import SecureFiles

extension Rules {
    /// The newest state of a channel, and that no version of it is signed with two contents.
    static let channels: [Rule] =
        Rule.story(
            "channels", "what one signed the other one goes on with",
            [
                .app("channel open", "ok 0 nothing"),
                .app("channel sign 1 one", "ok 1 one"),
                .extension("channel open", "ok 1 one"),
                .extension("channel sign 3 three", "refused notNext"),
                .extension("channel sign 1 other", "refused notNext"),
                .extension("channel sign 2 two", "ok 2 two"),
                .app("channel sign 2 other", "refused outdated"),
                .app("channel open", "ok 2 two"),
                .app("channel sign 3 three", "ok 3 three"),
            ]
        ) { pair throws(Violation) in
            for side in Side.allCases {
                let process = try pair.process(side)
                try ChannelScenes.goOn(process, with: "\(side.name)")
            }
            try ChannelScenes.checkSigned(pair.device)
            ChannelScenes.clear(pair.device)
        } + ChannelScenes.rules
}

/// What happens to channel states.
enum ChannelScenes {
    static let rules: [Rule] = [
        Rule("channels", "a device that lost its own goes on with the peer's backup") {
            device throws(Violation) in
            try device.start(.app).tell("channel open")
            let `extension` = try device.start(.extension)
            try `extension`.tell("channel open")
            try `extension`.tell("channel sign 1 one")
            try `extension`.tell("channel sign 2 two")
            loseOwn(device)
            let app = try device.start(.app)
            try LeaseScenes.expect(app, "channel open", "2 two")
            try app.tell("channel sign 3 three")
            try checkSigned(device)
        },
        Rule("channels", "killed behind each step of signing, its device kept or lost") {
            device throws(Violation) in
            for step in ChannelStates.Step.allCases {
                for isLost in [false, true] {
                    do throws(Violation) {
                        try die(device, behind: step, isLost: isLost)
                    } catch {
                        throw Violation(
                            "\(step), device \(isLost ? "lost" : "kept"): \(error.description)")
                    }
                }
            }
        },
        Rule("channels", "a peer that hands out an older backup, or none, changes nothing") {
            device throws(Violation) in
            try lie(device)
        },
        Rule("channels", "a backup that is garbage, or sealed by somebody else, signs nothing") {
            device throws(Violation) in
            try garbage(device)
        },
        Rule("channels", "two contents of one version end all signing") {
            device throws(Violation) in
            try conflict(device)
        },
        Rule("channels", "whoever may not act towards the peer signs nothing") {
            device throws(Violation) in
            let (app, `extension`) = (try device.start(.app), try device.start(.extension))
            try app.tell("channel open")
            try app.tell("channel permit no")
            try app.expectRefusal("channel sign 1 one", "notPermitted")
            try expectSigned(device, [])
            try `extension`.tell("channel open")
            try `extension`.tell("channel sign 1 other")
            try app.tell("channel permit yes")
            try app.expectRefusal("channel sign 1 one", "outdated")
            try expectSigned(device, ["1-other"])
        },
        Rule("channels", "no version is signed twice, with processes killed anywhere") {
            device throws(Violation) in
            try chance(device)
        },
    ]

    /// Re-establishes, ends what was begun, and signs something of its own.
    static func goOn(_ process: DeviceProcess, with text: String) throws(Violation) {
        let known = try process.tell("channel open")
        if known.contains("unfinished") { try process.tell("channel finish") }
        guard let version = known.split(separator: " ").first.flatMap({ UInt64($0) }) else {
            throw Violation("a version is known, but: \(known)")
        }
        let answer = try process.tell("channel sign \(version + 1) \(text)")
        guard answer == "\(version + 1) \(text)" else {
            throw Violation("the next state is signed, but: \(answer)")
        }
    }

    private static func directory(
        _ device: Device, _ name: String
    ) throws(Violation) -> SecureDirectory {
        do {
            return try SecureDirectory(path: "\(device.directory)/\(name)", creating: true)
        } catch { throw Violation("\(name) can be opened: \(error)") }
    }

    /// What signatures have left, as `VERSION-TEXT`.
    private static func signed(_ device: Device) throws(Violation) -> [String] {
        var names: [String] = []
        do {
            _ = try directory(device, ChannelCommands.signedName).forEachName(max: 10_000) { name in
                names.append(
                    name.withBytes { bytes in
                        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
                    })
                return true
            }
        } catch { throw Violation("signatures can be listed: \(error)") }
        return names.sorted()
    }

    /// Throws when one version left with two contents.
    static func checkSigned(_ device: Device) throws(Violation) {
        let names = try signed(device)
        let versions = names.compactMap { name in name.split(separator: "-").first }
        guard Set(versions).count == names.count else {
            throw Violation("each version is signed with one content, but: \(names)")
        }
    }

    private static func expectSigned(_ device: Device, _ wanted: [String]) throws(Violation) {
        let names = try signed(device)
        guard names == wanted else { throw Violation("signed are \(wanted), but: \(names)") }
    }

    /// A device, and a peer, that nobody has used.
    static func clear(_ device: Device) {
        Tree.remove("\(device.directory)/\(ChannelCommands.peerName)")
        Tree.remove("\(device.directory)/\(ChannelCommands.signedName)")
        loseOwn(device)
    }

    private static func loseOwn(_ device: Device) {
        Tree.remove("\(device.groupDirectory)/coordination/channels")
    }

    private static func die(
        _ device: Device, behind step: ChannelStates.Step, isLost: Bool
    ) throws(Violation) {
        let victim = try device.start(.extension)
        try victim.tell("channel open")
        try victim.tell("channel sign 1 one")
        guard victim.ask("channel die \(step) sign 2 two") == .dead else {
            throw Violation("the extension dies")
        }
        device.kill(victim)
        if isLost { loseOwn(device) }
        let app = try device.start(.app)
        try goOn(app, with: "app")
        try checkSigned(device)
        if !isLost && step != .began {
            // What was written down is what was signed, and nothing else.
            try expectSigned(device, ["1-one", "2-two", "3-app"])
        }
        device.kill(app)
        clear(device)
    }

    private static func backup(_ device: Device) throws(Violation) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: CoordinationLimits.channelBackupBytesMax)
        let count: Int
        do {
            let peer = try directory(device, ChannelCommands.peerName)
            var target = bytes.mutableSpan
            count = try peer.read("backup", into: &target)
        } catch { throw Violation("the backup can be read: \(error)") }
        return Array(bytes[..<count])
    }

    private static func setBackup(_ device: Device, _ bytes: [UInt8]?) throws(Violation) {
        do {
            let peer = try directory(device, ChannelCommands.peerName)
            if let bytes {
                try peer.replace("backup", with: bytes.span)
            } else {
                try peer.unlink("backup")
            }
        } catch { throw Violation("the backup can be written: \(error)") }
    }

    private static func lie(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        try app.tell("channel open")
        try app.tell("channel sign 1 one")
        let older = try backup(device)
        try app.tell("channel sign 2 two")
        for lie in [older, nil] {
            try setBackup(device, lie)
            try LeaseScenes.expect(`extension`, "channel open", "2 two behind")
            try LeaseScenes.expect(`extension`, "channel again", "2 two")
        }
        try setBackup(device, older)
        try LeaseScenes.expect(app, "channel open", "2 two behind")
        try app.tell("channel sign 3 three")
        try LeaseScenes.expect(`extension`, "channel open", "3 three")
        try expectSigned(device, ["1-one", "2-two", "3-three"])
    }

    private static func garbage(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        try app.tell("channel open")
        try app.tell("channel sign 1 one")
        let honest = try backup(device)
        for _ in 0..<20 {
            var bytes = honest
            let index = Int.random(in: 1..<bytes.count, using: &device.random)
            bytes[index] ^= UInt8.random(in: 1...255, using: &device.random)
            try setBackup(device, bytes)
            try `extension`.expectRefusal("channel open", "authenticationFailed")
        }
        try setBackup(device, [])
        try `extension`.expectRefusal("channel open", "formatUnknown")
        try setBackup(device, honest)
        try `extension`.tell("channel key 2")
        try `extension`.expectRefusal("channel open", "authenticationFailed")
        loseOwn(device)
        try `extension`.expectRefusal("channel open", "authenticationFailed")
        try `extension`.tell("channel key 1")
        try LeaseScenes.expect(`extension`, "channel open", "1 one")
        try expectSigned(device, ["1-one"])
    }

    private static func conflict(_ device: Device) throws(Violation) {
        let (app, `extension`) = (try device.start(.app), try device.start(.extension))
        // The same wallet on another device, with another peer: what must never have happened.
        try `extension`.tell("channel open")
        try `extension`.tell("channel sign 1 elsewhere")
        let elsewhere = try backup(device)
        clear(device)
        try app.tell("channel open")
        try app.tell("channel sign 1 here")
        let here = try backup(device)
        try setBackup(device, elsewhere)
        try `extension`.expectRefusal("channel open", "conflict")
        // Also for whoever had opened before, and when the peer says something else again.
        try app.expectRefusal("channel sign 2 two", "conflict")
        try setBackup(device, here)
        for side in Side.allCases {
            try device.start(side).expectRefusal("channel open", "conflict")
        }
        try expectSigned(device, ["1-here"])
    }

    private static func chance(_ device: Device) throws(Violation) {
        let pair = Pair(device)
        for turn in 0..<60 {
            let side = Side.allCases[Int.random(in: 0...1, using: &device.random)]
            let process = try pair.process(side)
            let known = try process.tell("channel open")
            let version = known.split(separator: " ").first.flatMap { UInt64($0) } ?? 0
            let number =
                known.contains("unfinished")
                ? process.begin("channel finish")
                : process.begin("channel sign \(version + 1) \(side.name)\(turn)")
            guard Int.random(in: 0...2, using: &device.random) == 0 else {
                guard case .ok = process.answer(to: number) else {
                    throw Violation("an undisturbed process signs")
                }
                continue
            }
            device.clock.pause(
                for: .microseconds(Int.random(in: 0..<3_000, using: &device.random)))
            pair.kill(side)
            if Int.random(in: 0...3, using: &device.random) == 0 { loseOwn(device) }
            try checkSigned(device)
        }
        try goOn(pair.process(.app), with: "end")
        try checkSigned(device)
        try device.check()
    }
}
