internal import ProcessCoordination

extension Rules {
    /// That important work of the app's keeps the connection, and no longer than the system permits.
    static let tasks: [Rule] =
        Rule.story(
            "tasks", "the first task asks the system for time, the last one gives it back",
            [
                .app("task begin outgoingPayment", "ok 1"), .app("task connect"),
                .app("task begin splice", "ok 2"), .app("task begin incomingPayment", "ok 3"),
                .app("task end 2"), .app("task connected", "ok yes"), .app("task end 1"),
                .app("task connected", "ok yes"), .app("task end 3"),
                .app("task connected", "ok no"),
            ]
        ) { pair throws(Violation) in
            let app = try pair.process(.app)
            let number = try app.tell("task begin splice")
            try expect(app.tell("task connected") == "yes", "another task may begin")
            try app.tell("task end \(number)")
        }
        + [
            Rule("tasks", "the connection stays open while any task is under way") {
                device throws(Violation) in
                let app = try device.start(.app)
                try app.tell("task begin incomingPayment")
                try app.tell("task connect")
                try app.tell("task begin outgoingPayment")
                try app.tell("task end 1")
                try expect(device.peer.connected == [app.pid], "the connection stays")
                try app.tell("task end 2")
                try expect(device.peer.connected.isEmpty, "the connection goes with the last task")
                try expect(
                    app.takeEvents() == ["task time-begun", "task idle", "task time-ended 1"],
                    "the system's time is begun and ended once, in this order")
                try device.check()
            },
            Rule("tasks", "nested tasks expire 3 minutes after their own beginnings") {
                device throws(Violation) in try expiry(device)
            },
            Rule("tasks", "the system's word expires every task once") {
                device throws(Violation) in
                let app = try device.start(.app)
                for kind in SensitiveTask.allCases { try app.tell("task begin \(kind)") }
                try app.tell("task expire-system")
                try app.tell("task expire-system")
                for number in 1...3 { try app.tell("task end \(number)") }
                try expect(
                    app.takeEvents() == [
                        "task time-begun", "task expired 1", "task expired 2", "task expired 3",
                        "task idle", "task time-ended 1",
                    ], "every handler, then idle, then the end of the time")
            },
            Rule("tasks", "a task of an app that was stopped for minutes expires when it goes on") {
                device throws(Violation) in
                let app = try device.start(.app)
                try app.tell("task begin outgoingPayment")
                try app.stop()
                device.advance(by: .seconds(200))
                app.resume()
                try expect(app.event("task expired 1"), "it expires")
                try expect(app.event("task time-ended 1"), "the system gets its time back")
                try expect(app.tell("task connected") == "no", "nothing is under way")
            },
            Rule("tasks", "a wall clock that is set expires nothing") {
                device throws(Violation) in
                let app = try device.start(.app)
                try app.tell("task begin splice")
                for milliseconds: Int64 in [86_400_000, -172_800_000] {
                    device.clock.jumpWall(by: milliseconds)
                    // Longer than the app's own look at the clock.
                    device.clock.pause(for: .milliseconds(300))
                    try expect(app.tell("task connected") == "yes", "the task goes on")
                }
                try app.tell("task end 1")
            },
        ]

    private static func expiry(_ device: Device) throws(Violation) {
        let app = try device.start(.app)
        try app.tell("task begin outgoingPayment")
        try app.tell("task connect")
        device.advance(by: .seconds(100))
        try app.tell("task begin splice")
        device.advance(by: .seconds(75))
        device.clock.pause(for: .milliseconds(300))
        try expect(app.takeEvents() == ["task time-begun"], "nothing expires before 3 minutes")
        device.advance(by: .seconds(10))
        try expect(app.event("task expired 1"), "the first expires")
        try expect(app.tell("task connected") == "yes", "the second does not")
        try expect(device.peer.connected == [app.pid], "the connection stays")
        device.advance(by: .seconds(100))
        try expect(app.event("task expired 2"), "the second expires")
        try expect(app.event("task time-ended 1"), "the system gets its time back")
        try expect(app.takeEvents() == ["task idle"], "each handler was called once")
        try expect(device.peer.connected.isEmpty, "the connection goes")
        try app.tell("task end 1")
        try app.tell("task end 2")
        try expect(app.takeEvents().isEmpty, "whoever has expired ends no more")
    }
}
