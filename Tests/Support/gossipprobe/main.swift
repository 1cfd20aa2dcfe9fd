import BackgroundWork
import Glibc
import SecureFiles

// Decodes snapshots out of files, one after another in one process, and says after each what it
// took:
//
//     gossipprobe DIRECTORY NAME…
//
// A line of JSON for each: `nodes`, `channels`, `updates`, `microseconds`, and `peakRSS` and
// `anonymous` of the process so far, in KiB.

/// As a node would take it in, but for keeping it.
struct Graph: GossipVisitor {
    var nodes = 0
    var channels = 0
    var updates = 0
    var capacity: UInt64 = 0

    mutating func visit(_ node: GossipNode) { nodes += 1 }
    mutating func visit(_ channel: GossipChannel) {
        channels += 1
        capacity &+= channel.capacitySats ?? 0
    }
    mutating func visit(_ update: GossipUpdate) {
        updates += 1
        capacity &+= update.htlcMaximumMsat ?? 0
    }
}

/// A field of /proc/self/status in KiB.
func status(_ field: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let text = String(
            decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard text.hasPrefix(field + ":") else { continue }
        return text.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0
    }
    return 0
}

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first, let place = try? SecureDirectory(path: path, creating: false)
else { exit(64) }
for text in arguments.dropFirst() {
    guard let name = FileName(Array(text.utf8).span) else { exit(64) }
    var graph = Graph()
    let start = ContinuousClock().now
    do {
        let source = GossipFile(try place.openGrowing(name))
        _ = try GossipSnapshot.decode(source, now: nil, visitor: &graph)
    } catch {
        print("{\"error\":\"\(error)\"}")
        exit(1)
    }
    let (seconds, attoseconds) = (ContinuousClock().now - start).components
    let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    print(
        "{\"nodes\":\(graph.nodes),\"channels\":\(graph.channels),\"updates\":\(graph.updates),"
            + "\"microseconds\":\(microseconds),\"peakRSS\":\(status("VmHWM")),"
            + "\"anonymous\":\(status("RssAnon"))}")
}
