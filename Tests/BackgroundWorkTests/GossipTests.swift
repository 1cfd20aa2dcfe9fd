@testable import BackgroundWork
import Testing

/// Rapid gossip sync snapshots.
@Suite struct GossipTests {
    /// rust-lightning's `VALID_RGS_BINARY`.
    static let published = hex(
        """
        4c444b016fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d619000000000061e362da00000004021607cfce19
        a4c5e7e6e738663dfafbbbac262e4ff76c2c9b30dbeefc35c0064302247d9db0dfafea745ef8c9e161eb322f73ac3f8858d8
        730b6fd97254747ce76b029e01f279986acc83ba235d46d80aede0b7595f410353b93a8ab540bb677f443202c913118a8895
        b9e29c89af6e20ed00d95a1f64e4952edbafa84d048f26804c61000000020000ff0899c000021b000000010000ff0244e200
        060b0001020300000004002800000000000003e8000003e800000001000000001d8119c0ff0899c000021b00003c00000000
        0000000100000064000002e0000000003a5574d8001d000000010000007d000000003a5574d8ff0244e200060b0001000001
        """)
    static let publishedAt: UInt64 = 1_642_291_930

    private func decode(
        _ bytes: [UInt8], now: UInt64? = nil, portion: Int = .max
    ) throws(GossipError) -> (GossipSummary, Kept) {
        var kept = Kept()
        let summary = try GossipSnapshot.decode(
            Bytes(bytes, portion: portion), now: now, visitor: &kept)
        return (summary, kept)
    }

    private func refusal(_ bytes: [UInt8], now: UInt64? = nil) -> GossipError? {
        do {
            _ = try decode(bytes, now: now)
            return nil
        } catch { return error }
    }

    @Test(arguments: [1, 2, 7, 64, .max])
    func thePublishedSnapshotSaysWhatItSays(portion: Int) throws {
        let (summary, kept) = try decode(Self.published, portion: portion)
        #expect(summary.version == 1)
        #expect(UInt64(summary.latestSeen) == Self.publishedAt)
        #expect(UInt64(summary.backdated) == Self.publishedAt - 7 * 24 * 3600)
        #expect((summary.nodes, summary.channels, summary.updates) == (4, 2, 4))
        #expect(kept.nodes.map(\.index) == [0, 1, 2, 3])
        #expect(kept.nodes[0].id[0] == 2 && kept.nodes[0].id[32] == 0x43)
        #expect(
            kept.channels == [
                GossipChannel(
                    shortChannelID: 619_737_530_008_010_752, nodes: (0, 1), capacitySats: nil),
                GossipChannel(
                    shortChannelID: 783_241_506_229_452_801, nodes: (2, 3), capacitySats: nil),
            ])
        let first = GossipUpdate(
            shortChannelID: 619_737_530_008_010_752, direction: 0, isDisabled: false,
            isIncremental: false, cltvExpiryDelta: 40, htlcMinimumMsat: 1, feeBaseMsat: 100,
            feeProportionalMillionths: 736, htlcMaximumMsat: 978_679_000)
        #expect(kept.updates[0] == first)
        #expect(kept.updates[1].feeProportionalMillionths == 125)
        #expect(kept.updates[1].direction == 1)
        #expect(kept.updates[2].htlcMinimumMsat == 1_000)
        #expect(kept.updates[2].htlcMaximumMsat == 495_000_000)
        #expect(kept.updates.map(\.direction) == [0, 1, 0, 1])
    }

    @Test func everyShorterOneIsTruncated() {
        for count in 0..<Self.published.count {
            #expect(refusal(Array(Self.published.prefix(count))) == .truncated)
        }
    }

    @Test func otherVersionsAndOtherChainsAreRefused() {
        for version: UInt8 in [0, 3, 255] {
            var bytes = Self.published
            bytes[3] = version
            #expect(refusal(bytes) == .unknownVersion)
        }
        for place in 0..<3 {
            var bytes = Self.published
            bytes[place] ^= 1
            #expect(refusal(bytes) == .unknownVersion)
        }
        for place in 4..<36 {
            var bytes = Self.published
            bytes[place] ^= 1
            #expect(refusal(bytes) == .wrongChain)
        }
    }

    @Test func twoWeeksAreTakenAndASecondMoreIsNot() {
        let limit = Self.publishedAt + 14 * 24 * 3600
        #expect(refusal(Self.published, now: limit) == nil)
        #expect(refusal(Self.published, now: limit + 1) == .stale)
        #expect(refusal(Self.published, now: 0) == nil)
        #expect(refusal(Self.published, now: .max) == .stale)
    }

    @Test func countsThatCannotBeAreRefusedBeforeAnythingIsRead() {
        var nodes = SnapshotWriter()
        nodes.integer(UInt32(200_001))
        #expect(refusal(nodes.bytes) == .tooMany)
        var channels = SnapshotWriter()
        channels.integer(UInt32(0))
        channels.integer(UInt32(630_001))
        #expect(refusal(channels.bytes) == .tooMany)
        var updates = SnapshotWriter()
        updates.integer(UInt32(0))
        updates.integer(UInt32(0))
        updates.integer(UInt32(630_001))
        #expect(refusal(updates.bytes) == .tooMany)
        var least = SnapshotWriter()
        least.integer(UInt32(200_000))
        #expect(refusal(least.bytes) == .truncated)
    }

    @Test func aNodeThatIsNoneAndAnIndexOfNoNodeAreRefused() {
        var node = SnapshotWriter()
        node.integer(UInt32(1))
        node.node(1, first: 4)
        #expect(refusal(node.bytes) == .malformed)
        for (first, second): (UInt64, UInt64) in [(1, 0), (0, 1), (1 << 63, 0), (0, .max)] {
            var channel = SnapshotWriter()
            channel.integer(UInt32(1))
            channel.node(1)
            channel.integer(UInt32(1))
            channel.channel(1, first, second)
            #expect(refusal(channel.bytes) == .malformed)
        }
    }

    @Test func channelIDsThatOverflowAreRefused() {
        var channels = SnapshotWriter()
        channels.integer(UInt32(1))
        channels.node(1)
        channels.integer(UInt32(2))
        channels.channel(.max, 0, 0)
        channels.channel(1, 0, 0)
        #expect(refusal(channels.bytes) == .malformed)
        var updates = SnapshotWriter()
        updates.integer(UInt32(0))
        updates.integer(UInt32(0))
        updates.integer(UInt32(2))
        updates.defaults()
        updates.bigSize(.max)
        updates.bytes.append(0)
        updates.bigSize(1)
        updates.bytes.append(0)
        #expect(refusal(updates.bytes) == .malformed)
    }

    @Test(arguments: ["fd00fc", "fe0000ffff", "ff00000000ffffffff"])
    func numbersAreSpelledInTheShortestWay(spelling: String) {
        var writer = SnapshotWriter()
        writer.integer(UInt32(1))
        writer.node(1)
        writer.integer(UInt32(1))
        writer.features([])
        writer.bytes += hex(spelling)
        writer.bytes += [0, 0, 0, 0, 0, 0]
        #expect(refusal(writer.bytes) == .malformed)
    }

    @Test func anIncrementalUpdateSaysOnlyWhatChanged() throws {
        var writer = SnapshotWriter()
        writer.integer(UInt32(0))
        writer.integer(UInt32(0))
        writer.integer(UInt32(2))
        writer.defaults()
        writer.bigSize(7)
        writer.bytes += [0x88 | 3] + [0, 0, 0, 221]
        writer.bigSize(0)
        writer.bytes += [0x04] + [UInt8](repeating: 0xff, count: 8)
        let (summary, kept) = try decode(writer.bytes)
        #expect(summary.updates == 2)
        #expect(
            kept.updates[0]
                == GossipUpdate(
                    shortChannelID: 7, direction: 1, isDisabled: true, isIncremental: true,
                    feeProportionalMillionths: 221))
        #expect(kept.updates[1].htlcMaximumMsat == nil)
        #expect(kept.updates[1].cltvExpiryDelta == 40)
    }

    @Test func versionTwoSaysMoreOfNodesAndChannels() throws {
        var writer = SnapshotWriter(version: 2)
        writer.bytes.append(1)
        writer.features([1, 2, 3])
        writer.integer(UInt32(4))
        writer.node(0, first: 2)
        // A reminder with the first shared set of features.
        writer.node(1, first: 0b0100_1011)
        // Two addresses, features of its own, and what later versions add.
        writer.node(2, first: 0b1011_1110)
        writer.bytes += [2, 6, 1, 2, 3, 4, 5, 6, 1, 9]
        writer.features([9, 9])
        writer.features([7])
        writer.node(3, first: 3)
        writer.integer(UInt32(3))
        writer.channel(1, 0, 1)
        writer.channel(1, 1 << 63 | 2, 3)
        writer.bytes += [0, 6, 0xfe, 0, 1, 0, 0, 0xaa]
        writer.channel(1, 1 << 63 | 1, 0)
        writer.bytes += [0, 0]
        writer.integer(UInt32(0))
        let (summary, kept) = try decode(writer.bytes, portion: 3)
        #expect(summary.version == 2)
        #expect(kept.nodes.map(\.isReminder) == [false, true, false, false])
        #expect(kept.nodes.map(\.addresses) == [0, 0, 2, 0])
        #expect(kept.nodes.map { $0.id[0] } == [2, 3, 2, 3])
        #expect(kept.channels.map(\.capacitySats) == [nil, 65_536, nil])
        #expect(kept.channels.map(\.nodes.first) == [0, 2, 1])
    }

    @Test func versionTwosOwnLengthsAreBounded() {
        var sets = SnapshotWriter(version: 2)
        sets.bytes.append(7)
        #expect(refusal(sets.bytes) == .malformed)
        var features = SnapshotWriter(version: 2)
        features.bytes += [1, 0xff, 0xff]
        #expect(refusal(features.bytes) == .malformed)
        var unknown = SnapshotWriter(version: 2)
        unknown.bytes.append(0)
        unknown.integer(UInt32(1))
        unknown.node(1, first: 0b0000_1010)
        #expect(refusal(unknown.bytes) == .malformed)
        for capacity: [UInt8] in [[0, 1, 0xfd], [0, 3, 0xfd, 0, 1], [0xff, 0xff, 1]] {
            var channel = SnapshotWriter(version: 2)
            channel.bytes.append(0)
            channel.integer(UInt32(1))
            channel.node(1)
            channel.integer(UInt32(1))
            channel.channel(1, 1 << 63, 0)
            channel.bytes += capacity + [UInt8](repeating: 0, count: 16)
            #expect(refusal(channel.bytes) == .malformed)
        }
    }

    @Test func aNetworkOfEightyThousandChannelsIsReadInOneBuffer() throws {
        let bytes = SnapshotWriter.network(channels: 80_000, nodes: 16_000)
        #expect(bytes.count > 3_000_000)
        var counted = Counted()
        let summary = try GossipSnapshot.decode(Bytes(bytes), now: nil, visitor: &counted)
        #expect((counted.nodes, counted.channels, counted.updates) == (16_000, 80_000, 160_000))
        #expect(summary.channels == 80_000)
    }

    @Test func damageIsRefusedOrReadAndNeverMore() {
        var state: UInt64 = 42
        func random() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var refusals = 0
        for _ in 0..<20_000 {
            var bytes = Self.published
            for _ in 0...(random() % 4) {
                bytes[Int(random()) % bytes.count] = UInt8(truncatingIfNeeded: random())
            }
            if random() % 4 == 0 { bytes[3] = 2 }
            var counted = Counted()
            do {
                let summary = try GossipSnapshot.decode(Bytes(bytes), now: nil, visitor: &counted)
                #expect(counted.updates == Int(summary.updates))
            } catch { refusals += 1 }
            #expect(counted.nodes + counted.channels + counted.updates < 400)
        }
        #expect(refusals > 5_000)
    }
}
