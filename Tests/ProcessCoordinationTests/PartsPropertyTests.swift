import Foundation
import Synchronization
import Testing

@testable import ProcessCoordination

/// What the file should answer, kept in memory the plain way.
struct PartsModel {
    enum Phase: Equatable { case waiting, claimed(Int32), orphaned, settled, failed }

    struct Payment {
        var parts: [PendingPart]
        var total: UInt64
        var times: [Duration]
        var boot: BootID
        var phase = Phase.waiting
        var decidedAt = Duration.zero
        var decidedIn = BootID(high: 0, low: 0)
        var received: UInt64 { parts.reduce(0) { $0 + $1.amountMsat } }
    }

    /// By hash; of each at most one that is not decided.
    var payments: [UInt8: [Payment]] = [:]
    var dead: Set<Int32> = []

    mutating func forget(_ seed: UInt8, _ clock: ManualClock) {
        payments[seed]?.removeAll { payment in
            (payment.phase == .settled || payment.phase == .failed)
                && !(payment.decidedIn == clock.bootID && payment.decidedAt <= clock.sinceBoot
                    && clock.sinceBoot - payment.decidedAt < .seconds(60))
        }
    }

    func live(_ seed: UInt8) -> Int? {
        payments[seed]?.firstIndex { $0.phase != .settled && $0.phase != .failed }
    }

    mutating func decide(_ seed: UInt8, _ index: Int, _ phase: Phase, _ clock: ManualClock) {
        payments[seed]?[index].phase = phase
        payments[seed]?[index].decidedAt = clock.sinceBoot
        payments[seed]?[index].decidedIn = clock.bootID
    }

    func isOver(_ payment: Payment, _ clock: ManualClock) -> Bool {
        payment.boot != clock.bootID
            || payment.times.contains { time in
                time > clock.sinceBoot || clock.sinceBoot - time >= .seconds(60)
            }
    }

    mutating func append(_ part: PendingPart, _ seed: UInt8, _ clock: ManualClock) -> PartAnswer {
        forget(seed, clock)
        let known = payments[seed] ?? []
        if let index = known.firstIndex(where: { $0.parts.contains(part) }) {
            let payment = known[index]
            switch payment.phase {
            case .settled: return .settled
            case .failed: return .failed
            case .waiting where isOver(payment, clock):
                decide(seed, index, .failed, clock)
                return .failed
            default:
                return .duplicate(receivedMsat: payment.received, totalMsat: payment.total)
            }
        }
        if known.contains(where: { $0.phase == .settled }) { return .settled }
        let index = live(seed)
        if let index {
            let payment = known[index]
            guard payment.phase == .waiting else { return .refused(.claimed) }
            if isOver(payment, clock) || payment.total != part.totalMsat {
                decide(seed, index, .failed, clock)
                return .failed
            }
        }
        let sum = (index.map { known[$0].received } ?? 0) + part.amountMsat
        guard sum <= 2 * part.totalMsat else { return .refused(.amountTooLarge) }
        if let index {
            payments[seed]?[index].parts.append(part)
            payments[seed]?[index].times.append(clock.sinceBoot)
        } else {
            payments[seed, default: []].append(
                Payment(
                    parts: [part], total: part.totalMsat, times: [clock.sinceBoot],
                    boot: clock.bootID))
        }
        return sum >= part.totalMsat
            ? .complete(receivedMsat: sum, totalMsat: part.totalMsat)
            : .waiting(receivedMsat: sum, totalMsat: part.totalMsat)
    }

    private func past(_ seed: UInt8) -> Phase? {
        let known = payments[seed] ?? []
        if known.contains(where: { $0.phase == .settled }) { return .settled }
        return known.contains { $0.phase == .failed } ? .failed : nil
    }

    mutating func claim(_ seed: UInt8, by pid: Int32, _ clock: ManualClock) -> ClaimAnswer {
        forget(seed, clock)
        guard let index = live(seed), let payment = payments[seed]?[index] else {
            switch past(seed) {
            case .settled: return .settled
            case .failed: return .failed
            default: return .unknown
            }
        }
        if case .claimed(let owner) = payment.phase, !dead.contains(owner) { return .taken }
        if payment.phase == .waiting {
            if isOver(payment, clock) {
                decide(seed, index, .failed, clock)
                return .failed
            }
            if payment.received < payment.total {
                return .incomplete(receivedMsat: payment.received, totalMsat: payment.total)
            }
        }
        payments[seed]?[index].phase = .claimed(pid)
        return .claimed(receivedMsat: payment.received, totalMsat: payment.total)
    }

    mutating func end(
        _ seed: UInt8, _ phase: Phase, by pid: Int32, _ clock: ManualClock
    ) -> PartsVerdict {
        forget(seed, clock)
        guard let index = live(seed), let payment = payments[seed]?[index] else {
            switch past(seed) {
            case .settled: return .settled
            case .failed: return .failed
            default: return .unknown
            }
        }
        switch payment.phase {
        case .claimed(let owner) where owner == pid: break
        case .claimed(let owner): return dead.contains(owner) ? .notClaimed : .notYours
        case .waiting where phase == .failed: break
        default: return .notClaimed
        }
        decide(seed, index, phase, clock)
        return .done
    }

    mutating func expire(_ clock: ManualClock) -> Set<String> {
        var told: Set<String> = []
        for seed in payments.keys {
            forget(seed, clock)
            guard let index = live(seed), let payment = payments[seed]?[index] else { continue }
            switch payment.phase {
            case .waiting where isOver(payment, clock):
                decide(seed, index, .failed, clock)
                told.insert("\(seed) failed")
            case .orphaned:
                told.insert("\(seed) orphaned")
            case .claimed(let owner) where dead.contains(owner):
                payments[seed]?[index].phase = .orphaned
                told.insert("\(seed) orphaned")
            default: break
            }
        }
        return told
    }
}

@Suite struct PartsPropertyTests {
    /// 3 processes, 5 hashes, clock moves, deaths and reboots: the file answers as the model does.
    @Test(arguments: 1...20)
    func theFileAnswersAsTheModelDoes(seed: UInt64) throws {
        let bench = PartsBench()
        var random = Seeded(seed: seed)
        var model = PartsModel()
        var pids: [Int32] = [1, 2, 3]
        var next: Int32 = 4
        var processes = try pids.map { try bench.process($0) }
        for step in 0..<400 {
            let index = Int.random(in: 0..<3, using: &random)
            let (process, pid) = (processes[index], pids[index])
            let one = UInt8.random(in: 1...5, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                let htlc = UInt64.random(in: 0..<40, using: &random)
                // The same HTLC says the same each time: all follows from its number.
                let new = part(
                    one, htlc: htlc, [100, 300, 500, 1000, 2500][Int(htlc % 5)],
                    of: htlc == 39 ? 999 : 1000)
                let wanted = model.append(new, one, bench.clock)
                #expect(try process.append(new) == wanted, "step \(step)")
            case 45..<65:
                let wanted = model.claim(one, by: pid, bench.clock)
                #expect(try process.claim(hash(one)) == wanted, "step \(step)")
            case 65..<75:
                let wanted = model.end(one, .settled, by: pid, bench.clock)
                #expect(try process.settle(hash(one)) == wanted, "step \(step)")
            case 75..<80:
                let wanted = model.end(one, .failed, by: pid, bench.clock)
                #expect(try process.fail(hash(one)) == wanted, "step \(step)")
            case 80..<88:
                let wanted = model.expire(bench.clock)
                let told = try process.expired().map { "\($0.hash.bytes[0]) \($0.event)" }
                #expect(told.count == Set(told).count && Set(told) == wanted, "step \(step)")
            case 88..<94:
                bench.clock.advance(by: .seconds(Int.random(in: 1...25, using: &random)))
                bench.clock.jumpWall(by: .random(in: -1_000_000...1_000_000, using: &random))
            case 94..<95:
                // Not behind the boot itself.
                let back = min(.seconds(30), bench.clock.sinceBoot)
                bench.clock.jumpBoot(by: .zero - back)
            case 95..<99:
                bench.kill(pid)
                model.dead.insert(pid)
                pids[index] = next
                processes[index] = try bench.process(next)
                next += 1
            default:
                bench.clock.reboot()
                for index in 0..<3 {
                    model.dead.insert(pids[index])
                    bench.kill(pids[index])
                    pids[index] = next
                    processes[index] = try bench.process(next)
                    next += 1
                }
            }
            model.forget(one, bench.clock)
            let wanted = model.payments[one]?.flatMap { $0.parts.map(\.htlc) } ?? []
            #expect(
                try process.list(hash(one)).map(\.part.htlc).sorted() == wanted.sorted(),
                "step \(step)")
        }
    }

    /// After each single store of each call the file is copied, as a process that was killed there
    /// leaves it: no part is lost or half there, and the payment has one fate.
    @Test func noStoreIsOneAfterWhichAPartIsLost() throws {
        let bench = PartsBench()
        let copies = Mutex<[[UInt8]]>([])
        let path = bench.file
        let process = try bench.process(1) {
            guard let data = FileManager.default.contents(atPath: path) else { return }
            copies.withLock { copies in copies.append([UInt8](data)) }
        }
        func copiesOf(_ call: () throws -> Void) rethrows -> [[UInt8]] {
            copies.withLock { copies in copies.removeAll() }
            try call()
            return copies.withLock { copies in copies }
        }
        /// The parts as a successor sees them in each copy.
        func successors(
            of images: [[UInt8]], _ check: (PendingParts, _ isLast: Bool) throws -> Void
        ) throws {
            #expect(!images.isEmpty)
            for (index, image) in images.enumerated() {
                let other = bench.path + "/copy-\(index)"
                defer { try? FileManager.default.removeItem(atPath: other) }
                let successor = try bench.process(2, in: other)
                try Data(image).write(to: URL(filePath: other + "/coordination/parts"))
                try check(successor, index == images.count - 1)
            }
        }
        let parts = (1...3).map { part(1, htlc: UInt64($0), 400, of: 1000) }
        for (held, new) in parts.enumerated() {
            let images = try copiesOf { _ = try process.append(new) }
            #expect(images.count == 14)
            try successors(of: images) { (successor, isLast) throws in
                let listed = try successor.list(hash(1))
                #expect(listed.map(\.part) == Array(parts[..<(isLast ? held + 1 : held)]))
                #expect(listed.allSatisfy { $0.state == .held })
                // And the place that was half filled is used again.
                let again = try successor.append(new)
                #expect(
                    (again == .duplicate(receivedMsat: UInt64(held + 1) * 400, totalMsat: 1000))
                        == isLast)
                #expect(try successor.list(hash(1)).count == held + 1)
            }
        }
        bench.kill(1)
        try successors(of: try copiesOf { _ = try process.claim(hash(1)) }) {
            (successor, _) throws in
            #expect(try successor.list(hash(1)).count == 3)
            #expect(
                try successor.claim(hash(1)) == .claimed(receivedMsat: 1200, totalMsat: 1000))
            #expect(try successor.settle(hash(1)) == .done)
        }
        let heir = try bench.process(3) {
            guard let data = FileManager.default.contents(atPath: path) else { return }
            copies.withLock { copies in copies.append([UInt8](data)) }
        }
        let taken = try copiesOf { _ = try heir.claim(hash(1)) }
        #expect(taken.count == 5)
        try successors(of: taken) { (successor, isLast) throws in
            // Claimed once: the time does not fail it any more, wherever its claimer died.
            bench.clock.advance(by: .seconds(70))
            defer { bench.clock.jumpBoot(by: .seconds(-70)) }
            #expect(try successor.expired().map(\.event) == (isLast ? [] : [.orphaned]))
            #expect(
                try successor.claim(hash(1))
                    == (isLast ? .taken : .claimed(receivedMsat: 1200, totalMsat: 1000)))
        }
        let settled = try copiesOf { _ = try heir.settle(hash(1)) }
        #expect(settled.count == 3)
        try successors(of: settled) { (successor, _) throws in
            #expect(try successor.claim(hash(1)) == .settled)
            #expect(try successor.list(hash(1)).map(\.state) == [.settled, .settled, .settled])
            #expect(try successor.append(parts[2]) == .settled)
        }
        bench.clock.advance(by: .seconds(60))
        try successors(of: try copiesOf { _ = try heir.expired() }) { (successor, _) throws in
            #expect(try successor.claim(hash(1)) == .unknown)
        }
    }

    @Test func aPaymentThatIsFailedHalfwayIsFailedWhole() throws {
        let bench = PartsBench()
        let copies = Mutex<[[UInt8]]>([])
        let path = bench.file
        let process = try bench.process(1) {
            guard let data = FileManager.default.contents(atPath: path) else { return }
            copies.withLock { copies in copies.append([UInt8](data)) }
        }
        for htlc: UInt64 in 1...4 { _ = try process.append(part(1, htlc: htlc, 100, of: 1000)) }
        copies.withLock { copies in copies.removeAll() }
        #expect(try process.fail(hash(1)) == .done)
        let images = copies.withLock { copies in copies }
        #expect(images.count == 4)
        for (index, image) in images.enumerated() {
            let other = bench.path + "/copy-\(index)"
            let successor = try bench.process(2, in: other)
            try Data(image).write(to: URL(filePath: other + "/coordination/parts"))
            // A retry under the same hash does not bring the failed parts back.
            #expect(
                try successor.append(part(1, htlc: 9, 600, of: 1000))
                    == .waiting(receivedMsat: 600, totalMsat: 1000))
            #expect(
                try successor.list(hash(1)).map(\.state)
                    == [.failed, .failed, .failed, .failed, .held])
            #expect(try successor.append(part(1, htlc: 3, 100, of: 1000)) == .failed)
        }
    }
}
