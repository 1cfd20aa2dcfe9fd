public import SecureFiles

/// What a peer keeps for one channel of ours (`peer_storage`, BOLT 1): one blob of sealed bytes, the last
/// one it was given. It may lose it, and it may hand out an older one.
public protocol PeerStorage {
    /// Gives the peer `sealed` in place of what it has, at most
    /// `CoordinationLimits.channelBackupBytesMax` bytes. When it returns the peer has stored it.
    func store(_ sealed: Span<UInt8>) throws(PeerStorageError)

    /// Asks the peer for what it has, and answers the length; nil when it has nothing. Throws `tooLarge`
    /// when it does not fit.
    func retrieve(into target: inout MutableSpan<UInt8>) throws(PeerStorageError) -> Int?
}

/// Why a peer's storage could not be used.
public enum PeerStorageError: Error, Equatable, Sendable {
    /// The peer does not answer.
    case unreachable
    /// The peer does not want to.
    case refused
    /// It has more than fits.
    case tooLarge
    /// A storage that is a file could not be used.
    case file(FileError)
}

/// A peer that is a directory on this device: for tests, and for what plays the peer in them.
public final class FilePeerStorage: PeerStorage, Sendable {
    private let directory: SecureDirectory
    private static let name: FileName = "backup"

    /// - Parameter path: the directory of this channel; made with mode 0700 when it is missing.
    public init(path: String) throws(PeerStorageError) {
        do throws(FileError) {
            directory = try SecureDirectory(path: path, creating: true)
        } catch { throw .file(error) }
    }

    /// Replaces the file `backup`, which is on the disk when this returns.
    public func store(_ sealed: Span<UInt8>) throws(PeerStorageError) {
        guard sealed.count <= CoordinationLimits.channelBackupBytesMax else { throw .tooLarge }
        do throws(FileError) {
            try directory.replace(Self.name, with: sealed)
        } catch { throw .file(error) }
    }

    /// Reads the file `backup`.
    public func retrieve(
        into target: inout MutableSpan<UInt8>
    ) throws(PeerStorageError) -> Int? {
        do throws(FileError) {
            return try directory.read(Self.name, into: &target)
        } catch {
            switch error {
            case .notFound: return nil
            case .tooLarge: throw .tooLarge
            default: throw .file(error)
            }
        }
    }
}
