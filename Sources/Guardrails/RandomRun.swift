internal import ProcessCoordination

/// A device that lives through whatever can happen to it: its processes are started, killed, stopped for
/// minutes and let go on, its clocks jump, it starts again, and all the while payments come in. After
/// each step it is looked at: was there a moment with both sides connected to the peer, and is every part
/// of a payment that was acknowledged still there?
public final class RandomRun {
    /// What happened how often.
    public private(set) var counts: [String: Int] = [:]
    /// Parts that were acknowledged by a process.
    public var partsAcknowledged: Int { ledger.acknowledged }
    /// Payments that were settled.
    public var paymentsSettled: Int { ledger.settled.count }
    /// Connections the peer took.
    public var connections: Int { device.peer.accepted }
    private let device: Device
    private var running: [Side: [DeviceProcess]] = [:]
    private var ledger: PartsLedger
    private var payments = 0
    private var steps = 0

    /// What can happen, and how often: the numbers are shares.
    private static let deeds: [(Deed, Int)] = [
        (.start(.app), 12), (.start(.extension), 16), (.foreground, 30), (.background, 18),
        (.push, 48), (.kill(.app), 4), (.kill(.extension), 6), (.stop(.app), 5),
        (.stop(.extension), 6), (.resume(.app), 9), (.resume(.extension), 10), (.sleep, 4),
        (.jumpWall, 4), (.jumpBack, 1), (.reboot, 1), (.wait, 16),
    ]

    private enum Deed {
        case start(Side)
        case kill(Side)
        case stop(Side)
        case resume(Side)
        case foreground, background, push, sleep, jumpWall, jumpBack, reboot, wait

        var name: String {
            switch self {
            case .start(let side): "start \(side.name)"
            case .kill(let side): "kill \(side.name)"
            case .stop(let side): "stop \(side.name)"
            case .resume(let side): "resume \(side.name)"
            default: "\(self)"
            }
        }
    }

    /// Makes a device with nothing on it.
    ///
    /// - Parameters:
    ///   - program: what its processes are started from.
    ///   - seed: for all that happens.
    public init(_ program: DeviceProgram, seed: UInt64) throws(Violation) {
        device = try Device(program, random: Random(seed: seed, for: "random run"))
        ledger = try PartsLedger(device)
    }

    /// Lets the next thing happen, and looks at the device.
    public func step() throws(Violation) {
        let total = RandomRun.deeds.reduce(0) { sum, deed in sum + deed.1 }
        var draw = Int.random(in: 0..<total, using: &device.random)
        let deed = RandomRun.deeds.first { deed in
            draw -= deed.1
            return draw < 0
        }
        guard let deed = deed?.0 else { return }
        if try happen(deed) { counts[deed.name, default: 0] += 1 }
        let microseconds = Int.random(in: 0..<1_500, using: &device.random)
        device.clock.pause(for: .microseconds(microseconds))
        for process in processes where !process.isStopped {
            for event in process.takeEvents() { try ledger.note(event) }
        }
        steps += 1
        try device.check()
        try ledger.check(last: steps % 100 == 0 ? .max : 2)
    }

    /// The end: everything is killed, and one app alone has to find all in order.
    public func finish() throws(Violation) {
        for process in processes {
            device.kill(process)
            for event in process.takeEvents() { try ledger.note(event) }
        }
        running = [:]
        let app = try device.start(.app)
        // Longer than a beat that nobody takes back, and longer than a lease.
        device.advance(by: CoordinationLimits.leaseLongest)
        payments += 1
        try app.tell("story foreground \(payments) 1000")
        for event in app.takeEvents() { try ledger.note(event) }
        try device.check()
        try ledger.check()
    }

    private var processes: [DeviceProcess] { running.values.flatMap { $0 } }

    /// False when there was nobody it could happen to.
    private func happen(_ deed: Deed) throws(Violation) -> Bool {
        switch deed {
        case .start(let side): return try start(side)
        case .kill(let side):
            guard let process = running[side]?.randomElement(using: &device.random) else {
                return false
            }
            // What it said before it died counts.
            device.kill(process)
            for event in process.takeEvents() { try ledger.note(event) }
            running[side]?.removeAll { other in other === process }
        case .stop(let side):
            guard let process = pick(side, where: { !$0.isStopped }) else { return false }
            try process.stop()
        case .resume(let side):
            guard let process = pick(side, where: { $0.isStopped }) else { return false }
            process.resume()
        case .foreground:
            payments += 1
            return say(.app, "story foreground \(payments) 100")
        case .background: return say(.app, "story background")
        case .push:
            payments += 1
            return say(.extension, "story push \(payments) 100")
        case .sleep: device.advance(by: .seconds(Int.random(in: 1...400, using: &device.random)))
        case .jumpWall:
            let day = 24 * 3_600_000
            device.clock.jumpWall(
                by: Int64.random(in: -Int64(day)...Int64(day), using: &device.random))
        case .jumpBack:
            // No kernel does it. What was written down before is from the future now.
            device.advance(by: .seconds(-Int.random(in: 1...400, using: &device.random)))
        case .reboot:
            device.reboot()
            running = [:]
        case .wait: device.clock.pause(for: .milliseconds(5))
        }
        return true
    }

    /// One app; of the extension a second one while the first is stopped, as the system has it that gave
    /// up on one.
    private func start(_ side: Side) throws(Violation) -> Bool {
        let there = running[side, default: []]
        guard there.isEmpty || (side == .extension && there.count == 1 && there[0].isStopped)
        else { return false }
        running[side, default: []].append(try device.start(side))
        return true
    }

    private func say(_ side: Side, _ command: String) -> Bool {
        guard let process = pick(side, where: { !$0.isStopped }) else { return false }
        process.say(command)
        return true
    }

    private func pick(
        _ side: Side, where fits: (DeviceProcess) -> Bool
    ) -> DeviceProcess? {
        running[side, default: []].filter(fits).randomElement(using: &device.random)
    }
}
