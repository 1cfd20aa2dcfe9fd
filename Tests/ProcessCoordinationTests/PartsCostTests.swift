import CAllocationMeter
import Testing

@testable import ProcessCoordination

/// What pending parts cost in steady state.
@Suite struct PartsCostTests {
    @Test func appendingListingClaimingAndSettlingAllocateNothing() throws {
        let bench = PartsBench()
        // Of this process as it is, with the kernel asked for who lives.
        let clock = DeviceClock()
        let parts = try PendingParts(groupDirectory: bench.path, clock: clock)
        let payments = (1...20).map { seed in
            (1...3).map { htlc in part(UInt8(seed), htlc: UInt64(htlc), 400, of: 1000) }
        }
        var (taken, seen, claimed) = (0, 0, 0)
        func use(_ payment: [PendingPart]) throws {
            let hash = payment[0].paymentHash
            for index in payment.indices {
                if case .waiting = try parts.append(payment[index]) { taken += 1 }
                _ = try parts.append(payment[index])
            }
            try parts.parts(of: hash) { _, _ in seen += 1 }
            if case .claimed = try parts.claim(hash) { claimed += 1 }
            _ = try parts.claim(hash)
            _ = try parts.settle(hash)
            try parts.expire { _, _ in }
        }
        for payment in payments[..<3] { try use(payment) }
        let before = ntf_allocations_read()
        for payment in payments[3...] { try use(payment) }
        let after = ntf_allocations_read()
        #expect(taken == 40 && seen == 60 && claimed == 20)
        // Unoptimised code takes memory here and there, and keeps what it learnt of a type.
        #expect(after.live - before.live < 4096)
        #if !DEBUG
        #expect(after.count == before.count)
        #endif
    }
}
