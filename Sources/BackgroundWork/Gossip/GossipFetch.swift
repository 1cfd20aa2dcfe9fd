public import HTTPMessages
public import SecureFiles

/// Why there is no new snapshot.
public enum GossipFetchError: Error, Equatable, Sendable {
    /// It did not come through; what came stays, and the next fetch goes on from there.
    case transfer(HTTPError)
    /// The server answered with this status.
    case status(Int)
    /// It came twice, and was refused twice.
    case refused(GossipError)
    /// It is larger than a snapshot can be.
    case tooLarge
    /// It could not be stored.
    case storage(FileError)
}

/// A snapshot that was taken.
public struct GossipReport: Equatable, Sendable {
    /// What is in it.
    public let summary: GossipSummary
    /// What was asked for: the time of the snapshot before, 0 for everything.
    public let since: UInt32
    /// Bytes that came now.
    public let bytesFetched: Int
    /// Bytes that were there from an earlier fetch.
    public let bytesResumed: Int
}

/// Fetches what is new in the network graph since the last time.
///
/// The body goes into a file, which an interrupted fetch leaves behind for the next; it is decoded
/// from there, twice: once to see that it is whole, and then for the visitor, which so never sees
/// half a snapshot. Only then its time is written down. One at a time in a directory.
public struct GossipFetch: ~Copyable, Sendable {
    private let place: GossipDirectory
    private let server: String
    private let http: any HTTPGet
    private let chain: ChainHash

    /// Sends nothing yet.
    ///
    /// - Parameters:
    ///   - server: the address in front of `/` and the time, such as `https://…/snapshot`.
    public init(
        _ place: GossipDirectory, server: String, http: any HTTPGet, chain: ChainHash = .bitcoin
    ) {
        self.place = place
        self.server = server
        self.http = http
        self.chain = chain
    }

    private struct Fetched {
        let since: UInt32
        let bytes: Int
        let resumed: Int
    }

    /// Fetches, decodes and writes down.
    ///
    /// A snapshot that is refused, or that the server does not have, is thrown away with the time
    /// it was asked for, and everything is fetched instead, once.
    ///
    /// - Parameters:
    ///   - unix: seconds of the wall clock; nil where it is not known, and then no age is too old.
    ///   - timeout: for all of it.
    public mutating func fetch<Visitor: GossipVisitor & ~Copyable>(
        unix: UInt64?, timeout: Duration, visitor: inout Visitor
    ) async throws(GossipFetchError) -> GossipReport {
        let end = ContinuousClock().now + timeout
        do {
            let fetched = try await transfer(since: place.timestamp, until: end)
            return try take(fetched, unix, &visitor)
        } catch {
            if error == .tooLarge { try? place.discardPart() }
            guard isCured(error) else { throw error }
            do throws(FileError) {
                try place.discardPart()
                try place.setTimestamp(0)
            } catch { throw .storage(error) }
        }
        do {
            let fetched = try await transfer(since: 0, until: end)
            return try take(fetched, unix, &visitor)
        } catch {
            // What is refused now stays so: nothing of it is worth going on from.
            switch error {
            case .refused, .tooLarge: try? place.discardPart()
            case .transfer, .status, .storage: break
            }
            throw error
        }
    }

    /// Whether fetching everything may help.
    private func isCured(_ error: GossipFetchError) -> Bool {
        switch error {
        case .refused(.unreadable): false
        case .refused, .status(404), .status(410), .status(416): true
        case .transfer(.malformedAnswer): GossipOrigin.read(in: place) != nil
        case .transfer, .status, .tooLarge, .storage: false
        }
    }

    /// Adds to the part until it is whole.
    private func transfer(
        since: UInt32, until end: ContinuousClock.Instant
    ) async throws(GossipFetchError) -> Fetched {
        let part: GossipPart
        do { part = try GossipPart(place, since: since) } catch { throw .storage(error) }
        let head: HTTPHead
        do throws(HTTPError) {
            head = try await http.get(
                "\(server)/\(since)", resuming: part.resumption,
                bytesMax: BackgroundLimits.gossipSnapshotBytesMax,
                timeout: end - ContinuousClock().now
            ) { head, bytes in part.take(head, bytes) }
        } catch {
            _ = try part.close(nil)
            throw error == .tooLarge ? .tooLarge : .transfer(error)
        }
        let bytes = try part.close(head)
        let size = part.resumption?.offset ?? 0
        switch head.status {
        case 200: return Fetched(since: since, bytes: bytes, resumed: 0)
        case 206: return Fetched(since: since, bytes: bytes, resumed: Int(size))
        case 416 where size > 0 && head.contentRange?.total == size:
            // It was whole before, and the process ended between the last byte and the decoding.
            return Fetched(since: since, bytes: 0, resumed: Int(size))
        default: throw .status(head.status)
        }
    }

    /// Decodes the part, shows it and writes its time down.
    private func take<Visitor: GossipVisitor & ~Copyable>(
        _ fetched: Fetched, _ unix: UInt64?, _ visitor: inout Visitor
    ) throws(GossipFetchError) -> GossipReport {
        var nobody = Nobody()
        let summary = try decode(unix, &nobody)
        // A server that knows less than it did.
        guard summary.latestSeen >= fetched.since else { throw .refused(.stale) }
        _ = try decode(unix, &visitor)
        do throws(FileError) {
            try place.setTimestamp(summary.latestSeen)
            try place.discardPart()
        } catch { throw .storage(error) }
        return GossipReport(
            summary: summary, since: fetched.since, bytesFetched: fetched.bytes,
            bytesResumed: fetched.resumed)
    }

    private func decode<Visitor: GossipVisitor & ~Copyable>(
        _ unix: UInt64?, _ visitor: inout Visitor
    ) throws(GossipFetchError) -> GossipSummary {
        let file: GrowingFile
        do { file = try place.directory.openGrowing(GossipDirectory.partName) } catch {
            throw .storage(error)
        }
        do {
            return try GossipSnapshot.decode(
                GossipFile(file), chain: chain, now: unix, visitor: &visitor)
        } catch { throw .refused(error) }
    }
}

/// Takes a snapshot and keeps nothing.
struct Nobody: GossipVisitor {
    mutating func visit(_ node: GossipNode) {}
    mutating func visit(_ channel: GossipChannel) {}
    mutating func visit(_ update: GossipUpdate) {}
}
