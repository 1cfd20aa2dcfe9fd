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

    /// The process that ran out of memory delivers nothing; the system does, and the user sees the
    /// push as it came.
    @Test(arguments: 0..<parts)
    func whicheverAllocationOfTheExtensionFailsThePushIsShown(_ part: Int) throws {
        let victim = try Victim()
        var (struck, originals) = (0, 0)
        // Every third one, the parts taking turns: a process start each.
        for number in stride(from: 1 + part, through: Victim.callsMax, by: 3 * Self.parts) {
            let run = try victim.host(
                Fault(what: .allocations, from: .start, at: number, deed: "EIO"))
            guard run.struck != nil else { break }
            struck += 1
            let place = "allocation \(number): \(run.output)"
            let shown = try #require(run.shownByHost, "\(place)")
            #expect(!shown.title.isEmpty && !shown.body.isEmpty, "\(place)")
            if shown.displayed == "original" { originals += 1 }
            #expect(run.status == (shown.displayed == "original" ? 1 : 0), "\(place)")
            #expect(try victim.records() <= 1, "\(place)")
            let again = try victim.open()
            #expect(again.status == 0 && again.notification?.isStored == true, "\(place)")
            #expect(try victim.records() == 1, "\(place)")
            try victim.removeGroup()
        }
        #expect(struck >= 10 && originals >= 5, "the faults are made: \(struck), \(originals)")
        let run = try victim.host(nil)
        let whole = try #require(run.shownByHost, "\(run.output)\(run.errors)")
        #expect(whole.displayed == "modified", "\(run.output)\(run.errors)")
        #expect(whole.title == "Payment Incoming")
    }
}

extension Run {
    /// What the host's one line says was shown.
    var shownByHost: (displayed: String, title: String, body: String)? {
        guard lines.count == 1,
            let line = try? JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any],
            let displayed = line["displayed"] as? String,
            let content = line["content"] as? [String: Any],
            let alert = (content["aps"] as? [String: Any])?["alert"] as? [String: Any],
            let title = alert["title"] as? String, let body = alert["body"] as? String
        else { return nil }
        return (displayed, title, body)
    }
}
