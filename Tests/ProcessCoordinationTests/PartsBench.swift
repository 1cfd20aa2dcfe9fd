import Foundation
import Synchronization
import Testing

@testable import ProcessCoordination

/// A group directory that goes with its owner, and processes that live and die as a test says.
final class PartsBench {
    let path: String
    let clock = ManualClock()
    private let dead = Deaths()

    /// The numbers of processes that are said to be dead.
    private final class Deaths: Sendable {
        let pids = Mutex<Set<Int32>>([])
        let silent = Mutex<Set<Int32>>([])
    }

    init() {
        var template = Array("/tmp/ntfdecrypt-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var file: String { path + "/coordination/parts" }

    /// The pending parts as process number `pid` sees them.
    func process(
        _ pid: Int32, onStore: (@Sendable () -> Void)? = nil, in directory: String? = nil
    ) throws -> PendingParts {
        let dead = dead
        return try PendingParts(
            groupDirectory: directory ?? path, clock: clock,
            identity: ProcessIdentity(
                pid: pid, startedAt: UInt64(pid) * 10, namespace: 7, bootID: clock.bootID),
            liveness: { [clock] identity in
                if identity.startedAt != UInt64(identity.pid) * 10 || identity.namespace != 7 {
                    return .dead
                }
                if identity.bootID != clock.bootID { return .dead }
                if dead.silent.withLock({ pids in pids.contains(identity.pid) }) { return .unknown }
                return dead.pids.withLock { pids in pids.contains(identity.pid) } ? .dead : .alive
            }, onStore: onStore)
    }

    func kill(_ pid: Int32) { _ = dead.pids.withLock { pids in pids.insert(pid) } }

    func silence(_ pid: Int32) { _ = dead.silent.withLock { pids in pids.insert(pid) } }

    func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: file))) }

    /// Writes over the file where it lies, so that mappings see it.
    func overwrite(_ bytes: [UInt8], at offset: Int = 0) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }
}

func hash(_ seed: UInt8) -> PaymentHash {
    let bytes = [UInt8](repeating: seed, count: 32)
    return PaymentHash(bytes.span)!
}

func part(
    _ seed: UInt8, htlc: UInt64, _ amount: UInt64, of total: UInt64, channel: UInt64 = 1
) -> PendingPart {
    PendingPart(
        paymentHash: hash(seed), channel: channel, htlc: htlc, amountMsat: amount,
        totalMsat: total, cltvExpiry: 800_000 + UInt32(htlc))
}

extension PendingParts {
    func list(_ hash: PaymentHash) throws -> [(part: PendingPart, state: PartState)] {
        var found: [(part: PendingPart, state: PartState)] = []
        try parts(of: hash) { part, state in found.append((part, state)) }
        return found
    }

    func expired() throws -> [(hash: PaymentHash, event: PartsEvent)] {
        var found: [(hash: PaymentHash, event: PartsEvent)] = []
        try expire { hash, event in found.append((hash, event)) }
        return found
    }
}
