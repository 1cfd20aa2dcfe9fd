/// What a run looked like over time, for the plot, in bounded memory.
struct Trace {
    /// The memory of the process with this number at one time, nanoseconds after the beginning.
    struct Sample: Equatable {
        var at: UInt64
        var process: Int
        var memory: Memory
    }

    /// A process: from its start to its end.
    struct Life: Equatable {
        var from: UInt64
        var until: UInt64?
        var pid: Int32
        /// Why it ended, unless it was the end of the run.
        var ending: String?
    }

    /// A push: from its arrival until it was shown.
    struct Push: Equatable {
        var number: UInt64
        var from: UInt64
        var until: UInt64
        var isModified: Bool
        var why: String
    }

    /// A stage of a request, until the next one or its content.
    struct Step: Equatable {
        var name: String
        var request: UInt64
        var from: UInt64
        var until: UInt64?
    }

    let beganAt: Moment
    private(set) var samples: [Sample] = []
    private(set) var lives: [Life] = []
    private(set) var pushes: [Push] = []
    private(set) var steps: [Step] = []
    /// Whether something was left out of the marks for want of room.
    private(set) var isCut = false
    private(set) var end: UInt64 = 0
    /// Processes so far, kept or not.
    private var processes = 0

    init(beganAt: Moment) {
        self.beganAt = beganAt
    }

    mutating func add(_ memory: Memory, at moment: Moment) {
        samples.append(Sample(at: time(moment), process: processes, memory: memory))
        if samples.count >= HostLimits.samplesMax { halve() }
    }

    mutating func start(pid: Int32, at moment: Moment) {
        processes += 1
        let life = Life(from: time(moment), pid: pid)
        if hasRoom(lives.count) { lives.append(life) }
    }

    mutating func finish(pid: Int32, _ ending: Ending?, at moment: Moment) {
        let now = time(moment)
        endSteps(of: nil, now)
        guard let last = lives.indices.last, lives[last].pid == pid else { return }
        lives[last].until = now
        lives[last].ending = ending?.name
    }

    mutating func add(_ line: OutputLine, from: Moment, until: Moment) {
        let push = Push(
            number: line.push, from: time(from), until: time(until),
            isModified: line.verdict.displayed == .modified, why: line.verdict.why.rawValue)
        if hasRoom(pushes.count) { pushes.append(push) }
    }

    mutating func stage(_ name: String, of request: UInt64, at moment: Moment) {
        let now = time(moment)
        endSteps(of: request, now)
        if hasRoom(steps.count) { steps.append(Step(name: name, request: request, from: now)) }
    }

    /// The request's current stage is over.
    mutating func endStage(of request: UInt64, at moment: Moment) {
        endSteps(of: request, time(moment))
    }

    private mutating func endSteps(of request: UInt64?, _ now: UInt64) {
        for index in steps.indices.suffix(HostLimits.overlapMax) where steps[index].until == nil {
            if request == nil || steps[index].request == request { steps[index].until = now }
        }
    }

    private mutating func time(_ moment: Moment) -> UInt64 {
        let time = moment.since(beganAt)
        end = max(end, time)
        return time
    }

    private mutating func hasRoom(_ count: Int) -> Bool {
        if count >= HostLimits.marksMax { isCut = true }
        return count < HostLimits.marksMax
    }

    /// Of each two neighbours the higher one stays.
    private mutating func halve() {
        samples = Trace.thinned(samples, to: HostLimits.samplesMax / 2)
    }

    /// At most so many samples; of neighbours the one with more resident memory stays, with the
    /// larger anonymous figure of all of them, so that no peak is lost.
    static func thinned(_ samples: [Sample], to count: Int) -> [Sample] {
        guard samples.count > count, count > 0 else { return samples }
        let width = (samples.count + count - 1) / count
        return stride(from: 0, to: samples.count, by: width).map { start in
            let part = samples[start..<min(start + width, samples.count)]
            var kept = part[start]
            for sample in part where sample.memory.resident > kept.memory.resident {
                kept = sample
            }
            for sample in part {
                kept.memory.anonymous = max(kept.memory.anonymous, sample.memory.anonymous)
            }
            return kept
        }
    }
}
