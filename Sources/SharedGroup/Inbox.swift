public import NotificationPipeline
internal import SecureFiles
internal import Threading

/// The app's inbox in the group directory: a maildir of records.
///
/// A record is written into `inbox/tmp`, synchronised and renamed into `inbox/new` under its
/// identity, so there is never half of one, and never two of the same push. What the app took lies
/// in `inbox/cur` for `GroupLimits.takenSecondsMax`. No lock is held at any time: a process that
/// is suspended or killed anywhere in here hurts nobody.
///
/// The directory is opened when the first record comes, and again after a failure. May be used
/// from several threads, and by several processes at once.
public final class Inbox: NotificationStore, Sendable {
    /// The open directories and the memory a record is written in.
    private struct Opened: ~Copyable {
        let temporary: SecureDirectory
        let new: SecureDirectory
        let taken: SecureDirectory
        /// Records in `new`, as counted at opening and kept since.
        var count: Int

        /// True when a record of that name is there already or was.
        mutating func write(
            _ name: FileName, _ buffer: borrowing ByteBuffer
        ) throws(StoreError) -> Bool {
            do throws(FileError) {
                if try taken.contains(name) { return true }
                guard count < GroupLimits.recordsMax else { throw .tooLarge }
                let isNew = try buffer.withBytes { (bytes) throws(FileError) in
                    try new.writeNew(bytes, name: name, through: temporary)
                }
                if isNew { count += 1 }
                return !isNew
            } catch { throw StoreError(error) }
        }
    }

    private struct State: ~Copyable {
        var opened: Opened?
        var buffer = ByteBuffer(capacity: GroupLimits.recordBytesMax)
    }

    private let path: String
    private let state: Mutex<State>

    /// - Parameter path: the group directory; made with mode 0700 when it is missing.
    public init(groupDirectory path: String) {
        self.path = path
        state = Mutex(State())
    }

    /// Writes a record; true when the same push was recorded before, taken or not.
    /// Allocates at the first call and after a failure only.
    public func store(_ record: Record) throws(StoreError) -> Bool {
        guard let name = record.identity.withBytes({ bytes in FileName(bytes) }) else {
            throw .failed
        }
        return try state.withLock { (state) throws(StoreError) in
            do throws(StoreError) {
                if state.opened == nil { state.opened = try open(now: record.receivedAt) }
                state.buffer.removeAll()
                record.write(to: &state.buffer)
                return try state.opened!.write(name, state.buffer)
            } catch {
                // Whatever was mended in the meantime is found at the next record.
                state.opened = nil
                throw error
            }
        }
    }

    /// Opens, and makes where missing, the group directory and the three of the inbox.
    private func open(now: UInt64) throws(StoreError) -> Opened {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: true)
            let inbox = try group.openSubdirectory("inbox", creating: true)
            let new = try inbox.openSubdirectory("new", creating: true)
            var count = 0
            _ = try new.forEachName(max: GroupLimits.recordsMax) { _ in
                count += 1
                return true
            }
            let temporary = try inbox.openSubdirectory("tmp", creating: true)
            // What killed writers left behind; that it stays is no reason not to write.
            let old = now.subtractingReportingOverflow(GroupLimits.leftoverSeconds)
            if !old.overflow { _ = try? temporary.removeTemporaries(before: old.partialValue) }
            return Opened(
                temporary: temporary, new: new,
                taken: try inbox.openSubdirectory("cur", creating: true), count: count)
        } catch { throw StoreError(error) }
    }
}

extension StoreError {
    /// What a failed file means for the record.
    init(_ error: FileError) {
        self =
            switch error {
            case .notOurs: .notOurs
            case .symbolicLink: .symbolicLink
            case .notPermitted: .notPermitted
            case .noSpace: .noSpace
            case .tooLarge: .full
            case .notFound, .wrongKind, .io: .failed
            }
    }
}
