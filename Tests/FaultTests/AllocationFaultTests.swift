import Foundation
import Testing

/// Memory runs out. Swift traps then, so the process may end; what it leaves behind may not harm.
@Suite struct AllocationFaultTests {
    private static let parts = 4

    @Test(arguments: 0..<parts)
    func whicheverAllocationFailsNoHalfRecordStays(_ part: Int) throws {
        let victim = try Victim()
        var struck = 0
        for number in stride(from: 1 + part, through: Victim.callsMax, by: Self.parts) {
            let run = try victim.open([], Fault(what: .allocations, at: number, deed: "EIO"))
            guard run.struck != nil else { break }
            struck += 1
            let place = "allocation \(number)"
            if run.signal == nil { #expect(run.notification != nil, "\(place)") }
            #expect(run.output.isEmpty || run.notification != nil, "\(place)")
            let records = try victim.records()
            if run.notification?.isStored == true { #expect(records == 1, "\(place)") }
            let again = try victim.open()
            #expect(again.status == 0 && again.notification?.isStored == true, "\(place)")
            #expect(again.notification?.isDuplicate == (records == 1), "\(place)")
            #expect(try victim.records() == 1, "\(place)")
            try victim.removeGroup()
        }
        #expect(struck >= 40, "the faults are made: \(struck)")
    }
}
