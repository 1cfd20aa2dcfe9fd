import BackgroundWork
import Foundation
import HTTPMessages
import HTTPTransfer
import SecureFiles
import Testing
import WebServer

/// A directory for one test, and what lies in it.
final class Place {
    let path: String

    init() {
        var template = Array("/tmp/ntfdecrypt-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func directory() throws -> SecureDirectory { try SecureDirectory(path: path, creating: false) }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path + "/" + name).map { data in [UInt8](data) }
    }

    func put(_ bytes: [UInt8], _ name: String) {
        _ = FileManager.default.createFile(
            atPath: path + "/" + name, contents: Data(bytes), attributes: [.posixPermissions: 0o600]
        )
    }
}

struct GossipFetchTests {
    let server = WebServer()
    let place = Place()
    static let time: UInt32 = 1_700_000_000
    static let network = SnapshotWriter.network(channels: 2_000, nodes: 400)

    private func snapshot(at time: UInt32, nodes: UInt32 = 3) -> [UInt8] {
        var writer = SnapshotWriter(latestSeen: time)
        writer.integer(nodes)
        for number in 0..<nodes { writer.node(UInt64(number)) }
        writer.integer(UInt32(0))
        writer.integer(UInt32(0))
        return writer.bytes
    }

    private func fetch(
        _ way: String = "", unix: UInt64? = UInt64(Self.time), timeout: Duration = .seconds(120),
        http: any HTTPGet = CurlGet()
    ) async throws(GossipFetchError) -> (GossipReport, Counted) {
        let directory: SecureDirectory
        do { directory = try place.directory() } catch { fatalError("the directory is there") }
        var fetch = GossipFetch(
            GossipDirectory(directory), server: server.url(way + "snapshot"), http: http)
        var counted = Counted()
        let report = try await fetch.fetch(unix: unix, timeout: timeout, visitor: &counted)
        return (report, counted)
    }

    private func refusal(
        _ way: String = "", unix: UInt64? = UInt64(Self.time), timeout: Duration = .seconds(120),
        http: any HTTPGet = CurlGet()
    ) async -> GossipFetchError? {
        do {
            _ = try await fetch(way, unix: unix, timeout: timeout, http: http)
            return nil
        } catch { return error }
    }

    private var timestamp: UInt32? {
        guard let directory = try? place.directory() else { return nil }
        return GossipDirectory(directory).timestamp
    }

    @Test func theFirstTimeEverythingIsFetchedAndThenWhatIsNew() async throws {
        server.put(Self.network, "snapshot/0")
        server.put(snapshot(at: Self.time + 86_400), "snapshot/\(Self.time)")
        let (first, counted) = try await fetch()
        #expect(first.since == 0 && first.bytesFetched == Self.network.count)
        #expect((counted.nodes, counted.channels, counted.updates) == (400, 2_000, 4_000))
        #expect(timestamp == Self.time)
        #expect(place.names == ["timestamp"])
        let (second, _) = try await fetch()
        #expect(second.since == Self.time && second.summary.nodes == 3)
        #expect(timestamp == Self.time + 86_400)
        #expect(server.requests.map(\.path) == ["/snapshot/0", "/snapshot/\(Self.time)"])
    }

    @Test func anInterruptedFetchGoesOnWhereItWasCut() async throws {
        server.put(Self.network, "snapshot/0")
        #expect(await refusal("cut/10000/") == .transfer(.notReachable))
        let size = try #require(place.bytes("part")?.count)
        #expect(size > 0 && size <= 10_000)
        #expect(timestamp == 0)
        let (report, counted) = try await fetch()
        #expect(report.bytesResumed == size)
        #expect(report.bytesFetched == Self.network.count - size)
        #expect(counted.channels == 2_000)
        #expect(server.requests.last?.range == "bytes=\(size)-")
        #expect(server.requests.last?.ifRange.hasPrefix("\"") == true)
    }

    @Test func aFetchThatIsCutAgainAndAgainComesToItsEnd() async throws {
        server.put(Self.network, "snapshot/0")
        var sizes: [Int] = []
        for _ in 0..<4 {
            #expect(await refusal("cut/20000/") == .transfer(.notReachable))
            sizes.append(place.bytes("part")?.count ?? 0)
        }
        #expect(sizes == sizes.sorted() && Set(sizes).count == 4)
        #expect(try await fetch().1.updates == 4_000)
    }

    @Test func aSnapshotThatChangedMeanwhileIsFetchedWhole() async throws {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/")
        server.put(snapshot(at: Self.time + 1), "snapshot/0")
        let (report, counted) = try await fetch()
        #expect(report.bytesResumed == 0 && counted.nodes == 3)
        #expect(timestamp == Self.time + 1)
    }

    @Test(arguments: ["weak/", "notag/", "norange/"])
    func withoutAStrongTagOrRangesTheWholeComesAgain(way: String) async throws {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/" + way)
        let (report, _) = try await fetch(way)
        #expect(report.bytesResumed == 0 && report.bytesFetched == Self.network.count)
        #expect(server.requests.last?.range == (way == "norange/" ? "bytes=10000-" : "-"))
    }

    /// A process that is killed behind the last byte, before it looked at any.
    private struct Killed: HTTPGet {
        func get(
            _ url: String, resuming resumption: HTTPResumption?, bytesMax: Int, timeout: Duration,
            onBytes: @escaping @Sendable (HTTPHead, Span<UInt8>) -> Bool
        ) async throws(HTTPError) -> HTTPHead {
            _ = try await CurlGet().get(
                url, resuming: resumption, bytesMax: bytesMax, timeout: timeout, onBytes: onBytes)
            throw .cancelled
        }
    }

    @Test func aPartThatWasWholeIsTakenWithoutAByte() async throws {
        server.put(Self.network, "snapshot/0")
        #expect(await refusal(http: Killed()) == .transfer(.cancelled))
        let (report, _) = try await fetch()
        #expect(report.bytesFetched == 0 && report.bytesResumed == Self.network.count)
    }

    @Test func whatACrashLeftBehindTheKnownPartIsCutOff() async throws {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/")
        place.put(try #require(place.bytes("part")) + [UInt8](repeating: 0, count: 99), "part")
        #expect(try await fetch().0.bytesResumed == 10_000)
    }

    /// Zeros are a snapshot too, of nothing.
    @Test(arguments: [0, 40, 5_000, 9_999])
    func aDamagedPartIsFetchedAnew(place start: Int) async throws {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/")
        var part = try #require(place.bytes("part"))
        #expect(part.count == 10_000)
        for index in start..<part.count { part[index] ^= index == start ? 1 : part[index] }
        place.put(part, "part")
        let (report, counted) = try await fetch()
        #expect(report.bytesResumed == 0 && counted.channels == 2_000)
        #expect(server.requests.map(\.range) == ["-", "-"])
    }

    @Test func aPartThatIsShorterThanItWasIsFetchedAnew() async throws {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/")
        place.put(Array(try #require(place.bytes("part")).dropLast()), "part")
        #expect(try await fetch().0.bytesResumed == 0)
    }

    @Test func aPartOfAnotherTimeIsNotGoneOnWith() async throws {
        server.put(Self.network, "snapshot/0")
        server.put(Self.network, "snapshot/\(Self.time)")
        _ = try await fetch()
        _ = await refusal("cut/10000/")
        try FileManager.default.removeItem(atPath: place.path + "/timestamp")
        #expect(try await fetch().0.bytesResumed == 0)
    }

    @Test func aDamagedSnapshotIsReplacedByEverything() async throws {
        server.put(Self.network, "snapshot/0")
        _ = try await fetch()
        server.put(Array(Self.network.dropLast()), "snapshot/\(Self.time)")
        let (report, counted) = try await fetch()
        #expect(report.since == 0)
        // Nothing of the damaged one was shown.
        #expect(counted.updates == 4_000)
        #expect(server.requests.map(\.path).suffix(2) == ["/snapshot/\(Self.time)", "/snapshot/0"])
    }

    @Test func whatTheServerDoesNotHaveIsReplacedByEverything() async throws {
        server.put(Self.network, "snapshot/0")
        _ = try await fetch()
        #expect(try await fetch().0.since == 0)
        #expect(server.requests.count == 3)
    }

    @Test func aSnapshotThatKnowsLessThanBeforeIsReplacedByEverything() async throws {
        server.put(Self.network, "snapshot/0")
        _ = try await fetch()
        server.put(snapshot(at: Self.time - 1), "snapshot/\(Self.time)")
        #expect(try await fetch().0.since == 0)
    }

    @Test func whatIsDamagedTwiceIsRefusedAndNothingIsLeft() async {
        server.put(Array(Self.network.dropLast()), "snapshot/0")
        #expect(await refusal() == .refused(.truncated))
        #expect(server.requests.count == 2)
        #expect(place.names == ["timestamp"] && timestamp == 0)
    }

    @Test func aStaleSnapshotIsRefused() async {
        server.put(Self.network, "snapshot/0")
        let unix = UInt64(Self.time) + 14 * 24 * 3600
        #expect(await refusal(unix: unix + 1) == .refused(.stale))
        #expect(await refusal(unix: unix) == nil)
    }

    @Test func aServerWithoutSnapshotsIsSaid() async {
        #expect(await refusal() == .status(404))
        #expect(await refusal("status/500/") == .status(500))
        #expect(await refusal("status/302/") == .status(302))
        #expect(await refusal("endless/") == .tooLarge)
        #expect(!place.names.contains("part"))
    }

    @Test func aServerThatLiesAboutThePartIsAskedForEverythingOnce() async throws {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/")
        #expect(await refusal("unasked/otherpart/") == .transfer(.malformedAnswer))
        #expect(server.requests.count == 3)
        #expect(try await fetch().0.bytesResumed == 0)
    }

    @Test func anEmptySnapshotIsNone() async {
        server.put(Self.network, "snapshot/0")
        _ = await refusal("cut/10000/")
        server.put([], "snapshot/0")
        #expect(await refusal() == .refused(.truncated))
    }

    @Test func aServerThatHangsEndsAtTheDeadlineAndWhatCameStays() async {
        server.put(Self.network, "snapshot/0")
        #expect(await refusal("hang/", timeout: .milliseconds(300)) == .transfer(.timedOut))
        #expect(
            await refusal("slow/", timeout: .milliseconds(1_500)) == .transfer(.timedOut))
        #expect(timestamp == 0)
    }

    @Test func garbageForATimeIsNoTime() async throws {
        server.put(Self.network, "snapshot/0")
        for garbage: [UInt8] in [[], [1, 2, 3], [UInt8](repeating: 0xff, count: 24)] {
            place.put(garbage, "timestamp")
            place.put(garbage, "origin")
            #expect(timestamp == 0)
            #expect(try await fetch().0.since == 0)
            #expect(timestamp == Self.time)
        }
        var bytes = try #require(place.bytes("timestamp"))
        for index in bytes.indices {
            bytes[index] ^= 1
            place.put(bytes, "timestamp")
            #expect(timestamp == 0)
            bytes[index] ^= 1
        }
    }
}
