import BackgroundWork

/// Bytes, handed out in portions.
struct Bytes: GossipSource {
    private var left: ArraySlice<UInt8>
    private let portion: Int

    init(_ bytes: [UInt8], portion: Int = .max) {
        left = bytes[...]
        self.portion = portion
    }

    mutating func read(into target: inout MutableSpan<UInt8>) -> Int {
        let count = min(portion, target.count, left.count)
        for index in 0..<count { target[index] = left[left.startIndex + index] }
        left = left.dropFirst(count)
        return count
    }
}

/// Everything a snapshot says, kept.
struct Kept: GossipVisitor {
    var nodes: [GossipNode] = []
    var channels: [GossipChannel] = []
    var updates: [GossipUpdate] = []

    mutating func visit(_ node: GossipNode) { nodes.append(node) }
    mutating func visit(_ channel: GossipChannel) { channels.append(channel) }
    mutating func visit(_ update: GossipUpdate) { updates.append(update) }
}

/// Only how much there was.
struct Counted: GossipVisitor {
    var nodes = 0
    var channels = 0
    var updates = 0

    mutating func visit(_ node: GossipNode) { nodes += 1 }
    mutating func visit(_ channel: GossipChannel) { channels += 1 }
    mutating func visit(_ update: GossipUpdate) { updates += 1 }
}

/// Writes snapshots, good and bad.
struct SnapshotWriter {
    static let chain: [UInt8] = hex(
        "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000")
    var bytes: [UInt8] = []

    init(version: UInt8 = 1, latestSeen: UInt32 = 1_700_000_000) {
        bytes = [0x4c, 0x44, 0x4b, version] + Self.chain
        integer(latestSeen)
    }

    mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }

    mutating func bigSize(_ value: UInt64) {
        switch value {
        case 0..<0xfd: bytes.append(UInt8(value))
        case 0xfd..<1 << 16:
            bytes.append(0xfd)
            integer(UInt16(value))
        case 1 << 16..<1 << 32:
            bytes.append(0xfe)
            integer(UInt32(value))
        default:
            bytes.append(0xff)
            integer(value)
        }
    }

    mutating func features(_ features: [UInt8]) {
        integer(UInt16(features.count))
        bytes += features
    }

    mutating func node(_ number: UInt64, first: UInt8 = 2) {
        bytes.append(first)
        bytes += [UInt8](repeating: 0x11, count: 24)
        integer(number)
    }

    mutating func channel(_ delta: UInt64, _ first: UInt64, _ second: UInt64) {
        features([])
        bigSize(delta)
        bigSize(first)
        bigSize(second)
    }

    /// As large as the network is: every channel with both updates, which all differ from the
    /// defaults.
    static func network(channels: UInt32, nodes: UInt32) -> [UInt8] {
        var writer = SnapshotWriter()
        writer.integer(nodes)
        for number in 0..<nodes { writer.node(UInt64(number), first: number % 2 == 0 ? 2 : 3) }
        writer.integer(channels)
        for number in 0..<channels {
            writer.channel(
                1 << 20, UInt64(number % nodes), UInt64((number &* 7 &+ 1) % nodes))
        }
        writer.integer(channels * 2)
        writer.defaults()
        for number in 0..<channels * 2 {
            writer.bigSize(number % 2 == 0 ? 1 << 20 : 0)
            writer.bytes.append(0x14 | UInt8(number % 2))
            writer.integer(UInt32(number))
            writer.integer(UInt64(number) * 1_000)
        }
        return writer.bytes
    }

    mutating func defaults() {
        integer(UInt16(40))
        integer(UInt64(1_000))
        integer(UInt32(1))
        integer(UInt32(2))
        integer(UInt64(495_000_000))
    }
}

/// Bytes from hexadecimal digits.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { index in
        UInt8(digits[index] << 4 | digits[index + 1])
    }
}
