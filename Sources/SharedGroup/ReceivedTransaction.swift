public import NotificationPipeline
internal import SecureFiles

/// A payment that was completed, for the sheet the app shows when it is opened next.
///
/// The one slot Bitkit calls `backgroundTransaction` (ReceivedTxSheetDetails): a file of that name in
/// the group directory. Unlike a record in the inbox it says *received*, so that only whoever
/// completed the payment may write it.
public struct ReceivedTransaction: Equatable, Sendable {
    /// The two ways money moves.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// Over a channel.
        case lightning
        /// In a block.
        case onchain
    }

    /// Which way it came.
    public let kind: Kind
    /// Whole satoshi.
    public let sats: UInt64

    /// Puts the two together.
    public init(kind: Kind, sats: UInt64) {
        self.kind = kind
        self.sats = sats
    }

    private static let name: FileName = "backgroundTransaction"

    /// Makes this the content of the slot, whole and on disk, over what was there before.
    /// Makes the group directory where it is missing.
    public func write(groupDirectory path: String) throws(StoreError) {
        var buffer = ByteBuffer(capacity: GroupLimits.transactionBytesMax)
        var json = JSONWriter(room: GroupLimits.transactionBytesMax)
        json.open("{", &buffer)
        json.key("type", &buffer)
        json.raw(kind == .lightning ? "{\"lightning\":{}}" : "{\"onchain\":{}}", &buffer)
        json.field("sats", sats, &buffer)
        json.close("}", &buffer)
        precondition(json.fits, "a transaction stays below its limit")
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: true)
            try buffer.withBytes { (bytes) throws(FileError) in
                try group.replace(ReceivedTransaction.name, with: bytes)
            }
        } catch { throw StoreError(error) }
    }

    /// What the slot holds; nil when it is empty, or holds something else.
    public static func read(groupDirectory path: String) throws(StoreError) -> ReceivedTransaction?
    {
        var memory = [UInt8](repeating: 0, count: GroupLimits.transactionBytesMax)
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: false)
            var span = memory.mutableSpan
            let count = try group.read(name, into: &span)
            return ReceivedTransaction(json: memory.span.extracting(0..<count))
        } catch {
            switch error {
            case .notFound, .tooLarge: return nil
            default: throw StoreError(error)
            }
        }
    }

    /// Empties the slot; nothing when it is empty.
    public static func clear(groupDirectory path: String) throws(StoreError) {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: false)
            try group.unlink(name)
            try group.synchronize()
        } catch {
            guard error == .notFound else { throw StoreError(error) }
        }
    }

    /// Strictly what `write` writes, whatever the order of its members.
    private init?(json text: Span<UInt8>) {
        guard (try? JSON.check(text)) != nil else { return nil }
        let root = JSON.root(of: text)
        guard let type = try? JSON.member("type", of: root, in: text),
            let number = try? JSON.member("sats", of: root, in: text),
            let sats = JSON.unsigned(number, in: text)
        else { return nil }
        let isLightning = (try? JSON.member("lightning", of: type, in: text)) != nil
        let isOnchain = (try? JSON.member("onchain", of: type, in: text)) != nil
        guard isLightning != isOnchain else { return nil }
        self.init(kind: isLightning ? .lightning : .onchain, sats: sats)
    }
}
