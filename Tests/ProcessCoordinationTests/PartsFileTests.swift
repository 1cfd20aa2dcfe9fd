import Foundation
import Testing

@testable import ProcessCoordination
@testable import SecureFiles

/// What else may lie where the file of pending parts belongs.
@Suite struct PartsFileTests {
    @Test func theFileIsOursAloneAndAsLargeAsPromised() throws {
        let bench = PartsBench()
        _ = try bench.process(1).append(part(1, htlc: 1, 1, of: 2))
        let attributes = try FileManager.default.attributesOfItem(atPath: bench.file)
        #expect(attributes[.size] as? Int == 128 + 512 * 128)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: [8, 12, 16, 20])
    func aFileOfAnotherVersionStaysAsItIs(offset: Int) throws {
        let bench = PartsBench()
        _ = try bench.process(1).append(part(1, htlc: 1, 1, of: 2))
        try bench.overwrite([99], at: offset)
        let before = try bench.bytes()
        let parts = try bench.process(2)
        for _ in 0..<3 {
            #expect(throws: PartsError.versionUnknown) {
                try parts.append(part(1, htlc: 2, 1, of: 2))
            }
            #expect(throws: PartsError.versionUnknown) { try parts.expired() }
            bench.clock.advance(by: .seconds(61))
        }
        #expect(try bench.bytes() == before)
    }

    @Test(arguments: [1, 31, 32, 4096, 128 + 512 * 128, 100_000])
    func aForeignFileIsReplacedAfterItWasSeenUnchangedForAMinute(size: Int) throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        try Data(repeating: 0xa5, count: size).write(to: URL(filePath: bench.file))
        let one = part(1, htlc: 1, 1, of: 2)
        #expect(throws: PartsError.unreadable) { try parts.append(one) }
        bench.clock.advance(by: .seconds(59))
        #expect(throws: PartsError.unreadable) { try bench.process(2).append(one) }
        bench.clock.jumpWall(by: 1_000_000)
        #expect(throws: PartsError.unreadable) { try parts.append(one) }
        #expect(try bench.bytes() == [UInt8](repeating: 0xa5, count: size))
        bench.clock.advance(by: .seconds(1))
        #expect(try parts.append(one) == .waiting(receivedMsat: 1, totalMsat: 2))
        #expect(
            try bench.process(2).append(one) == .duplicate(receivedMsat: 1, totalMsat: 2))
    }

    @Test func aForeignFileThatChangesOrARebootBeginsTheMinuteAnew() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        let one = part(1, htlc: 1, 1, of: 2)
        for round in 0..<3 {
            try Data(repeating: UInt8(round + 1), count: 500).write(to: URL(filePath: bench.file))
            #expect(throws: PartsError.unreadable) { try parts.append(one) }
            bench.clock.advance(by: .seconds(60))
        }
        bench.clock.reboot()
        #expect(throws: PartsError.unreadable) { try parts.append(one) }
        bench.clock.advance(by: .seconds(60))
        #expect(try parts.append(one) == .waiting(receivedMsat: 1, totalMsat: 2))
    }

    @Test func aFileThatWasNeverFinishedIsFinished() throws {
        for size in [0, 64, 4096, 128 + 512 * 128] {
            let bench = PartsBench()
            let parts = try bench.process(1)
            try Data(count: size).write(to: URL(filePath: bench.file))
            #expect(
                try parts.append(part(1, htlc: 1, 1, of: 2))
                    == .waiting(receivedMsat: 1, totalMsat: 2))
        }
    }

    @Test func aFileThatIsCutOffOrTakenAwayKillsNobody() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        _ = try parts.append(part(1, htlc: 1, 1, of: 2))
        #expect(truncate(bench.file, 4096) == 0)
        #expect(throws: PartsError.unreadable) { try parts.append(part(1, htlc: 2, 1, of: 2)) }
        #expect(truncate(bench.file, 0) == 0)
        #expect(
            try parts.append(part(1, htlc: 2, 1, of: 2))
                == .waiting(receivedMsat: 1, totalMsat: 2))
        try FileManager.default.removeItem(atPath: bench.file)
        let other = try bench.process(2)
        #expect(
            try other.append(part(1, htlc: 3, 1, of: 2))
                == .waiting(receivedMsat: 1, totalMsat: 2))
        #expect(
            try parts.append(part(1, htlc: 4, 1, of: 2))
                == .complete(receivedMsat: 2, totalMsat: 2))
    }

    @Test func aLinkADirectoryAndAMissingDirectoryAreErrors() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        let one = part(1, htlc: 1, 1, of: 2)
        symlink("/etc/passwd", bench.file)
        #expect(throws: PartsError.file(.symbolicLink)) { try parts.append(one) }
        unlink(bench.file)
        mkdir(bench.file, 0o700)
        #expect(throws: PartsError.file(.wrongKind)) { try parts.append(one) }
        try FileManager.default.removeItem(atPath: bench.path)
        #expect(throws: PartsError.file(.notFound)) { try parts.append(one) }
        #expect(throws: PartsError.file(.wrongKind)) {
            try bench.process(1, in: "/dev/null")
        }
    }

    @Test func whoeverHoldsTheLockTooLongMakesTheOthersBusy() throws {
        let bench = PartsBench()
        let parts = try bench.process(1)
        let group = try SecureDirectory(path: bench.path + "/coordination", creating: true)
        let lock = try group.lock("parts.lock", within: .zero)
        #expect(throws: PartsError.busy) { try parts.append(part(1, htlc: 1, 1, of: 2)) }
        #expect(throws: PartsError.busy) { try parts.claim(hash(1)) }
        _ = consume lock
    }

    @Test func randomBytesInTheFileAreNobodysParts() throws {
        var random = Seeded(seed: 11)
        for round in 0..<60 {
            let bench = PartsBench()
            let parts = try bench.process(1)
            _ = try parts.append(part(1, htlc: 1, 400, of: 1000))
            _ = try parts.append(part(2, htlc: 1, 1000, of: 1000))
            if round % 2 == 0 { _ = try parts.claim(hash(2)) }
            // Everything behind the two whole parts, or single bytes everywhere in the slots.
            if round % 3 == 0 {
                let count = 510 * 128
                try bench.overwrite(
                    (0..<count).map { _ in .random(in: 0...255, using: &random) }, at: 3 * 128)
                #expect(
                    try parts.append(part(1, htlc: 2, 100, of: 1000))
                        == .waiting(receivedMsat: 500, totalMsat: 1000))
                #expect(try parts.list(hash(1)).count == 2)
                #expect(try parts.list(hash(2)).count == 1)
            } else {
                for _ in 0..<40 {
                    try bench.overwrite(
                        [.random(in: 0...255, using: &random)],
                        at: 128 + .random(in: 0..<256, using: &random))
                }
            }
            // No damage makes money, a crash, or a file that cannot be used any more.
            for htlc: UInt64 in 3..<10 {
                _ = try parts.append(part(1, htlc: htlc, 50, of: 1000))
                _ = try parts.append(part(3, htlc: htlc, 50, of: 1000))
            }
            let listed = try parts.list(hash(3))
            #expect(listed.count == 7)
            for (part, _) in try parts.list(hash(1)) {
                #expect(part.totalMsat == 1000 && part.amountMsat <= 400)
            }
            _ = try parts.expired()
            _ = try parts.claim(hash(2))
            bench.clock.advance(by: .seconds(60))
            _ = try parts.expired()
            #expect(try parts.list(hash(3)).allSatisfy { $0.state == .failed })
        }
    }

    @Test func aFileFullOfRandomBytesBehindItsHeaderHoldsNothing() throws {
        var random = Seeded(seed: 12)
        for _ in 0..<10 {
            let bench = PartsBench()
            let parts = try bench.process(1)
            _ = try parts.expired()
            // Marks that look alive over words that are none.
            var bytes = (0..<512 * 128).map { _ in UInt8.random(in: 0...255, using: &random) }
            for slot in 0..<512 {
                bytes[slot * 128 + 7] = [0x17, 0x2b, 0x4d, 0x71, 0x8e][slot % 5]
            }
            try bench.overwrite(bytes, at: 128)
            #expect(
                try parts.append(part(1, htlc: 1, 1, of: 2))
                    == .waiting(receivedMsat: 1, totalMsat: 2))
            #expect(try parts.expired().isEmpty)
            #expect(
                try bench.bytes()[128..<(128 * 513)].enumerated().filter {
                    $0.offset % 128 == 7 && $0.element != 0
                }.count == 1)
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
