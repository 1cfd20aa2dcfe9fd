import Foundation
import SecretMemory
import Synchronization
import Testing

@testable import ProcessCoordination
@testable import SecureFiles

/// A device and a peer, each a directory.
final class ChannelBench {
    let path: String

    init() {
        var template = Array("/tmp/ntfdecrypt-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func states(
        _ device: String = "device", secret: UInt8 = 1,
        onStep: (@Sendable (ChannelStates.Step) -> Void)? = nil
    ) throws -> ChannelStates {
        try ChannelStates(
            groupDirectory: path + "/" + device, secret: key(secret), onStep: onStep)
    }

    func peer(_ name: String = "peer") throws -> FilePeerStorage {
        try FilePeerStorage(path: path + "/" + name)
    }

    func key(_ seed: UInt8, count: Int = 32) -> SecretBytes {
        SecretBytes(copying: [UInt8](repeating: seed, count: count).span)
    }

    func copy(_ from: String, to: String) throws {
        try? FileManager.default.removeItem(atPath: path + "/" + to)
        try FileManager.default.copyItem(atPath: path + "/" + from, toPath: path + "/" + to)
    }

    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path + "/" + name) }

    func file(_ device: String = "device", channel: UInt8 = 7) -> String {
        let digits = String(repeating: String(format: "%02x", channel), count: 32)
        return path + "/" + device + "/coordination/channels/" + digits
    }
}

func channel(_ seed: UInt8 = 7) -> LightningChannelID {
    let bytes = [UInt8](repeating: seed, count: 32)
    return LightningChannelID(bytes.span)!
}

func state(_ version: UInt64, _ text: String, channel seed: UInt8 = 7) -> ChannelState {
    ChannelState(
        channel: channel(seed), version: version,
        content: SecretBytes(copying: Array(text.utf8).span))
}

func text(_ state: borrowing ChannelState) -> String {
    state.content.withBytes { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}

extension ChannelSession {
    borrowing func newestText() -> String? { withState { state in text(state) } }
}

/// A peer that answers what a test wants.
final class FakePeer: PeerStorage {
    var held: [UInt8]?
    var fault: PeerStorageError?
    var stores = 0

    func store(_ sealed: Span<UInt8>) throws(PeerStorageError) {
        if let fault { throw fault }
        stores += 1
        held = sealed.indices.map { sealed[$0] }
    }

    func retrieve(into target: inout MutableSpan<UInt8>) throws(PeerStorageError) -> Int? {
        if let fault { throw fault }
        guard let held else { return nil }
        guard held.count <= target.count else { throw .tooLarge }
        for index in held.indices { target[index] = held[index] }
        return held.count
    }
}

/// What the world outside has seen: no version may ever be seen with two contents.
final class SignedStates {
    private(set) var contents: [UInt64: Set<String>] = [:]
    func add(_ state: borrowing ChannelState) {
        contents[state.version, default: []].insert(text(state))
    }
    var isSound: Bool { contents.values.allSatisfy { $0.count == 1 } }
}

@Suite struct ChannelStateTests {
    @Test func theAppGoesOnWithWhatTheExtensionSigned() throws {
        let bench = ChannelBench()
        let peer = try bench.peer()
        let signed = SignedStates()
        var app = try bench.states().reestablish(channel(), with: peer)
        #expect(app.version == 0 && app.newestText() == nil)
        try app.sign(state(1, "one"), at: peer, mayAct: { true }) { signed.add($0) }
        // The extension has nothing of its own here but the peer's backup.
        var ext = try bench.states("elsewhere").reestablish(channel(), with: peer)
        #expect(ext.version == 1 && ext.newestText() == "one" && !ext.isUnfinished)
        try ext.sign(state(2, "two"), at: peer, mayAct: { true }) { signed.add($0) }
        app = try bench.states().reestablish(channel(), with: peer)
        #expect(app.version == 2 && app.newestText() == "two" && !app.isPeerBehind)
        try app.sign(state(3, "three"), at: peer, mayAct: { true }) { signed.add($0) }
        #expect(signed.contents == [1: ["one"], 2: ["two"], 3: ["three"]])
    }

    @Test func onlyTheNextVersionIsSigned() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        var session = try bench.states().reestablish(channel(), with: peer)
        try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
        for version: UInt64 in [0, 1, 3, .max] {
            #expect(throws: ChannelStateError.notNext) {
                try session.sign(state(version, "x"), at: peer, mayAct: { true }) { _ in
                    Issue.record("nothing is signed")
                }
            }
        }
        #expect(throws: ChannelStateError.notNext) {
            try session.sign(state(2, "x", channel: 8), at: peer, mayAct: { true }) { _ in
                Issue.record("nothing is signed")
            }
        }
        #expect(session.version == 1 && !session.isUnfinished && peer.stores == 1)
    }

    @Test func aProcessThatMayNotActSignsNothing() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        let signed = SignedStates()
        var session = try bench.states().reestablish(channel(), with: peer)
        #expect(throws: ChannelStateError.notPermitted) {
            try session.sign(state(1, "one"), at: peer, mayAct: { false }) { signed.add($0) }
        }
        #expect(!session.isUnfinished && peer.stores == 0)
        // The permission is lost before the backup leaves, then before the signature does.
        var asked = 0
        #expect(throws: ChannelStateError.notPermitted) {
            try session.sign(
                state(1, "one"), at: peer,
                mayAct: {
                    asked += 1
                    return asked < 2
                }
            ) { signed.add($0) }
        }
        #expect(session.isUnfinished && peer.stores == 0 && asked == 2)
        asked = 0
        #expect(throws: ChannelStateError.notPermitted) {
            try session.finish(
                at: peer,
                mayAct: {
                    asked += 1
                    return asked < 2
                }
            ) { signed.add($0) }
        }
        #expect(session.isUnfinished && peer.stores == 1 && signed.contents.isEmpty)
        #expect(throws: ChannelStateError.unfinished) {
            try session.sign(state(2, "two"), at: peer, mayAct: { true }) { signed.add($0) }
        }
        try session.finish(at: peer, mayAct: { true }) { signed.add($0) }
        #expect(!session.isUnfinished && signed.contents == [1: ["one"]])
    }

    @Test func aPeerThatRefusesGetsNoSignatureEither() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        let signed = SignedStates()
        var session = try bench.states().reestablish(channel(), with: peer)
        peer.fault = .unreachable
        #expect(throws: ChannelStateError.peer(.unreachable)) {
            try session.sign(state(1, "one"), at: peer, mayAct: { true }) { signed.add($0) }
        }
        #expect(signed.contents.isEmpty && session.isUnfinished)
        #expect(throws: ChannelStateError.peer(.unreachable)) {
            _ = try bench.states().reestablish(channel(), with: peer)
        }
        peer.fault = nil
        // The other process meets the pending state, and no other content gets its version.
        var other = try bench.states().reestablish(channel(), with: peer)
        #expect(other.isUnfinished && other.isPeerBehind)
        #expect(throws: ChannelStateError.unfinished) {
            try other.sign(state(1, "another"), at: peer, mayAct: { true }) { signed.add($0) }
        }
        try other.finish(at: peer, mayAct: { true }) { signed.add($0) }
        #expect(signed.contents == [1: ["one"]])
        #expect(throws: ChannelStateError.outdated) {
            try session.finish(at: peer, mayAct: { true }) { signed.add($0) }
        }
    }

    @Test func twoSessionsNeverSignTwoContentsOfOneVersion() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        let signed = SignedStates()
        var one = try bench.states().reestablish(channel(), with: peer)
        var other = try bench.states().reestablish(channel(), with: peer)
        try one.sign(state(1, "one"), at: peer, mayAct: { true }) { signed.add($0) }
        #expect(throws: ChannelStateError.outdated) {
            try other.sign(state(1, "other"), at: peer, mayAct: { true }) { signed.add($0) }
        }
        #expect(signed.contents == [1: ["one"]])
    }

    @Test func aPeerWithAnOlderBackupOrNoneChangesNothing() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        var session = try bench.states().reestablish(channel(), with: peer)
        try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
        let older = peer.held
        try session.sign(state(2, "two"), at: peer, mayAct: { true }) { _ in }
        for lie in [older, nil] {
            peer.held = lie
            var again = try bench.states().reestablish(channel(), with: peer)
            #expect(again.version == 2 && again.newestText() == "two" && again.isPeerBehind)
            #expect(throws: ChannelStateError.notPermitted) {
                try again.storeAgain(at: peer, mayAct: { false })
            }
            try again.storeAgain(at: peer, mayAct: { true })
            #expect(again.isPeerBehind == false)
            let after = try bench.states().reestablish(channel(), with: peer)
            #expect(after.isPeerBehind == false)
        }
    }

    @Test func twoContentsOfOneVersionEndAllSigning() throws {
        let bench = ChannelBench()
        let (peer, elsewhere) = (FakePeer(), FakePeer())
        var session = try bench.states().reestablish(channel(), with: peer)
        try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
        let honest = peer.held
        var other = try bench.states("elsewhere").reestablish(channel(), with: elsewhere)
        try other.sign(state(1, "other"), at: elsewhere, mayAct: { true }) { _ in }
        peer.held = elsewhere.held
        #expect(throws: ChannelStateError.conflict) {
            _ = try bench.states().reestablish(channel(), with: peer)
        }
        // Also for whoever was under way, and when the peer says something else again.
        #expect(throws: ChannelStateError.conflict) {
            try session.sign(state(2, "two"), at: peer, mayAct: { true }) { _ in
                Issue.record("nothing is signed")
            }
        }
        peer.held = honest
        #expect(throws: ChannelStateError.conflict) {
            _ = try bench.states().reestablish(channel(), with: peer)
        }
    }

    @Test func aBackupThatCannotBeOpenedIsNoOlderOne() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        var session = try bench.states().reestablish(channel(), with: peer)
        try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
        let honest = try #require(peer.held)
        for index in honest.indices {
            peer.held = honest
            peer.held?[index] ^= 1
            let wanted: ChannelStateError = index == 0 ? .formatUnknown : .authenticationFailed
            #expect(throws: wanted) { _ = try bench.states().reestablish(channel(), with: peer) }
        }
        for count in 0..<honest.count {
            peer.held = Array(honest[..<count])
            let wanted: ChannelStateError = count == 0 ? .formatUnknown : .authenticationFailed
            #expect(throws: wanted) { _ = try bench.states().reestablish(channel(), with: peer) }
        }
        peer.held = honest
        #expect(throws: ChannelStateError.authenticationFailed) {
            _ = try bench.states("other", secret: 2).reestablish(channel(), with: peer)
        }
        #expect(throws: ChannelStateError.authenticationFailed) {
            _ = try bench.states("other").reestablish(channel(8), with: peer)
        }
        peer.held = [UInt8](repeating: 1, count: CoordinationLimits.channelBackupBytesMax + 1)
        #expect(throws: ChannelStateError.peer(.tooLarge)) {
            _ = try bench.states().reestablish(channel(), with: peer)
        }
    }

    @Test func theOwnStateIsNoBackupAndTheBackupNoOwnState() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        var session = try bench.states().reestablish(channel(), with: peer)
        try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
        let own = [UInt8](try Data(contentsOf: URL(filePath: bench.file())))
        let backup = try #require(peer.held)
        peer.held = own
        #expect(throws: ChannelStateError.authenticationFailed) {
            _ = try bench.states().reestablish(channel(), with: peer)
        }
        try Data(backup).write(to: URL(filePath: bench.file()))
        peer.held = backup
        #expect(throws: ChannelStateError.authenticationFailed) {
            _ = try bench.states().reestablish(channel(), with: peer)
        }
        let plain = Array("one".utf8)
        for sealed in [own, backup] {
            #expect(!sealed.indices.contains { sealed[$0...].starts(with: plain) })
        }
    }

    @Test func anOwnStateThatCannotBeReadSignsNothing() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        var session = try bench.states().reestablish(channel(), with: peer)
        try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
        let honest = try Data(contentsOf: URL(filePath: bench.file()))
        let damages: [(Data, ChannelStateError)] = [
            (Data(), .formatUnknown), (Data([9]) + honest.dropFirst(), .formatUnknown),
            (honest.dropLast(), .authenticationFailed),
            (Data(repeating: 1, count: 70_000), .formatUnknown),
        ]
        for (damaged, wanted) in damages {
            try damaged.write(to: URL(filePath: bench.file()))
            #expect(throws: wanted) { _ = try bench.states().reestablish(channel(), with: peer) }
            #expect(throws: wanted) {
                try session.sign(state(2, "two"), at: peer, mayAct: { true }) { _ in
                    Issue.record("nothing is signed")
                }
            }
        }
    }

    @Test func lengthsAreKept() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        var session = try bench.states().reestablish(channel(), with: peer)
        let longest = BackupSealer.contentBytesMax
        #expect(throws: ChannelStateError.lengthInvalid) {
            try session.sign(
                ChannelState(
                    channel: channel(), version: 1, content: SecretBytes(count: longest + 1)),
                at: peer, mayAct: { true }
            ) { _ in }
        }
        try session.sign(
            ChannelState(channel: channel(), version: 1, content: SecretBytes(count: longest)),
            at: peer, mayAct: { true }
        ) { _ in }
        #expect(peer.held?.count == 65_531)
        let after = try bench.states().reestablish(channel(), with: peer)
        #expect(after.version == 1)
        for count in [1, 15, 65] {
            #expect(throws: ChannelStateError.lengthInvalid) {
                try ChannelStates(groupDirectory: bench.path, secret: bench.key(1, count: count))
            }
        }
        for count in [16, 64] {
            _ = try ChannelStates(groupDirectory: bench.path, secret: bench.key(1, count: count))
        }
    }

    @Test func aChannelThatWasUsedBeforeIsAdoptedOnce() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        try bench.states().adopt(state(57, "before"))
        #expect(throws: ChannelStateError.notNext) {
            _ = try bench.states().adopt(state(58, "again"))
        }
        var session = try bench.states().reestablish(channel(), with: peer)
        #expect(session.version == 57 && session.isPeerBehind)
        try session.sign(state(58, "after"), at: peer, mayAct: { true }) { _ in }
        #expect(session.version == 58)
    }

    @Test func theLastChannelIsFollowedByFull() throws {
        let bench = ChannelBench()
        let states = try bench.states()
        for seed in 0..<CoordinationLimits.channelsMax {
            try states.adopt(state(1, "x", channel: UInt8(seed)))
        }
        var bytes = [UInt8](repeating: 1, count: 32)
        bytes[0] = 2
        let one = ChannelState(
            channel: LightningChannelID(bytes.span)!, version: 1, content: SecretBytes(count: 1))
        #expect(throws: ChannelStateError.full) { try states.adopt(one) }
    }

    @Test func faultsOfTheDirectoryAreErrors() throws {
        let bench = ChannelBench()
        let peer = FakePeer()
        let states = try bench.states()
        let directory = try SecureDirectory(
            path: bench.path + "/device/coordination/channels", creating: true)
        do {
            let lock = try directory.lock(".lock", within: .zero)
            #expect(throws: ChannelStateError.busy) {
                _ = try states.reestablish(channel(), with: peer)
            }
            _ = consume lock
        }
        symlink("/etc/passwd", bench.file())
        #expect(throws: ChannelStateError.file(.symbolicLink)) {
            _ = try states.reestablish(channel(), with: peer)
        }
        bench.remove("device")
        #expect(throws: ChannelStateError.file(.notFound)) {
            _ = try states.reestablish(channel(), with: peer)
        }
    }

    /// Dies after each step, with the device kept or lost, and the successor wants something else.
    @Test(arguments: ChannelStates.Step.allCases, [true, false])
    func whoeverComesAfterADeathSignsTheSameContent(
        step: ChannelStates.Step, deviceIsLost: Bool
    ) throws {
        let bench = ChannelBench()
        let peer = try bench.peer()
        let signed = Mutex<[UInt64: Set<String>]>([:])
        let note = { (state: borrowing ChannelState) in
            let (version, text) = (state.version, text(state))
            signed.withLock { signed in _ = signed[version, default: []].insert(text) }
        }
        var first = try bench.states().reestablish(channel(), with: peer)
        try first.sign(state(1, "one"), at: peer, mayAct: { true }, release: note)
        // The disk and the peer as they were when the process died; what had left until then.
        let dead = Mutex<[UInt64: Set<String>]?>(nil)
        let path = bench.path
        var session = try bench.states(onStep: { passed in
            guard passed == step else { return }
            let copies = [("device", "device-then"), ("peer", "peer-then")]
            for (from, to) in copies {
                try? FileManager.default.copyItem(
                    atPath: path + "/" + from, toPath: path + "/" + to)
            }
            dead.withLock { dead in dead = signed.withLock { $0 } }
        }).reestablish(channel(), with: peer)
        try session.sign(state(2, "two"), at: peer, mayAct: { true }, release: note)

        signed.withLock { signed in signed = dead.withLock { $0 ?? [:] } }
        let peerThen = try bench.peer("peer-then")
        var next = try bench.states(deviceIsLost ? "new" : "device-then")
            .reestablish(channel(), with: peerThen)
        try next.finish(at: peerThen, mayAct: { true }, release: note)
        try next.sign(
            state(next.version + 1, "something else"), at: peerThen, mayAct: { true },
            release: note)
        #expect(signed.withLock { $0 }.values.allSatisfy { $0.count == 1 })
        #expect(signed.withLock { $0 }[1] == ["one"])
        if !deviceIsLost && step != .began {
            #expect(signed.withLock { $0 } == [1: ["one"], 2: ["two"], 3: ["something else"]])
        }
    }

    @Test func sealedBytesAreWhatAnotherImplementationMakes() throws {
        let bench = ChannelBench()
        let sealer = try BackupSealer(secret: bench.key(3)) { target in
            for index in target.indices { target[index] = UInt8(index) }
        }
        let sealed = try sealer.seal(state(0x0102_0304_0506_0708, "content"))
        #expect(sealed.count == 7 + BackupSealer.overheadBytes)
        #expect(Array(sealed[0..<3]) == [1, 1, 2])
        #expect(Array(sealed[3..<35]) == [UInt8](repeating: 7, count: 32))
        #expect(Array(sealed[35..<43]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(Array(sealed[43..<67]) == (0..<24).map { UInt8($0) })
        #expect(sealed[67...].map { String(format: "%02x", $0) }.joined() == Self.sealedInPython)
        let opened = try sealer.open(sealed.span, channel: channel())
        #expect(text(opened) == "content" && opened.version == 0x0102_0304_0506_0708)
    }

    /// Ciphertext and tag, made by another implementation (in Python, from the drafts'
    /// words) with the same secret and nonce.
    private static let sealedInPython = "3779ac06f35a721f27ed4783143b3dd817097c94dac69e"
}
