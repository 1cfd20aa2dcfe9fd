public import ProcessCoordination

/// One rule, and how it is shown to hold: with real processes on a device of its own.
public struct Rule: Sendable {
    /// What part of coordination it is about: `lease`, `heartbeat`, `presence`, …
    public let room: String
    /// The rule, as a sentence.
    public let name: String
    /// Shows it; throws what did not hold.
    let show: @Sendable (Device) throws(Violation) -> Void

    /// A rule that `show` shows.
    public init(
        _ room: String, _ name: String, show: @escaping @Sendable (Device) throws(Violation) -> Void
    ) {
        self.room = room
        self.name = name
        self.show = show
    }
}

/// One command of a story, and the answer it has to get.
public struct Step: Sendable {
    /// Who is told.
    let side: Side
    /// What.
    let command: String
    /// What the answer begins with: `ok`, `ok 3`, `refused alreadyLocked`.
    let answer: String

    /// The app is told.
    public static func app(_ command: String, _ answer: String = "ok") -> Step {
        Step(side: .app, command: command, answer: answer)
    }

    /// The extension is told.
    public static func `extension`(_ command: String, _ answer: String = "ok") -> Step {
        Step(side: .extension, command: command, answer: answer)
    }
}

/// Both processes of a device, each started anew when it is gone.
public final class Pair {
    /// The device they run on.
    public let device: Device
    private var running: [Side: DeviceProcess] = [:]

    init(_ device: Device) {
        self.device = device
    }

    /// The process of a side; started when there is none.
    public func process(_ side: Side) throws(Violation) -> DeviceProcess {
        if let process = running[side], !process.hasEnded { return process }
        let process = try device.start(side)
        running[side] = process
        return process
    }

    /// Kills the process of a side, if there is one.
    public func kill(_ side: Side) {
        guard let process = running.removeValue(forKey: side) else { return }
        device.kill(process)
    }

    func play(_ step: Step) throws(Violation) {
        let answer = try process(step.side).ask(step.command)
        guard "\(answer)".hasPrefix(step.answer) else {
            throw Violation(
                "the \(step.side.name) answers “\(step.command)” with \(step.answer), but: \(answer)"
            )
        }
    }
}

extension Rule {
    /// A rule told as a story, which gives two: the story as it goes, and the story with either side
    /// killed at each of its steps, in the middle of it or around it. After each death `recovery` has to
    /// hold, with whoever is gone started again when it is needed.
    public static func story(
        _ room: String, _ name: String, _ steps: [Step],
        recovery: @escaping @Sendable (Pair) throws(Violation) -> Void
    ) -> [Rule] {
        let whole = Rule(room, name) { device throws(Violation) in
            let pair = Pair(device)
            for step in steps { try pair.play(step) }
            try device.check()
        }
        let dying = Rule(room, "\(name), with either side killed at each step") {
            device throws(Violation) in
            for index in steps.indices {
                for side in Side.allCases {
                    do throws(Violation) {
                        try die(side, at: index, of: steps, Pair(device), recovery)
                    } catch {
                        throw Violation(
                            "with the \(side.name) killed at step \(index + 1) "
                                + "(\(steps[index].command)): \(error.description)")
                    }
                }
            }
        }
        return [whole, dying]
    }

    /// Plays the story up to a step, kills a side while that is under way, and lets the rest recover.
    private static func die(
        _ side: Side, at index: Int, of steps: [Step], _ pair: Pair,
        _ recovery: (Pair) throws(Violation) -> Void
    ) throws(Violation) {
        let device = pair.device
        for step in steps[..<index] { try pair.play(step) }
        let step = steps[index]
        let actor = try pair.process(step.side)
        let number = actor.begin(step.command)
        // Somewhere in the middle of it, or before it has begun, or just behind it.
        let microseconds = Int.random(in: 0..<2_000, using: &device.random)
        device.clock.pause(for: .microseconds(microseconds))
        pair.kill(side)
        if side != step.side { _ = actor.answer(to: number) }
        try recovery(pair)
        try device.check()
        // The next death begins with a device nobody has used.
        for side in Side.allCases { pair.kill(side) }
        Tree.remove(device.groupDirectory)
    }
}

/// Every rule there is. A new room is one line here.
enum Rules {
    static let all: [Rule] =
        peer
        + lease + gate
        + presence + takeover + tasks
        + parts + channels
        + phases + database + messages
}
