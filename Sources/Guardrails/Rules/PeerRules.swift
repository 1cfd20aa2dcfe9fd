internal import ProcessCoordination

extension Rules {
    /// That the device itself sees what it is there to see.
    static let peer: [Rule] = [
        Rule("peer", "two processes connected at once are seen") { device throws(Violation) in
            let app = try device.start(.app)
            let `extension` = try device.start(.extension)
            try app.tell("peer connect")
            try app.tell("peer close")
            try `extension`.tell("peer connect")
            try device.check()
            try app.tell("peer connect")
            guard device.peer.violation != nil else {
                throw Violation("the peer sees two connections")
            }
        },
        Rule("peer", "a killed process is not connected, a stopped one is") {
            device throws(Violation) in
            let app = try device.start(.app)
            try app.tell("peer connect")
            try app.stop()
            guard device.peer.connected == [app.pid] else {
                throw Violation("a stopped process keeps its connection")
            }
            device.kill(app)
            guard device.peer.connected.isEmpty else {
                throw Violation("a killed process loses its connection")
            }
            try device.start(.extension).tell("peer connect")
            try device.check()
        },
    ]
}
