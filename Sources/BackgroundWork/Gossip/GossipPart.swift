internal import HTTPMessages
internal import SecureFiles
internal import Threading

/// What the fetched part of a snapshot is the beginning of.
struct GossipOrigin: Equatable {
    /// What was asked for.
    let since: UInt32
    /// The strong entity tag it came with, at most 128 bytes; empty when it had none, and then
    /// nothing can be added to the part.
    let entityTag: String
    /// Bytes of the part that are known to be right; behind a crash there may be others.
    var size = 0
    /// The check sum of those bytes.
    var sum = CheckSum()

    init(since: UInt32, entityTag: String?) {
        self.since = since
        let isStrong = entityTag.map { tag in tag.hasPrefix("\"") && tag.utf8.count <= 128 }
        self.entityTag = isStrong == true ? entityTag ?? "" : ""
    }

    static func read(in place: GossipDirectory) -> GossipOrigin? {
        guard
            let record = StateRecord<20>.read(
                GossipDirectory.originName, .gossipPart, in: place.directory),
            let since = UInt32(exactly: record.numbers[0]), record.numbers[1] <= 128,
            record.numbers[2] <= UInt64(BackgroundLimits.gossipSnapshotBytesMax)
        else { return nil }
        let bytes = (0..<Int(record.numbers[1])).map { index in
            UInt8(truncatingIfNeeded: record.numbers[4 + index / 8] >> UInt64(index % 8 * 8))
        }
        guard let tag = String(validating: bytes, as: UTF8.self) else { return nil }
        var origin = GossipOrigin(since: since, entityTag: tag)
        origin.size = Int(record.numbers[2])
        origin.sum = CheckSum(value: record.numbers[3])
        return origin
    }

    func write(in place: GossipDirectory) throws(FileError) {
        var record = StateRecord<20>(numbers: InlineArray(repeating: 0))
        record.numbers[0] = UInt64(since)
        record.numbers[1] = UInt64(entityTag.utf8.count)
        record.numbers[2] = UInt64(size)
        record.numbers[3] = sum.value
        for (index, byte) in entityTag.utf8.enumerated() {
            record.numbers[4 + index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
        }
        try record.write(GossipDirectory.originName, .gossipPart, in: place.directory)
    }

    /// Whether `file` begins with the bytes this was written down for.
    func holds(for file: borrowing GrowingFile) throws(FileError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: BackgroundLimits.gossipBufferBytes)
        var (found, offset) = (CheckSum(), 0)
        while offset < size {
            var target = buffer.mutableSpan
            let count = min(try file.read(at: offset, into: &target), size - offset)
            guard count > 0 else { return false }
            found.add(buffer.span.extracting(..<count))
            offset += count
        }
        return found == sum
    }
}

/// The part of a snapshot that is there, and what is added to it.
final class GossipPart: Sendable {
    private struct State {
        var origin: GossipOrigin
        var isBegun = false
        var isClosed = false
        /// Bytes that came now.
        var bytes = 0
        /// Bytes since the origin was last written down.
        var unnoted = 0
        var failure: GossipFetchError?
    }

    /// What can be gone on from; nil when there is nothing.
    let resumption: HTTPResumption?
    private let place: GossipDirectory
    private let file: GrowingFile
    private let state: Mutex<State>

    /// Opens the part of the snapshot since then, and looks whether it is what it was left as.
    init(_ place: GossipDirectory, since: UInt32) throws(FileError) {
        let file = try place.directory.openGrowing(GossipDirectory.partName)
        var origin = GossipOrigin(since: since, entityTag: nil)
        var resumption: HTTPResumption?
        if let found = GossipOrigin.read(in: place), found.since == since, found.size > 0,
            !found.entityTag.isEmpty, try found.holds(for: file)
        {
            origin = found
            try file.cut(to: found.size)
            resumption = HTTPResumption(
                offset: UInt64(found.size), entityTag: found.entityTag)
        }
        self.resumption = resumption
        self.place = place
        self.file = file
        state = Mutex(State(origin: origin))
    }

    /// Takes a portion of a body; false when nothing more can be taken.
    func take(_ head: HTTPHead, _ bytes: Span<UInt8>) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.failure == nil else { return false }
            do throws(FileError) {
                if !state.isBegun, head.status == 200 { try begin(head, &state) }
                state.isBegun = true
                let size = state.origin.size + bytes.count
                guard size <= BackgroundLimits.gossipSnapshotBytesMax else {
                    state.failure = .tooLarge
                    return false
                }
                try file.append(bytes)
                state.origin.size = size
                state.origin.sum.add(bytes)
                state.bytes += bytes.count
                state.unnoted += bytes.count
                if state.unnoted >= BackgroundLimits.gossipNoteBytes { try note(&state) }
                return true
            } catch {
                state.failure = .storage(error)
                return false
            }
        }
    }

    /// Whatever still comes is too late. The bytes that came, or what went wrong with them.
    ///
    /// - Parameter head: nil when the transfer came to no end.
    func close(_ head: HTTPHead?) throws(GossipFetchError) -> Int {
        try state.withLock { (state) throws(GossipFetchError) in
            state.isClosed = true
            if let failure = state.failure { throw failure }
            do throws(FileError) {
                // An empty body, of which nobody was told.
                if let head, head.status == 200, !state.isBegun { try begin(head, &state) }
                if state.unnoted > 0 { try note(&state) }
            } catch { throw .storage(error) }
            return state.bytes
        }
    }

    /// The part begins anew.
    private func begin(_ head: HTTPHead, _ state: inout State) throws(FileError) {
        state.isBegun = true
        try file.cut(to: 0)
        state.origin = GossipOrigin(since: state.origin.since, entityTag: head.entityTag)
        try note(&state)
    }

    private func note(_ state: inout State) throws(FileError) {
        try state.origin.write(in: place)
        state.unnoted = 0
    }
}
