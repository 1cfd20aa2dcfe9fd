internal import Glibc
internal import ProcessCoordination
internal import Threading

/// `parts append PAYMENT HTLC MSAT TOTAL`, `parts claim|settle|fail|list PAYMENT`, `parts expire`,
/// and `parts pour PAYMENT COUNT`: appends that many parts of a thousandth of a satoshi and reports
/// `part PAYMENT HTLC` behind each. A payment is a number. `parts die N COMMAND…` and `parts stop N
/// COMMAND…` do the command and kill, or stop, this process at its N-th store.
final class PartsCommands: ProcessCommands {
    static let word = "parts"

    /// What happens at which of the next stores.
    private struct Fate {
        var left = 0
        var signal = SIGKILL
    }

    private let environment: ProcessEnvironment
    private let parts: Result<PendingParts, PartsError>
    private let fate: Monitor<Fate>

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        let fate = Monitor(Fate())
        self.fate = fate
        parts = Result { () throws(PartsError) in
            try PendingParts(
                groupDirectory: environment.groupDirectory, clock: environment.clock
            ) {
                let signal = fate.withLock { fate -> Int32? in
                    fate.left -= 1
                    return fate.left == 0 ? fate.signal : nil
                }
                // This thread and no other one: it must not get any further.
                if let signal { _ = raise(signal) }
            }
        }
    }

    func run(_ words: [String]) throws(Refused) -> String {
        guard let verb = words.first else { throw Refused("usage") }
        if verb == "die" || verb == "stop" {
            guard words.count > 2, let store = Int(words[1]), store > 0 else {
                throw Refused("usage")
            }
            fate.withLock { fate in
                fate = Fate(left: store, signal: verb == "die" ? SIGKILL : SIGSTOP)
            }
            defer { fate.withLock { fate in fate.left = 0 } }
            return try run(Array(words.dropFirst(2)))
        }
        let numbers = words.dropFirst().compactMap { word in UInt64(word) }
        guard numbers.count == words.count - 1 else { throw Refused("usage") }
        do throws(PartsError) {
            return try answer(verb, numbers, parts.get())
        } catch { throw Refused("\(error)") }
    }

    private func answer(
        _ verb: String, _ numbers: [UInt64], _ parts: PendingParts
    ) throws(PartsError) -> String {
        let hash = PartsLedger.hash(of: numbers.first ?? 0)
        switch (verb, numbers.count) {
        case ("append", 4):
            let part = PendingPart(
                paymentHash: hash, channel: 1, htlc: numbers[1], amountMsat: numbers[2],
                totalMsat: numbers[3], cltvExpiry: 800_000)
            return text(try parts.append(part))
        case ("pour", 2): return try pour(numbers[0], numbers[1], into: parts)
        case ("claim", 1): return text(try parts.claim(hash))
        case ("settle", 1): return "\(try parts.settle(hash))"
        case ("fail", 1): return "\(try parts.fail(hash))"
        case ("list", 1):
            var listed: [String] = []
            try parts.parts(of: hash) { part, state in listed.append("\(part.htlc)-\(state)") }
            return listed.sorted().joined(separator: " ")
        case ("expire", 0):
            var found: [String] = []
            try parts.expire { hash, event in
                found.append("\(PartsLedger.payment(of: hash))-\(event)")
            }
            return found.sorted().joined(separator: " ")
        default: return "usage"
        }
    }

    private func pour(
        _ payment: UInt64, _ count: UInt64, into parts: PendingParts
    ) throws(PartsError) -> String {
        for htlc in 0..<count {
            let part = PendingPart(
                paymentHash: PartsLedger.hash(of: payment), channel: 1, htlc: htlc, amountMsat: 1,
                totalMsat: 1_000, cltvExpiry: 800_000)
            let answer = try parts.append(part)
            guard case .waiting = answer else { return "\(htlc) \(text(answer))" }
            environment.report("part \(payment) \(htlc)")
        }
        return "\(count)"
    }

    private func text(_ answer: PartAnswer) -> String {
        switch answer {
        case .waiting(let received, let total): "waiting \(received) \(total)"
        case .complete(let received, let total): "complete \(received) \(total)"
        case .duplicate(let received, let total): "duplicate \(received) \(total)"
        case .settled: "settled"
        case .failed: "failed"
        case .refused(let refusal): "refused \(refusal)"
        }
    }

    private func text(_ answer: ClaimAnswer) -> String {
        switch answer {
        case .claimed(let received, let total): "claimed \(received) \(total)"
        case .incomplete(let received, let total): "incomplete \(received) \(total)"
        case .taken, .settled, .failed, .unknown: "\(answer)"
        }
    }
}
