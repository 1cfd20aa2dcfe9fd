import Foundation
import Guardrails
import Testing

@testable import ProcessCoordination

/// Processes that are killed, or told of a full disk, at each of their file calls.
@Suite(.serialized) struct LeaseFaultTests {
    private static let leaseCommands = [
        "lease lock lightning", "lease renew lightning", "lease unlock lightning",
    ]
    private static let gateCommands = ["gate enter 1000", "gate beat", "gate close"]

    private func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    @Test(arguments: ["kill-before", "kill-after"])
    func aProcessKilledAtAnyCallLeavesTheLeaseFree(deed: String) throws {
        let calls = try FaultyProcess.atEachCall(.extension, deed, Self.leaseCommands) {
            victim, answers in
            // The last read is that of a command that never comes.
            if victim.isStruck && victim.name != "read" { #expect(answers.last == .dead) }
            let group = victim.device.groupDirectory
            if let process = victim.process { victim.device.kill(process) }
            let app = try Leases(
                groupDirectory: group, context: .foregroundApp, clock: victim.device.clock)
            #expect(!app.isLocked(.lightning), "\(victim.name)")
            #expect(throws: Never.self, "\(victim.name)") { try app.lock(.lightning) }
            #expect(app.isHeld(.lightning), "\(victim.name)")
            #expect(throws: Never.self, "\(victim.name)") { try app.unlock(.lightning) }
            #expect(names(group) == ["coordination"], "\(victim.name)")
            #expect(names(group + "/coordination") == ["lease.guard"], "\(victim.name)")
        }
        #expect(calls >= 50)
    }

    @Test(arguments: ["ENOSPC", "EIO"])
    func anErrorAtAnyCallIsAnAnswerAndNeverAWrongOne(deed: String) throws {
        _ = try FaultyProcess.atEachCall(
            .extension, deed, ["lease lock lightning", "lease renew lightning"]
        ) { victim, answers in
            let isStruck = victim.isStruck
            let app = try Leases(
                groupDirectory: victim.device.groupDirectory, context: .foregroundApp,
                clock: victim.device.clock)
            // What the process reads from its socket may be what failed.
            guard answers.allSatisfy({ answer in answer != .dead && answer != .silent }) else {
                #expect(victim.name == "read", "\(victim.name): \(answers)")
                return
            }
            if answers[0] == .ok("") {
                #expect(app.isLocked(.lightning), "\(victim.name)")
                #expect(throws: LeaseError.alreadyLocked(.lightning), "\(victim.name)") {
                    try app.lock(.lightning)
                }
                if isStruck {
                    let held = victim.process?.ask("lease held lightning")
                    #expect(held == .ok("yes"), "\(victim.name): \(answers)")
                }
            }
            // Whatever came of it, it is over with its process; a process that could not find out
            // who it is, and so cannot be found dead, is waited for.
            if let process = victim.process { victim.device.kill(process) }
            if answers[0] == .ok(""), try app.holder(.lightning)?.process?.startedAt == 0 {
                victim.device.advance(by: CoordinationLimits.leaseOfExtension)
            }
            #expect(throws: Never.self, "\(victim.name)") { try app.lock(.lightning) }
        }
    }

    @Test(arguments: ["kill-before", "kill-after"])
    func aProcessKilledAtAnyCallLeavesTheGateOpen(deed: String) throws {
        let calls = try FaultyProcess.atEachCall(.extension, deed, Self.gateCommands) {
            victim, answers in
            let (group, clock) = (victim.device.groupDirectory, victim.device.clock)
            if let process = victim.process { victim.device.kill(process) }
            let app = try PeerGate(side: .app, groupDirectory: group, clock: clock)
            #expect(throws: Never.self, "\(victim.name)") {
                try app.enter(within: .milliseconds(100)).close()
            }
            let `extension` = try PeerGate(side: .extension, groupDirectory: group, clock: clock)
            #expect(throws: Never.self, "\(victim.name)") {
                try `extension`.enter(within: .milliseconds(100)).close()
            }
        }
        #expect(calls >= 30)
    }

    @Test(arguments: ["ENOSPC", "EIO"])
    func anErrorAtAnyCallOpensNoGateForTwo(deed: String) throws {
        _ = try FaultyProcess.atEachCall(.extension, deed, ["gate enter 1000"]) {
            victim, answers in
            let app = try PeerGate(
                side: .app, groupDirectory: victim.device.groupDirectory,
                clock: victim.device.clock)
            if answers[0] == .ok("") {
                #expect(throws: GateError.deadline, "\(victim.name)") {
                    try app.enter(within: .zero).close()
                }
            } else {
                if answers[0] == .dead { #expect(victim.name == "read") }
                // A beat may have been written that nobody took back; its process is alive.
                victim.device.advance(by: .seconds(5))
                #expect(throws: Never.self, "\(victim.name)") {
                    try app.enter(within: .milliseconds(100)).close()
                }
            }
        }
    }
}
