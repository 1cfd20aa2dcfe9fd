public import NotificationPipeline
internal import SecureFiles

/// The app's side of the inbox: looking at what waits, and taking it.
///
/// Unlike the writing side this allocates; the app has the room.
public struct InboxReader: ~Copyable {
    private let new: SecureDirectory
    private let taken: SecureDirectory

    /// A record as it lies there.
    public struct Entry: Equatable, Sendable {
        /// The file's name, 32 hex digits.
        public let identity: String
        /// Unix seconds; the order entries come in.
        public let receivedAt: UInt64
        /// The record's JSON, without the newline.
        public let json: String
    }

    /// Opens the inbox of a group directory, or answers nil when there is none yet.
    public static func open(groupDirectory path: String) throws(StoreError) -> InboxReader? {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: false)
            let inbox = try group.openSubdirectory("inbox", creating: false)
            return InboxReader(
                new: try inbox.openSubdirectory("new", creating: false),
                taken: try inbox.openSubdirectory("cur", creating: false))
        } catch {
            if error == .notFound { return nil }
            throw StoreError(error)
        }
    }

    private init(new: consuming SecureDirectory, taken: consuming SecureDirectory) {
        self.new = new
        self.taken = taken
    }

    /// Every waiting record, oldest first, and how many files could not be read as one.
    public borrowing func list() throws(StoreError) -> (entries: [Entry], unreadable: Int) {
        var names: [FileName] = []
        do {
            _ = try new.forEachName(max: GroupLimits.recordsMax) { name in
                names.append(name)
                return true
            }
        } catch { throw StoreError(error) }
        var memory = [UInt8](repeating: 0, count: GroupLimits.recordBytesMax)
        let entries = names.compactMap { name in read(name, in: new, through: &memory) }
        let sorted = entries.sorted { one, other in
            (one.receivedAt, one.identity) < (other.receivedAt, other.identity)
        }
        return (sorted, names.count - entries.count)
    }

    /// Takes a record out of the inbox; false when another process took it first. It is remembered
    /// as taken, so that the same push delivered again makes no new record.
    public borrowing func take(_ identity: String) throws(StoreError) -> Bool {
        guard let text = BoundedText(identity), let name = text.withBytes({ FileName($0) }) else {
            return false
        }
        do throws(FileError) {
            try new.rename(name, to: name, in: taken)
            try taken.synchronize()
            try new.synchronize()
            return true
        } catch {
            if error == .notFound { return false }
            throw StoreError(error)
        }
    }

    /// Forgets what was taken more than `GroupLimits.takenSecondsMax` before `now`.
    public borrowing func forgetTaken(now: UInt64) {
        var memory = [UInt8](repeating: 0, count: GroupLimits.recordBytesMax)
        _ = try? taken.forEachName(max: GroupLimits.recordsMax) { name in
            let entry = read(name, in: taken, through: &memory)
            let age = now.subtractingReportingOverflow(entry?.receivedAt ?? now)
            if entry == nil || (!age.overflow && age.partialValue > GroupLimits.takenSecondsMax) {
                try? taken.unlink(name)
            }
            return true
        }
    }

    /// Reads one record; nil when the file is not what `Record.write` makes.
    private borrowing func read(
        _ name: FileName, in directory: borrowing SecureDirectory, through memory: inout [UInt8]
    ) -> Entry? {
        var span = memory.mutableSpan
        guard let length = try? directory.read(name, into: &span) else { return nil }
        let text = memory.span.extracting(0..<length)
        guard (try? JSON.check(text)) != nil,
            let value = try? JSON.member("receivedAt", of: JSON.root(of: text), in: text),
            let receivedAt = JSON.unsigned(value, in: text)
        else { return nil }
        let identity = name.withBytes { bytes in String(utf8: bytes) }
        // By scalars: behind a carriage return a line feed is no character of its own.
        let scalars = String(utf8: text).unicodeScalars.filter { scalar in scalar != "\n" }
        let line = String(String.UnicodeScalarView(scalars))
        return Entry(identity: identity, receivedAt: receivedAt, json: line)
    }
}
