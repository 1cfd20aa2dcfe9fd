import BackgroundWork
import Harness

/// A snapshot, in portions of the fuzzer's. Two bytes in front: the size of the portions; and what
/// follows: 1 or 2 the rest behind a good head of that version, all else the whole snapshot.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let portion = 1 + Int(fields.byte())
        let kind = fields.byte()
        var snapshot: [UInt8] = []
        if kind == 1 || kind == 2 { snapshot = head(version: kind) }
        snapshot += fields.remainder()

        var outcome = Outcome.refused(.unreadable)
        promiseHeap(bytesMax: 96 * 1024) { outcome = decode(snapshot, portion: .max) }
        promise(decode(snapshot, portion: portion) == outcome, "portions change nothing")
        guard case .taken(let summary, _) = outcome else { return }
        promise(summary.version == 1 || summary.version == 2, "there are two versions")
        promise(summary.backdated <= summary.latestSeen, "a week before is before")
        // What is behind the end is left alone; whatever is before it is needed.
        promise(decode(snapshot + [0xff], portion: portion) == outcome, "the end is the end")
        let late = UInt64(summary.latestSeen) + BackgroundLimits.gossipAgeSecondsMax + 1
        promise(decode(snapshot, portion: .max, now: late) == .refused(.stale), "old is stale")
        promise(decode(snapshot, portion: .max, now: late - 1) == outcome, "a second less is not")
    }
}

private enum Outcome: Equatable {
    /// With a check sum of all that was visited.
    case taken(GossipSummary, UInt64)
    case refused(GossipError)
}

private func head(version: UInt8) -> [UInt8] {
    var bytes: [UInt8] = [0x4c, 0x44, 0x4b, version]
    for word: UInt64 in [
        0x6fe2_8c0a_b6f1_b372, 0xc1a6_a246_ae63_f74f, 0x931e_8365_e15a_089c,
        0x68d6_1900_0000_0000,
    ] {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }
    return bytes + [0x61, 0xe3, 0x62, 0xda]
}

private func decode(_ snapshot: [UInt8], portion: Int, now: UInt64? = nil) -> Outcome {
    var watcher = Watcher()
    do {
        let summary = try GossipSnapshot.decode(
            Portions(bytes: snapshot, portion: portion), now: now, visitor: &watcher)
        promise(watcher.nodes == summary.nodes, "every node is visited")
        promise(watcher.channels == summary.channels, "every channel is visited")
        promise(watcher.updates == summary.updates, "every update is visited")
        return .taken(summary, watcher.sum)
    } catch {
        promise(error != .unreadable, "memory can be read")
        return .refused(error)
    }
}

private struct Portions: GossipSource {
    let bytes: [UInt8]
    let portion: Int
    var position = 0

    init(bytes: [UInt8], portion: Int) {
        self.bytes = bytes
        self.portion = portion
    }

    mutating func read(into target: inout MutableSpan<UInt8>) -> Int {
        let count = min(portion, target.count, bytes.count - position)
        for index in 0..<count { target[index] = bytes[position + index] }
        position += count
        return count
    }
}

/// Holds everything to what the decoder says of it.
private struct Watcher: GossipVisitor {
    var nodes: UInt32 = 0
    var channels: UInt32 = 0
    var updates: UInt32 = 0
    var sum: UInt64 = 0
    private var channel: UInt64 = 0
    private var update: UInt64 = 0

    private mutating func add(_ value: UInt64) { sum = (sum &* 31) ^ value }

    mutating func visit(_ node: GossipNode) {
        promise(node.index == nodes, "nodes count up")
        promise(node.id[0] == 2 || node.id[0] == 3, "a node's key is compressed")
        promise(channels == 0 && updates == 0, "nodes come first")
        nodes += 1
        add(UInt64(node.id[1]) << 8 | UInt64(node.addresses))
    }

    mutating func visit(_ channel: GossipChannel) {
        promise(channel.nodes.first < nodes && channel.nodes.second < nodes, "its nodes are known")
        promise(channel.shortChannelID >= self.channel, "channels go up")
        promise(updates == 0, "updates come last")
        self.channel = channel.shortChannelID
        channels += 1
        add(channel.shortChannelID ^ (channel.capacitySats ?? 7))
    }

    mutating func visit(_ update: GossipUpdate) {
        promise(update.shortChannelID >= self.update, "updates go up")
        promise(update.direction < 2, "there are two directions")
        promise(
            update.isIncremental || update.cltvExpiryDelta != nil && update.feeBaseMsat != nil
                && update.feeProportionalMillionths != nil && update.htlcMinimumMsat != nil,
            "a full update says everything")
        self.update = update.shortChannelID
        updates += 1
        add(update.shortChannelID ^ (update.htlcMaximumMsat ?? 7) ^ (update.htlcMinimumMsat ?? 3))
    }
}
