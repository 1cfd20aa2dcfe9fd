public import SecureFiles

/// The directory of the network graph's snapshots, and the files in it.
public final class GossipDirectory: Sendable {
    static let timestampName: FileName = "timestamp"
    static let originName: FileName = "origin"
    static let partName: FileName = "part"

    let directory: SecureDirectory

    /// Nothing is read yet.
    public init(_ directory: consuming SecureDirectory) {
        self.directory = directory
    }

    /// What the last snapshot that was taken knew of, Unix seconds; 0 when there was none, or when
    /// its file is damaged.
    public var timestamp: UInt32 {
        let record = StateRecord<1>.read(Self.timestampName, .gossip, in: directory)
        return record.flatMap { record in UInt32(exactly: record.numbers[0]) } ?? 0
    }

    func setTimestamp(_ timestamp: UInt32) throws(FileError) {
        try StateRecord<1>(numbers: [UInt64(timestamp)])
            .write(Self.timestampName, .gossip, in: directory)
    }

    /// Throws away what was fetched.
    func discardPart() throws(FileError) {
        for name in [Self.originName, Self.partName] {
            do { try directory.unlink(name) } catch {
                guard error == .notFound else { throw error }
            }
        }
    }
}

/// A snapshot in a file.
public struct GossipFile: GossipSource, ~Copyable {
    private let file: GrowingFile
    private var offset = 0

    /// From its first byte on.
    public init(_ file: consuming GrowingFile) {
        self.file = file
    }

    /// Throws `unreadable` when the file cannot be read.
    public mutating func read(into target: inout MutableSpan<UInt8>) throws(GossipError) -> Int {
        do {
            let count = try file.read(at: offset, into: &target)
            offset += count
            return count
        } catch { throw .unreadable }
    }
}
